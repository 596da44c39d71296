"""Random histories of four connections to one storage, compared with a plain list.

The contract of ``IAppendStack``, as a test: no conflict, nothing lost, nothing doubled,
the order of the commits. What hypothesis prints of a failure can be made into a test.
"""

from collective.appendonly import AppendStack
from collective.appendonly import Archive
from collective.appendonly.structures.check import check
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize
from hypothesis.stateful import precondition
from hypothesis.stateful import rule
from hypothesis.stateful import RuleBasedStateMachine
from pathlib import Path
from tempfile import TemporaryDirectory
from transaction import TransactionManager
from ZODB.DB import DB
from ZODB.DemoStorage import DemoStorage
from ZODB.FileStorage import FileStorage
from ZODB.POSException import ConflictError
from ZODB.POSException import POSKeyError
from ZODB.POSException import UndoError

import json


CONNECTIONS = st.integers(0, 3)


class Histories(RuleBasedStateMachine):
    """Pushes and prunes within the bound. The log is all that was committed."""

    tolerated = ()

    def make_storage(self):
        return DemoStorage()

    @initialize(max_layers=st.integers(2, 3), max_length=st.integers(1, 3))
    def begin(self, max_layers, max_length):
        self.bound = (max_layers - 1) * max_length
        self.max_length = max_length
        self.db = DB(self.make_storage())
        with self.db.transaction() as connection:
            connection.root.stack = AppendStack(max_layers, max_length)
            connection.root.archive = Archive()
        self.connections = [
            self.db.open(transaction_manager=TransactionManager()) for _ in range(4)
        ]
        self.pending = [[] for _ in self.connections]
        self.log = []
        self.pushed = 0

    @rule(number=CONNECTIONS, count=st.integers(1, 6))
    def push(self, number, count):
        root, pending = self.connections[number].root, self.pending[number]
        for _ in range(min(count, self.bound - len(pending))):
            root.stack.push(self.pushed, root.archive.addLayer)
            pending.append(self.pushed)
            self.pushed += 1

    @rule(number=CONNECTIONS)
    def prune(self, number):
        # A layer that is not full may conflict, and so may one of this transaction.
        if not self.pending[number]:
            root = self.connections[number].root
            root.stack.prune(root.archive.addLayer, keep=1)

    @rule(number=CONNECTIONS)
    def abort(self, number):
        self.connections[number].transaction_manager.abort()
        self.pending[number] = []

    @rule(number=CONNECTIONS)
    def commit(self, number):
        manager = self.connections[number].transaction_manager
        pending, self.pending[number] = self.pending[number], []
        manager.get().note(json.dumps(pending))
        try:
            manager.commit()
        except self.tolerated:
            manager.abort()
        else:
            self.log += pending
        self.compare()

    def compare(self):
        with self.db.transaction() as connection:
            stack, archive = connection.root.stack, connection.root.archive
            check(stack, archive)
            items = [item for _, _, item in [*stack, *archive]][::-1]
            assert len(items) == len(stack) + len(archive)
            self.compare_items(items, archive)

    def compare_items(self, items, archive):
        assert items == self.log

    def teardown(self):
        if hasattr(self, "db"):
            for connection in self.connections:
                connection.transaction_manager.abort()
                connection.close()
            self.db.close()


class HistoriesWithDiscard(Histories):
    """Adding several layers at once, or discarding, may conflict with a discard."""

    tolerated = (ConflictError,)

    @rule(number=CONNECTIONS, keep=st.integers(0, 6))
    def discard(self, number, keep):
        archive = self.connections[number].root.archive
        archive.discard(archive.generation + 1 - keep)

    def compare_items(self, items, archive):
        assert items == self.log[archive.horizon * self.max_length :]


class HistoriesWithUndo(HistoriesWithDiscard):
    """Undo may be refused, and may take away the items of what is undone."""

    tolerated = (ConflictError, POSKeyError)

    def make_storage(self):
        self.folder = TemporaryDirectory()
        self.undone = set()
        return FileStorage(str(Path(self.folder.name) / "Data.fs"))

    @precondition(lambda self: self.log)
    @rule(back=st.integers(0, 4))
    def undo(self, back):
        log = self.db.undoLog(0, 30)
        candidates = [entry for entry in log if _items(entry) is not None]
        if back >= len(candidates):
            return
        manager = TransactionManager()
        try:
            self.db.undo(candidates[back]["id"], manager.get())
            manager.commit()
        except UndoError:
            pass
        else:
            self.undone |= _items(candidates[back])
        finally:
            manager.abort()
        self.compare()

    def compare_items(self, items, archive):
        assert len(set(items)) == len(items)
        assert set(items) <= set(self.log)
        if not archive.horizon:
            assert set(self.log) - self.undone <= set(items)

    def teardown(self):
        super().teardown()
        if hasattr(self, "folder"):
            self.folder.cleanup()


def _items(entry):
    """Return what the transaction of an undo log's entry had pushed, if it was ours."""
    note = entry["description"]
    note = note.decode() if isinstance(note, bytes) else note
    return set(json.loads(note)) if note.startswith("[") else None


def _settings(examples, steps):
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow],
    )


TestHistories = Histories.TestCase
TestHistories.settings = _settings(80, 60)

TestHistoriesWithDiscard = HistoriesWithDiscard.TestCase
TestHistoriesWithDiscard.settings = _settings(50, 60)

TestHistoriesWithUndo = HistoriesWithUndo.TestCase
TestHistoriesWithUndo.settings = _settings(40, 50)
