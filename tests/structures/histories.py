"""Random histories of several connections to one storage, and how they are judged.

A history is a machine of hypothesis whose rules are what a person may do. Next to the
database it keeps a plain model of what was committed, and of what each connection sees.
Both are compared after every step. A ConflictError is tolerated only where the model
says that it is documented, by what both sides have done since they began.
"""

from collections import Counter
from contextlib import contextmanager
from hypothesis import strategies as st
from hypothesis.stateful import precondition
from hypothesis.stateful import rule
from hypothesis.stateful import RuleBasedStateMachine
from pathlib import Path
from persistent.mapping import PersistentMapping
from tempfile import TemporaryDirectory
from transaction import TransactionManager
from typing import Any
from typing import NamedTuple
from ZODB.DB import DB
from ZODB.DemoStorage import DemoStorage
from ZODB.FileStorage import FileStorage
from ZODB.POSException import ConflictError
from ZODB.POSException import POSKeyError
from ZODB.POSException import UndoError
from ZODB.TimeStamp import TimeStamp
from ZODB.utils import load_current

import base64


CONNECTIONS = st.integers(0, 3)
BACK = st.integers(0, 4)

# An item is known by its number, whatever it is.
KINDS = {
    "int": int,
    "bytes": lambda number: b"%d" % number,
    "persistent": lambda number: PersistentMapping(number=number),
    "holds persistent": lambda number: ("x", PersistentMapping(number=number)),
}


# The machines that were run, for the summary at the end of the tests.
RUNS = {}


def tallies():
    """Return what was counted in each run, and at last the sum."""
    counted = [(machine.__name__, machine.tally) for machine in RUNS.values()]
    return [*counted, ("all", sum((tally for _, tally in counted), Counter()))]


def number_of(item):
    if isinstance(item, tuple):
        item = item[1]
    return item["number"] if isinstance(item, PersistentMapping) else int(item)


def numbers(items):
    return tuple(map(number_of, items))


@contextmanager
def history(machine, **arguments):
    """Begin a history that is written step by step. It is not counted with the others."""
    state = type(machine.__name__, (machine,), {})()
    try:
        state.begin(**arguments)
        yield state
    finally:
        state.teardown()


class Commit(NamedTuple):
    """A transaction that was committed: what it did, and the model around it."""

    actions: frozenset
    before: Any
    after: Any
    began: bytes  # the state that it began with, or that of what it undid
    tid: bytes


class Participant:
    """A connection: the model as it was when its transaction began, and as it is seen."""

    def __init__(self, db):
        self.manager = TransactionManager()
        self.connection = db.open(transaction_manager=self.manager)
        self.root = self.connection.root

    def begin(self, model, seen, tid):
        self.manager.begin()
        self.snapshot = self.view = model
        self.seen = seen  # how many commits
        self.tid = tid
        self.actions = set()
        self.savepoints = []


