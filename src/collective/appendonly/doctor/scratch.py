"""Scratch structures in the root of a database, for as long as they are needed."""

from collections.abc import Callable
from collections.abc import Iterator
from collective.appendonly.structures.accumulator import Accumulator
from collective.appendonly.structures.append_stack import AppendStack
from contextlib import closing
from contextlib import contextmanager
from persistent.mapping import PersistentMapping
from transaction import TransactionManager
from typing import Any

import secrets


#: What the names of all scratches begin with.
PREFIX = "collective.appendonly.doctor."

_ATTEMPTS = 10


@contextmanager
def scratch_structures(database) -> Iterator[dict[str, bytes]]:
    """Commit a stack and an accumulator to *database*; yield their oids by these names.

    In the end they are removed from the root, with what a run has left that was killed. Whoever
    uses such a scratch at that moment isn't disturbed: the records stay until the next pack.
    """

    def put(root):
        root[PREFIX + secrets.token_hex(8)] = PersistentMapping(scratch)

    scratch = {"stack": AppendStack(2, 8), "accumulator": Accumulator()}
    change_root(database, _remove)
    try:
        change_root(database, put)
        yield {name: structure._p_oid for name, structure in scratch.items()}
    finally:
        change_root(database, _remove)


def change_root(database, change: Callable[[Any], None]) -> None:
    """Call *change* with the root, and commit; again after a conflict.

    In a transaction of its own: that of the thread is left alone.
    """
    manager = TransactionManager()
    with closing(database.open(manager)) as connection:
        for attempt in manager.attempts(_ATTEMPTS):
            with attempt as transaction:
                transaction.note("collective.appendonly: doctor")
                change(connection.root())


def _remove(root) -> None:
    for name in [name for name in root if str(name).startswith(PREFIX)]:
        del root[name]
