"""Benchmarks: each module is a script, ``python -m benchmarks.<name>``, and writes a result.

Machines are slow and fast by turns, so no figure stands alone: each is measured beside its
counterpart, alternating, in the same run, and quoted as a ratio or a difference.
"""