class Histories(RuleBasedStateMachine):
    """What connections do whatever they work on. No conflict is tolerated here.

    A subclass has to say what is stored, what becomes of it in a merge, and how it is
    compared. States of the model are named tuples with a property ``items``: the
    numbers of all items that were ever committed and not undone, in that order.
    """

    in_file_only = False
    # Whether to pack to a moment between begin and commit of a participant.
    pack_between = False
    # They make the storage look at a record that the transaction does not write, which
    # a rollback does not take back.
    outlive_rollback = frozenset()

    def __init_subclass__(cls):
        cls.tally = Counter()

    def open(self, in_file, kinds, model):
        self.folder = TemporaryDirectory() if in_file or self.in_file_only else None
        if self.folder:
            path = Path(self.folder.name) / "Data.fs"
            storage = FileStorage(str(path), pack_keep_old=False)
        else:
            storage = DemoStorage()
        self.db = DB(storage)
        self.kinds = sorted(kinds)
        self.model = model
        self.commits = []
        self.made = 0
        self.packed = 0.0
        with self.db.transaction() as connection:
            self.store(connection.root, model)
        self.connect()
        self.tally["histories"] += 1

    def connect(self, count=4):
        self.participants = [Participant(self.db) for _ in range(count)]
        for participant in self.participants:
            self.begin_transaction(participant)

    def store(self, root, model):
        raise NotImplementedError

    def merge(self, mine):
        """Return the model after the commit of a participant."""
        raise NotImplementedError

    def compare_with(self, root, model):
        """Assert that the stored objects are as in the model."""
        raise NotImplementedError

    def may_conflict(self, mine, others):
        """Return whether what others did meanwhile may stop what a participant did."""
        return False

    def may_miss(self, mine, others):
        """Return whether a record may be missing at a commit."""
        return False

    def begin_transaction(self, participant):
        tid = self.db.lastTransaction()
        participant.begin(self.model, len(self.commits), tid)

    def make(self):
        """Make a new item. All kinds of this history take turns."""
        self.made += 1
        return KINDS[self.kinds[self.made % len(self.kinds)]](self.made)

    @contextmanager
    def acting(self, mine, commit=False):
        """Let a participant change something, compare what it sees, maybe commit."""
        yield mine.root
        self.compare_with(mine.root, mine.view)
        self.tally["steps"] += 1
        if commit:
            self.commit_of(mine)

    def first(self, number, wanted):
        """Return a participant by number, or the next one that is as wanted."""
        order = self.participants[number:] + self.participants[:number]
        return next(filter(wanted, order), order[0])

    @rule(number=CONNECTIONS)
    def commit(self, number):
        """Commit a transaction that has something to commit, if there is any."""
        self.commit_of(self.first(number, lambda mine: mine.actions))
        self.tally["steps"] += 1

    def commit_of(self, mine):
        others = self.others(mine)
        mine.manager.get().note(str(len(self.commits)))
        try:
            mine.manager.commit()
        except (POSKeyError, ConflictError) as error:
            self.refused(error, mine, others)
            mine.manager.abort()
        else:
            self.tally["commits"] += bool(mine.actions)
            self.tally["merged"] += bool(mine.actions & others)
            self.committed(mine.actions, self.merge(mine), mine.tid)
        self.begin_transaction(mine)
        self.compare()

    def has_objects(self):
        return not set(self.kinds) <= {"int", "bytes"}

    def others(self, mine):
        """Return what was done by others since a participant began."""
        return {
            action for commit in self.commits[mine.seen :] for action in commit.actions
        }

    def refused(self, error, mine, others):
        conflict = isinstance(error, ConflictError)
        allowed = self.may_conflict if conflict else self.may_miss
        if not allowed(mine, others):
            self.tally["conflicts"] += 1
            raise error
        self.tally["refused"] += 1

    def committed(self, actions, model, began):
        tid = self.db.lastTransaction()
        self.commits.append(Commit(frozenset(actions), self.model, model, began, tid))
        self.model = model

    def compare(self):
        with self.db.transaction() as connection:
            self.compare_with(connection.root, self.model)

    def compare_items(self, found, expected):
        lost = set(expected) - set(found)
        doubled = len(found) - len(set(found))
        self.tally["lost"] += len(lost)
        self.tally["doubled"] += doubled
        assert not lost
        assert not doubled
        assert found == expected

    @rule(number=CONNECTIONS)
    def abort(self, number):
        self.abort_of(self.participants[number])
        self.tally["steps"] += 1

    def abort_of(self, mine):
        mine.manager.abort()
        self.begin_transaction(mine)
        self.compare_with(mine.root, mine.view)

    @rule(number=CONNECTIONS)
    def savepoint(self, number):
        mine = self.participants[number]
        with self.acting(mine):
            savepoint = mine.manager.savepoint()
            mine.savepoints.append((savepoint, mine.view, frozenset(mine.actions)))

    @precondition(lambda self: any(mine.savepoints for mine in self.participants))
    @rule(number=CONNECTIONS, back=BACK)
    def rollback(self, number, back):
        mine = self.first(number, lambda mine: mine.savepoints)
        with self.acting(mine):
            chosen = max(len(mine.savepoints) - 1 - back, 0)
            savepoint, mine.view, actions = mine.savepoints[chosen]
            savepoint.rollback()
            del mine.savepoints[chosen + 1 :]
            mine.actions = set(actions | mine.actions & self.outlive_rollback)

    @rule()
    def pack(self):
        """Pack to the moment when the oldest open transaction began."""
        for mine in self.participants:
            if not mine.actions:
                self.abort_of(mine)
        tid = min(mine.tid for mine in self.participants)
        for commit in reversed(self.commits):
            if commit.began < tid < commit.tid and not self.pack_between:
                tid = commit.began
        # A microsecond more, since this conversion may round down to before the commit.
        self.packed = max(TimeStamp(tid).timeTime() + 1e-6, self.packed)
        self.db.pack(self.packed)
        self.db.cacheMinimize()  # so that no connection still has removed objects
        self.compare()
        self.tally["steps"] += 1

    def teardown(self):
        if hasattr(self, "db"):
            for mine in self.participants:
                mine.manager.abort()
                mine.connection.close()
            self.db.close()
            if self.folder:
                self.folder.cleanup()


