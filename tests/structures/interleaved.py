"""What the transactions of the exhaustive runs do, and the machines that judge them.

The machines are those of the random histories, with the same models. They begin with a
given number of items, and many times in the same state; and they only look at what was
committed.
"""

from collective.appendonly.structures.check import check
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from tests.structures.accumulator_histories import AccumulatorHistoriesWithUndo
from tests.structures.accumulator_histories import Queue
from tests.structures.histories import KINDS
from tests.structures.histories import numbers
from tests.structures.histories import Participant
from tests.structures.log_histories import HistoriesOfEverything
from tests.structures.log_histories import Log
from tests.structures.search_histories import SearchHistories
from typing import NamedTuple
from ZODB.DB import DB
from ZODB.DemoStorage import DemoStorage
from ZODB.FileStorage import FileStorage

import copy
import shutil


class Past:
    """A storage in which a transaction can begin as if it had done so before others.

    What a connection loads depends on the last commit at its beginning only.
    """

    moment = None

    def lastTransaction(self):
        return self.moment or super().lastTransaction()


Memory = type("Memory", (Past, DemoStorage), {})
File = type("File", (Past, FileStorage), {})


class Interleaved:
    in_file_only = False

    @classmethod
    @contextmanager
    def begin_with(cls, beginning, size, in_file, kind):
        """Yield a machine in the state that a beginning describes."""
        state = cls()
        state.kind = kind
        state.open(in_file, [kind], beginning.model(size))
        state.made = len(state.model.items)
        for change in beginning.changes:
            state.play(change)
        del state.moments[:-1]
        try:
            yield state
        finally:
            state.teardown()

    def connect(self):
        self.participants, self.moments = [], [self.moment()]

    def moment(self):
        """Return what a transaction sees that begins now."""
        return self.model, len(self.commits), self.db.lastTransaction()

    def items(self):
        return [KINDS[self.kind](number) for number in self.model.items]

    @contextmanager
    def branch(self):
        """Yield this machine with a copy of its database."""
        state = copy.copy(self)
        state.commits, state.moments = list(self.commits), list(self.moments)
        storage = self.db.storage
        if self.folder:
            state.folder = TemporaryDirectory()
            path = shutil.copy(storage.getName(), state.folder.name)
            state.db = DB(File(path, pack_keep_old=False))
        else:
            state.db = DB(Memory(base=storage, close_base_on_close=False))
        try:
            yield state
        finally:
            state.teardown()

    def play(self, transaction, seen=-1, pack=False):
        """Do a transaction that has begun at an earlier moment, and commit it."""
        moment = self.moments[seen]
        self.db.storage.moment = moment[-1]
        mine = Participant(self.db)
        mine.begin(*moment)
        self.db.storage.moment = None
        self.participants = [mine]
        transaction(self, 0)
        if pack:
            self.pack()
        if mine.actions:
            self.commit_of(mine)
        self.moments.append(self.moment())

    @contextmanager
    def acting(self, mine, commit=False):
        yield mine.root

    def abort_of(self, mine):
        mine.manager.abort()
        mine.actions.clear()

    def replaced_by_hand(self, structure):
        """Replace the oldest item, as no structure does. Return the numbers."""
        former, structure._items[0] = structure._items[0], self.make()
        structure._p_changed = True
        return dict([numbers([former, structure._items[0]])])


# A log


