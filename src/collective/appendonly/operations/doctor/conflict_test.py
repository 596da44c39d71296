"""The conflict test: two connections change the same scratch structure at the same time.

It shows whether the storage of a database merges concurrent changes.
"""

from collections.abc import Callable
from collections.abc import Iterator
from collective.appendonly import clock
from collective.appendonly.entry import from_milliseconds
from collective.appendonly.entry import to_milliseconds
from collective.appendonly.operations import describe
from collective.appendonly.structures.accumulator import Accumulator
from collective.appendonly.structures.append_stack import AppendStack
from collective.appendonly.transactions import ATTEMPTS
from collective.appendonly.transactions import commit_attempts
from contextlib import closing
from contextlib import contextmanager
from contextlib import ExitStack
from datetime import datetime
from enum import Enum
from persistent.mapping import PersistentMapping
from threading import Lock
from transaction import TransactionManager
from typing import Any
from typing import NamedTuple
from ZODB.ConflictResolution import ConflictResolvingStorage
from ZODB.POSException import ConflictError
from zope.annotation.interfaces import IAnnotations

import logging
import secrets
import transaction


logger = logging.getLogger(__name__)

#: The annotation of the site with the last conflict test.
LAST_CHECK = "collective.appendonly.doctor"
#: The beginning of the names of scratch structures in the root.
PREFIX = "collective.appendonly.doctor."

#: A ZEO client. The server resolves conflicts, or leaves them to its clients.
ZEO = "zeo"
#: RelStorage, which resolves conflicts in the process of the application.
RELSTORAGE = "relstorage"
#: A storage in the process of the application, such as FileStorage.
PROCESS = "process"

_PACKAGES = {"ZEO": ZEO, "relstorage": RELSTORAGE}

_ADD = {"stack": AppendStack.push, "accumulator": Accumulator.append}
# Another commit may hold a lock for too long, which says nothing about merges.
_ATTEMPTS = 3

# The tests of a process run one at a time, since they replace a method of its storage.
_one_at_a_time = Lock()


class Outcome(Enum):
    """The outcome of a conflict test. The values are stored."""

    MERGED = "merged"
    REFUSED = "refused"
    #: Committed, but items are missing or in the wrong order.
    WRONG = "wrong"
    #: Another error occurred, so the test has no result.
    FAILED = "failed"


class ConflictTest(NamedTuple):
    """The result of a conflict test.

    ``storage`` is the kind of storage. ``here`` is true if this process, a ZEO client, resolved
    the conflicts. ``error`` is the error of a test that failed.
    """

    outcome: Outcome
    storage: str
    here: bool = False
    error: str = ""
    time: datetime | None = None


def run_conflict_test(site) -> ConflictTest:
    """Test the database of *site*, store the result in *site*, and return it.

    A test that failed is not stored. Commits the current transaction first.
    """

    def store():
        IAnnotations(site)[LAST_CHECK] = {
            "time": to_milliseconds(result.time),
            "outcome": result.outcome.value,
            "engine": result.storage,
            "here": result.here,
        }

    transaction.commit()
    result = provoke_conflicts(site._p_jar.db())._replace(time=clock.utc_now())
    if result.outcome is not Outcome.FAILED:
        commit_attempts(store)
    return result


def last_conflict_test(site) -> ConflictTest | None:
    """Return the stored result of *site*, None if there is none."""
    stored = IAnnotations(site).get(LAST_CHECK)
    if stored is None:
        return None
    return ConflictTest(
        Outcome(stored["outcome"]),
        stored["engine"],
        stored["here"],
        time=from_milliseconds(stored["time"]),
    )


def provoke_conflicts(database) -> ConflictTest:
    """Provoke conflicts on scratch structures in the root of *database*.

    Commits in transactions of its own. Only a pack removes all traces.
    """
    storage = storage_kind(database)
    try:
        with _one_at_a_time, scratch_structures(database) as oids:
            with _resolutions_noted(database, set(oids.values())) as resolved_here:
                outcome = _race(database, oids)
            return ConflictTest(outcome, storage, bool(resolved_here))
    except Exception as error:
        logger.warning("The conflict test failed.", exc_info=True)
        return ConflictTest(Outcome.FAILED, storage, error=describe(error))


def storage_kind(database) -> str:
    """Return ZEO, RELSTORAGE or PROCESS, the kind of storage of *database*.

    Goes by the names of packages, since neither ZEO nor RelStorage need be installed.
    """
    classes = resolving_storage(database).__class__.__mro__
    packages = {each.__module__.partition(".")[0] for each in classes}
    return next((_PACKAGES[name] for name in _PACKAGES.keys() & packages), PROCESS)


def resolving_storage(database):
    """Return the storage of *database* that resolves conflicts, or else the innermost one.

    It may be wrapped, for compression or encryption.
    """
    storage = database.storage
    while not isinstance(storage, ConflictResolvingStorage):
        inner = getattr(storage, "base", None)
        if not hasattr(inner, "load"):
            break
        storage = inner
    return storage


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
def _resolutions_noted(database, oids: set[bytes]) -> Iterator[list[bytes]]:
    """Yield a list of those *oids* for which a ZEO client is asked to resolve a conflict.

    A client does not know whether the server leaves conflicts to its clients.
    """
    asked = []
    if storage_kind(database) != ZEO:
        yield asked
        return
    client = resolving_storage(database)
    resolve = client.tryToResolveConflict

    def note_and_resolve(oid, *args, **kwargs):
        if oid in oids:
            asked.append(oid)
        return resolve(oid, *args, **kwargs)

    client.tryToResolveConflict = note_and_resolve
    try:
        yield asked
    finally:
        del client.tryToResolveConflict


@contextmanager
def scratch_structures(database) -> Iterator[dict[str, bytes]]:
    """Commit a stack and an accumulator to *database*; yield their oids by these names.

    At the end they are removed from the root, with the remains of a test that was killed. This
    does not disturb another test that uses them: the records stay until the next pack.
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
    """Call *change* with the root and commit, in a transaction of its own. Retries conflicts."""
    manager = TransactionManager()
    with closing(database.open(manager)) as connection:
        for attempt in manager.attempts(ATTEMPTS):
            with attempt as txn:
                txn.note("collective.appendonly: doctor")
                change(connection.root())


def _remove(root) -> None:
    for name in [name for name in root if str(name).startswith(PREFIX)]:
        del root[name]
