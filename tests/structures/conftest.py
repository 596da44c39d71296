"""Storages and connections for the structures, with nothing around them but ZODB.

How to run only the quick tests: ``pytest tests/structures --deselect
tests/structures/test_history.py``. The whole folder takes some seconds.
"""

from transaction import TransactionManager
from ZODB.DB import DB
from ZODB.DemoStorage import DemoStorage
from ZODB.FileStorage import FileStorage

import pytest
import sys
import transaction


def pytest_terminal_summary(terminalreporter):
    """Report what the random histories have covered."""
    histories = sys.modules.get("tests.structures.histories")
    if histories is None or not histories.RUNS:
        return
    terminalreporter.section("random histories")
    for name, tally in histories.tallies():
        terminalreporter.line(
            f"{name:30} {tally['steps']:7} steps, {tally['commits']:6} commits, "
            f"{tally['merged']:6} of them beside others: {tally['lost']} lost, "
            f"{tally['doubled']} doubled, {tally['conflicts']} conflicts that are not "
            f"documented; {tally['refused']} that are, {tally['undone']} undone"
        )


class Database:
    """A database, and a new connection with its own transactions whenever asked."""

    def __init__(self, storage, db_class=DB):
        self.db = db_class(storage)
        self._opened = []

    def connect(self):
        connection = self.db.open(transaction_manager=TransactionManager())
        self._opened.append(connection)
        return connection

    def store(self, **objects):
        """Commit objects under names of the root."""
        connection = self.connect()
        for name, obj in objects.items():
            connection.root()[name] = obj
        connection.transaction_manager.commit()

    def load(self, name):
        """Return an object as a new connection sees it."""
        return self.connect().root()[name]

    def change(self, change, note=""):
        """Call ``change(root)`` in a new connection, and commit."""
        connection = self.connect()
        change(connection.root())
        connection.transaction_manager.get().note(note)
        connection.transaction_manager.commit()

    def race(self, *changes):
        """Let connections that see the same state commit their changes, in this order.

        All objects of the root are loaded before the first change.
        """
        connections = [self.connect() for _ in changes]
        for connection in connections:
            for obj in connection.root().values():
                obj._p_activate()
        for connection, change in zip(connections, changes, strict=True):
            change(connection.root())
        for connection in connections:
            connection.transaction_manager.commit()

    def undo(self, note):
        """Undo the transaction with this note, in one with the note "undo"."""
        log = self.db.undoLog(0, 1000)
        (entry,) = [entry for entry in log if _text(entry["description"]) == note]
        manager = TransactionManager()
        manager.get().note("undo")
        self.db.undo(entry["id"], manager.get())
        try:
            manager.commit()
        finally:
            manager.abort()

    def close(self):
        while self._opened:
            connection = self._opened.pop()
            connection.transaction_manager.abort()
            connection.close()
        self.db.close()


def loaded_objects(connection):
    """Return the objects that a connection holds in memory, without ghosts.

    The cache makes this list in one step. ``items()`` of the cache refers to its objects weakly:
    an iteration fails if the garbage collector frees one of them in the meantime.
    """
    return [obj for _, obj in connection._cache.lru_items()]


def _text(note):
    return note.decode() if isinstance(note, bytes) else note


@pytest.fixture
def open_database():
    """A function that opens a storage as a ``Database``, closed after the test."""
    opened = []

    def open_database(*args):
        opened.append(Database(*args))
        return opened[-1]

    yield open_database
    for database in opened:
        database.close()
    transaction.abort()


@pytest.fixture
def file_database(open_database, tmp_path):
    """A ``Database`` in a file, which can be undone and packed."""
    return open_database(FileStorage(str(tmp_path / "Data.fs")))


@pytest.fixture(params=["memory", pytest.param("file", marks=pytest.mark.large)])
def database(request, open_database):
    """A ``Database``, once in memory and once in a file."""
    if request.param == "memory":
        return open_database(DemoStorage())
    return request.getfixturevalue("file_database")


@pytest.fixture
def references():
    """A function that makes what conflict resolution sees of a persistent object."""
    from persistent.mapping import PersistentMapping
    from ZODB.ConflictResolution import PersistentReference

    def reference(number):
        return PersistentReference((number.to_bytes(8, "big"), PersistentMapping))

    return reference


@pytest.fixture
def loaded_layers():
    """A function that counts the archive layers a connection holds in memory."""
    from collective.appendonly.structures.layer import ArchiveLayer

    def count(connection):
        return sum(isinstance(obj, ArchiveLayer) for obj in loaded_objects(connection))

    return count
