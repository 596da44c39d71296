"""Real storages for the tests and the benchmarks, started here and opened by any process.

An engine has a ``configuration``, the ZConfig text that an operator would write. It is all
that another process needs: ``ZODB.config.databaseFromString(engine.configuration)``.
Servers are started by ``with``, and can be killed and started again over the same data.
"""