class HistoriesWithUndo(Histories):
    """A storage restores a record that was not changed since, without a merge.

    Otherwise it calls the merge. So the outcome is determined for each record.
    """

    in_file_only = True

    def after_undo(self, undone):
        """Return the model after the undo of a commit, if it is not refused."""
        raise NotImplementedError

    def may_be_asked(self, undone):
        """Return whether the outcome of this undo is promised."""
        return True

    def must_be_undone(self, undone):
        """Return whether undo may not be refused, though records were changed since."""
        return False

    def actions_of_undo(self, undone):
        """Return what an undo means to others."""
        return set()

    @precondition(lambda self: self.commits)
    @rule(back=BACK)
    def undo(self, back):
        log = [
            entry for entry in self.db.undoLog(0, 30) if entry["description"].isdigit()
        ]
        if not log:
            return
        entry = log[min(back, len(log) - 1)]
        undone = self.commits[int(entry["description"])]
        assert base64.decodebytes(entry["id"] + b"\n") == undone.tid
        taken = set(undone.before.items) - set(undone.after.items)
        if taken & set(self.model.items) or not self.may_be_asked(undone):
            return  # an undo that was undone before would double what it took away
        expected = self.after_undo(undone)
        must = self.newest(undone) or self.must_be_undone(undone)
        actions = self.actions_of_undo(undone)
        manager = TransactionManager()
        manager.get().note(str(len(self.commits)))
        self.db.undo(entry["id"], manager.get())
        try:
            manager.commit()
        except UndoError:
            assert not must
            self.tally["undo refused"] += 1
        else:
            self.tally["undone"] += 1
            self.committed(actions, expected, undone.began)
        finally:
            manager.abort()
        self.compare()
        self.tally["steps"] += 1

    def since(self, undone):
        """Return what was done since a commit."""
        later = self.commits[self.commits.index(undone) + 1 :]
        return {action for commit in later for action in commit.actions}

    def records(self, undone):
        """Return what a commit has written, by object id."""
        for transaction in self.db.storage.iterator(undone.tid, undone.tid):
            return {record.oid: record.data for record in transaction}

    def newest(self, undone):
        """Return whether none of a commit's records was changed since."""
        if undone.tid == self.db.lastTransaction():
            return True
        # A record without data is one that was removed. It is only found as the newest.
        return all(
            data is not None and data == self.current(oid)
            for oid, data in self.records(undone).items()
        )

    def unchanged(self, name, undone):
        """Return whether a commit wrote an object that was not changed since.

        None if it did not write it.
        """
        with self.db.transaction() as connection:
            oid = connection.root()[name]._p_oid
        records = self.records(undone)
        return records[oid] == self.current(oid) if oid in records else None

    def current(self, oid):
        try:
            return load_current(self.db.storage, oid)[0]
        except POSKeyError:
            return None
