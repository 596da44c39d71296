"""Random histories of an accumulator: each item is processed once.

The contract of ``IAccumulator``, as a model: two plain runs of numbers.
"""

from collective.appendonly import Accumulator
from collective.appendonly.structures.check import check
from hypothesis import strategies as st
from hypothesis.stateful import initialize
from hypothesis.stateful import rule
from tests.structures.histories import CONNECTIONS
from tests.structures.histories import Histories
from tests.structures.histories import HistoriesWithUndo
from tests.structures.histories import KINDS
from tests.structures.histories import numbers
from typing import NamedTuple


class Queue(NamedTuple):
    """The numbers that were processed, in that order, and those that are pending."""

    processed: tuple = ()
    pending: tuple = ()

    @property
    def items(self):
        return self.processed + self.pending


class AccumulatorHistories(Histories):
    """Only the second of two transactions that consume gets a conflict."""

    @initialize(
        in_file=st.booleans(), kinds=st.sets(st.sampled_from(sorted(KINDS)), min_size=1)
    )
    def begin(self, in_file=False, kinds=("int",)):
        self.open(in_file, kinds, Queue())

    def store(self, root, model):
        root.accumulator = Accumulator()

    def compare_with(self, root, model):
        check(root.accumulator)
        found = model.processed + numbers(root.accumulator)
        self.compare_items(found, model.items)
        assert len(root.accumulator) == len(model.pending)

    def may_conflict(self, mine, others):
        return "consume" in mine.actions and "consume" in others

    def merge(self, mine):
        now, began, view = self.model, mine.snapshot, mine.view
        # What others have appended comes before what this transaction has.
        processed = view.processed[len(began.processed) :]
        items = now.items + tuple(i for i in view.items if i not in began.items)
        done = now.processed + processed
        return Queue(done, tuple(item for item in items if item not in done))

    @rule(number=CONNECTIONS, count=st.integers(1, 3), commit=st.booleans())
    def extend(self, number, count=1, commit=False):
        mine = self.participants[number]
        with self.acting(mine, commit) as root:
            items = [self.make() for _ in range(count)]
            if count == 1:
                root.accumulator.append(*items)
            else:
                root.accumulator.extend(iter(items))
            mine.actions.add("append")
            mine.view = mine.view._replace(pending=mine.view.pending + numbers(items))

    @rule(number=CONNECTIONS, commit=st.booleans())
    def consume(self, number, commit=False):
        mine = self.participants[number]
        with self.acting(mine, commit) as root:
            found = numbers(root.accumulator.consume())
            assert found == mine.view.pending
            if found:
                mine.actions.add("consume")
            mine.view = Queue(mine.view.processed + found)


class AccumulatorHistoriesWithUndo(HistoriesWithUndo, AccumulatorHistories):
    """Undo may make items pending again, if the accumulator was not changed since."""

    def may_conflict(self, mine, others):
        now, began = self.model, mine.snapshot
        unprocessed = not set(began.processed) <= set(now.processed)
        unappended = now.pending[: len(began.pending)] != began.pending
        undone = "undo" in others and (unprocessed or unappended)
        return undone or super().may_conflict(mine, others)

    def actions_of_undo(self, undone):
        redone = len(undone.before.processed) > len(undone.after.processed)
        return {"undo", "consume"} if redone else {"undo"}

    def may_be_asked(self, undone):
        # To consume, undo that, append and consume again leads to a record that looks
        # as before. The storage does not know, so the first may be undone once more.
        aliased = self.model != undone.after
        return not (aliased and self.unchanged("accumulator", undone))

    def must_be_undone(self, undone):
        only_appended = undone.actions <= {"append"} and not self.has_objects()
        return only_appended and "undo" not in self.since(undone)

    def after_undo(self, undone):
        now, before, after = self.model, undone.before, undone.after
        unchanged = self.unchanged("accumulator", undone)
        if unchanged is None:
            return now
        if unchanged:
            return before
        if len(before.processed) > len(after.processed):
            # Undo made items pending again. They are consumed once more, and what was
            # left of them then comes at the end.
            again = before.processed[len(after.processed) :]
            others = tuple(i for i in now.pending if i not in after.pending)
            return Queue(now.processed + again, others + before.pending)
        # What was appended stays. What undo took away is appended once more.
        again = tuple(i for i in before.pending if i not in after.items)
        return now._replace(pending=now.pending + again)
