"""Eight writers in one thread, each always seven commits behind: conflicts without chance.

Each begins its next transaction right after its commit, so that every commit but the first
few is resolved. What a commit costs can be measured without waiting for locks or threads.
"""

from benchmarks.contenders import Contender
from collections.abc import Callable
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from engines.files import file_database
from time import process_time
from transaction import TransactionManager

import gc


@dataclass
class Cost:
    """What a push costs, on average."""

    microseconds: float  # of this process, waiting for the disk not counted
    bytes: float


def push_all(
    contender: Contender,
    items: Sequence[bytes],
    writers: int = 8,
    kept: Sequence[bytes] = (),
    measured: Callable = nullcontext,
) -> Cost:
    """Push items over a new FileStorage that holds the ``kept`` ones already."""
    with file_database(writers + 1) as db:
        with db.transaction() as connection:
            connection.root()["arena"] = arena = contender.create()
            for item in kept:
                contender.push(arena, item, 0)
        connections = [
            db.open(transaction_manager=TransactionManager()) for _ in range(writers)
        ]
        arenas = [connection.root()["arena"] for connection in connections]
        size = db.getSize()
        gc.collect()
        gc.disable()
        begin = process_time()
        with measured():
            _push(contender, items, connections, arenas)
        seconds = process_time() - begin
        gc.enable()
        written = db.getSize() - size
        for connection in connections:
            connection.close()
    return Cost(seconds / len(items) * 1e6, written / len(items))


def _push(
    contender: Contender, items: Sequence[bytes], connections: list, arenas: list
) -> None:
    managers = [connection.transaction_manager for connection in connections]
    for number, item in enumerate(items):
        writer = number % len(managers)
        managers[writer].commit()
        managers[writer].begin()
        contender.push(arenas[writer], item, writer)
    for manager in managers:
        manager.commit()