class Logs(Interleaved, HistoriesOfEverything):
    pack_between = True

    def store(self, root, model):
        super().store(root, model)
        self.positions = {}
        length, items, archived = model.limits[1], self.items(), len(model.archived)
        for start in range(0, archived, length):
            layer = items[start : start + length]
            self.archive(root, start // length, layer)
        root.stack.__setstate__((*model.limits, archived // length, items[archived:]))

    def merge(self, mine):
        # What is archived was in the stack until now.
        began, gone = mine.snapshot, len(self.model.archived)
        stop = len(mine.view.archived)
        if stop > len(began.archived):
            assert gone >= len(began.archived)
            assert began.items[gone:stop] == self.model.items[gone:stop]
        return super().merge(mine)

    def room(self, mine):
        return 1  # beyond the bound, too

    def push_up_to(self, number, bound, over=0):
        self.push_more(number, bound(*self.participants[number].view.limits) + over)

    def prune_layers(self, number, count):
        mine = self.participants[number]
        layers = -(-len(mine.view.stacked) // mine.view.limits[1])
        self.prune_early(number, max(layers - count, 0))

    def resize_by(self, number, layers=0, length=0):
        limits = self.participants[number].view.limits
        self.resize(number, max(limits[0] + layers, 1), limits[1] + length)

    def replace_by_hand(self, number):
        mine = self.participants[number]
        if mine.root.stack:
            replaced = self.replaced_by_hand(mine.root.stack)
            mine.view = mine.view.with_replacements(replaced)
            mine.actions.add("replace in stack")


class SearchedLogs(Logs, SearchHistories):
    """All layers but the oldest are known, so that the sixth one gets a summary."""

    known = staticmethod(lambda generation: generation > 0)


class LogsToIndex(SearchedLogs):
    """No layer of those at the beginning is known."""

    known = staticmethod(lambda generation: generation > 4)


class StacksAlone(Logs):
    """What is pruned is gone, and nothing but the stack can refuse."""

    def archive(self, root, generation, items):
        pass

    def after_undo(self, undone):
        return self.stack_after_undo(undone)

    def may_conflict(self, mine, others):
        brought_back = len(self.model.archived) < len(mine.snapshot.archived)
        pruned = "prune" in mine.actions
        return (pruned and brought_back) or super().may_conflict(mine, others)

    def compare_with(self, root, model):
        assert numbers(item for _, _, item in root.stack)[::-1] == model.stacked
        assert (root.stack.max_layers, root.stack.max_length) == model.limits


class ArchivesAlone(Logs):
    """An archive with layers from elsewhere. It may take one for another as long."""

    def compare_with(self, root, model):
        check(root.archive)
        assert numbers(item for *_, item in root.archive)[::-1] == model.archived

    def may_conflict(self, mine, others):
        return "add" in mine.actions & others

    def merge(self, mine):
        if "add" not in self.others(mine):
            return mine.view
        assert len(self.model.archived) == len(mine.view.archived)
        return self.model

    def add(self, number, count):
        mine = self.participants[number]
        archive, items = mine.root.archive, [self.make() for _ in range(count)]
        archive.addLayer(archive.generation + 1, items)
        mine.actions.add("add")
        mine.view = Log(mine.view.archived + numbers(items), (), 0, mine.view.limits)


def do(action, **arguments):
    """Return what does something for a participant: a transaction, or a part of one."""
    return lambda state, number: getattr(state, action)(number, **arguments)


def all_of(*actions):
    return lambda state, number: [action(state, number) for action in actions]


def undo(back):
    return lambda state, number: state.undo(back=back)


def some(transactions, *names):
    return {name: transactions[name] for name in names}


def push_up_to(bound, over=0):
    return do("push_up_to", bound=bound, over=over)


PUSH = do("push_more", count=1)
PUSH_A_LAYER = push_up_to(lambda layers, length: length)
ARCHIVE = do("prune_layers", count=1)
REPLACE_ARCHIVED = do("replace_in_archive")
OLDEST = 999
UNDO = {
    "undo the last": undo(0),
    "undo the one before": undo(1),
    "undo the one before that": undo(2),
}
ARCHIVING = {
    "archive a layer": ARCHIVE,
    "archive two layers": do("prune_layers", count=2),
    "replace the oldest archived": do("replace_in_archive", back=OLDEST),
    "replace the newest archived": REPLACE_ARCHIVED,
    "archive and replace": all_of(ARCHIVE, REPLACE_ARCHIVED),
    "archive all": do("prune_early"),
    **some(UNDO, "undo the last", "undo the one before"),
}
SEARCHED = {
    **{
        name: transaction
        for name, transaction in ARCHIVING.items()
        if name not in ("archive and replace", "push")
    },
    "discard the oldest": do("discard", keep=4),
    "index some": do("index", limit=2),
    "index all": do("index"),
}
FAR = {
    "archive all but one": do("prune_early", keep=1),
    **some(ARCHIVING, "archive a layer", "archive two layers"),
    "replace the newest archived": REPLACE_ARCHIVED,
}
CORE_OF_LOG = {
    "push": PUSH,
    "push a layer": PUSH_A_LAYER,
    "push beyond the bound": push_up_to(
        lambda layers, length: (layers - 1) * length, 1
    ),
    "raise max_layers": do("resize_by", layers=1),
    "discard all but one": do("discard", keep=1),
    "discard all": do("discard"),
    "replace the oldest in the stack": do("replace_in_stack", back=OLDEST),
    "roll back": all_of(
        PUSH, do("savepoint"), PUSH_A_LAYER, REPLACE_ARCHIVED, do("rollback", back=0)
    ),
    **some(ARCHIVING, "archive a layer", "archive two layers", "archive all"),
    **some(ARCHIVING, "replace the newest archived", "undo the last"),
    "undo the one before": UNDO["undo the one before"],
}
LOG = {
    **CORE_OF_LOG,
    **ARCHIVING,
    **UNDO,
    "push up to the bound": push_up_to(lambda layers, length: (layers - 1) * length),
    "lower max_layers": do("resize_by", layers=-1),
    "raise max_length": do("resize_by", length=1),
    "replace the newest in the stack": do("replace_in_stack"),
    "abort": all_of(PUSH_A_LAYER, do("discard"), do("abort")),
    "fail to archive": do("push_with_failing_pruner"),
    "fail to archive more": do("push_with_failing_pruner", archived=1),
    "push and discard": all_of(PUSH_A_LAYER, do("discard", keep=1)),
    "replace in the stack and push": all_of(
        do("replace_in_stack", back=OLDEST), PUSH_A_LAYER
    ),
    "set an attribute of the archive": do("set_title"),
}


# A change in place is not promised to be kept once the item has left the stack.
OF_ARCHIVES = ("archived", "attribute", "discard", "roll back", "and replace")
STACK = {
    name: transaction
    for name, transaction in LOG.items()
    if not any(word in name for word in OF_ARCHIVES)
} | {
    "change an item in place": do("replace_by_hand"),
    "push and change an item in place": all_of(PUSH, do("replace_by_hand")),
    "archive and change an item in place": all_of(ARCHIVE, do("replace_by_hand")),
}
CORE_OF_STACK = some(
    *(STACK, "push", "archive a layer", "archive all", "undo the last"),
    *("push and change an item in place", "archive and change an item in place"),
    "undo the one before",
)
DISCARDING = some(
    *(LOG, "archive a layer", "discard all but one", "discard all", "undo the last"),
    "undo the one before",
)
ADDING = {"add an item": do("add", count=1), "add two": do("add", count=2)}


class Beginning(NamedTuple):
    """How many layers and items there are, by limits; and what was committed then."""

    archived: int = 0
    stacked: object = lambda layers, length: 0
    changes: tuple = ()

    def model(self, size):
        archived, stacked = self.archived * size[1], self.stacked(*size)
        items = tuple(range(1, archived + stacked + 1))
        return Log(items[:archived], items[archived:], 0, size)


def window(more=0, items=0):
    return lambda layers, length: (layers + more) * length + items


BEGINNINGS = {
    "empty": Beginning(),
    "one item": Beginning(0, lambda layers, length: 1),
    "full": Beginning(0, window()),
    "crowded": Beginning(1, window(more=2)),
    "archived": Beginning(2, window(items=-1)),
    "pruned": Beginning(0, window(), (ARCHIVE, PUSH)),
    "discarded": Beginning(3, window(), (do("discard", keep=2), PUSH)),
}
ARCHIVED = {name: BEGINNINGS[name] for name in ("full", "archived")}
FIVE = {"five": Beginning(5, window())}
MANY = {"many": Beginning(1, lambda layers, length: 80)}


# An accumulator


class Queues(Interleaved, AccumulatorHistoriesWithUndo):
    def store(self, root, model):
        super().store(root, model)
        root.accumulator.extend(self.items())

    def may_conflict(self, mine, others):
        by_hand = "replace" in mine.actions | others
        return by_hand or super().may_conflict(mine, others)

    def merge(self, mine):
        if "replace" not in mine.actions:
            return super().merge(mine)
        assert self.model is mine.snapshot
        return mine.view

    def replace_by_hand(self, number):
        mine = self.participants[number]
        if mine.root.accumulator:
            (item,) = self.replaced_by_hand(mine.root.accumulator).values()
            pending = item, *mine.view.pending[1:]
            mine.view = mine.view._replace(pending=pending)
            mine.actions.add("replace")


APPEND, CONSUME = do("extend"), do("consume")
QUEUE = {
    "append": APPEND,
    "extend": do("extend", count=2),
    "consume": CONSUME,
    "append and consume": all_of(APPEND, CONSUME),
    "consume and append": all_of(CONSUME, APPEND),
    "roll back": all_of(APPEND, do("savepoint"), CONSUME, do("rollback", back=0)),
    "abort": all_of(CONSUME, do("abort")),
    "change an item in place": do("replace_by_hand"),
    "change an item in place and append": all_of(do("replace_by_hand"), APPEND),
    **UNDO,
}


class Filling(NamedTuple):
    count: int = 0
    changes: tuple = ()

    def model(self, size):
        return Queue((), tuple(range(1, self.count + 1)))


FILLINGS = {
    "empty": Filling(),
    "one item": Filling(1),
    "two items": Filling(2),
    "appended": Filling(1, (APPEND, APPEND)),
    "consumed": Filling(1, (CONSUME, APPEND)),
}
