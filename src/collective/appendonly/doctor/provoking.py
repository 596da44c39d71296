"""A conflict on purpose: two connections change the same scratch structure at the same time."""

from collections.abc import Iterator
from collective.appendonly.doctor.engine import engine_of
from collective.appendonly.doctor.engine import resolver
from collective.appendonly.doctor.engine import ZEO
from collective.appendonly.doctor.scratch import scratch_structures
from collective.appendonly.structures.accumulator import Accumulator
from collective.appendonly.structures.append_stack import AppendStack
from contextlib import closing
from contextlib import contextmanager
from contextlib import ExitStack
from enum import Enum
from threading import Lock
from transaction import TransactionManager
from typing import NamedTuple
from ZODB.POSException import ConflictError

import logging


logger = logging.getLogger(__name__)

_ADD = {"stack": AppendStack.push, "accumulator": Accumulator.append}
# Another commit may hold a lock for too long. That tells nothing about merges.
_ATTEMPTS = 3

# Within a process one after the other, or they would take each other for the storage.
_one_at_a_time = Lock()


class Outcome(Enum):
    """What came of a provoked conflict. The values are stored."""

    MERGED = "merged"
    REFUSED = "refused"
    #: Committed, but not all that was pushed is there, or not in its order.
    WRONG = "wrong"
    #: There was another error, so that nothing is known.
    FAILED = "failed"


class Provoked(NamedTuple):
    """The outcome, and where it was.

    ``here`` tells whether this process resolved, as far as it can be told: of a ZEO client
    only. ``error`` is the error of one that failed.
    """

    outcome: Outcome
    engine: str
    here: bool = False
    error: str = ""


def provoke(database) -> Provoked:
    """Provoke conflicts on scratch structures in the root of *database*.

    Commits, in transactions of its own. Nothing of it is left but in what a pack removes.
    """
    engine = engine_of(database)
    try:
        with _one_at_a_time, scratch_structures(database) as oids:
            with _noticed(database, set(oids.values())) as resolved_here:
                outcome = _race(database, oids)
            return Provoked(outcome, engine, bool(resolved_here))
    except Exception as error:
        logger.warning("A conflict could not be provoked.", exc_info=True)
        return Provoked(
            Outcome.FAILED, engine, error=f"{type(error).__name__}: {error}"
        )


def _race(database, oids: dict[str, bytes]) -> Outcome:
    with ExitStack() as stack:
        first, second = (
            stack.enter_context(closing(database.open(TransactionManager())))
            for _ in range(2)
        )
        for name, add in _ADD.items():
            outcome = _collide(first, second, oids[name], add)
            if outcome is not Outcome.MERGED:
                return outcome
    return Outcome.MERGED


def _collide(first, second, oid, add) -> Outcome:
    expected = []
    for left in reversed(range(_ATTEMPTS)):
        items = [f"{side} {left}".encode() for side in ("first", "second")]
        for connection, item in zip((first, second), items, strict=True):
            connection.transaction_manager.begin()
            add(connection.get(oid), item)
        first.transaction_manager.commit()
        expected.append(items[0])
        try:
            second.transaction_manager.commit()
        except ConflictError as error:
            second.transaction_manager.abort()
            if type(error) is ConflictError:
                return Outcome.REFUSED
            if not left:
                raise
        else:
            expected.append(items[1])
            break
    first.transaction_manager.begin()
    # An accumulator is read from old to new, a stack from new to old, with positions.
    found = first.get(oid)
    if isinstance(found, AppendStack):
        found = reversed([item for _, _, item in found])
    is_right = list(found) == expected
    first.transaction_manager.abort()
    return Outcome.MERGED if is_right else Outcome.WRONG


@contextmanager
def _noticed(database, oids: set[bytes]) -> Iterator[list[bytes]]:
    """Yield a list of those *oids* for which a ZEO client is asked to resolve a conflict.

    Nobody tells it whether the server leaves conflicts to its clients. It is asked, or it isn't.
    """
    asked = []
    if engine_of(database) != ZEO:
        yield asked
        return
    client = resolver(database)
    resolve = client.tryToResolveConflict

    def notice(oid, *args, **kwargs):
        if oid in oids:
            asked.append(oid)
        return resolve(oid, *args, **kwargs)

    client.tryToResolveConflict = notice
    try:
        yield asked
    finally:
        del client.tryToResolveConflict
