"""Random histories of a stack and its archive.

The contracts of ``IAppendStack`` and ``IArchive``, as a model: two plain runs of numbers.
"""

from collective.appendonly import AppendStack
from collective.appendonly import Archive
from collective.appendonly.structures.check import check
from contextlib import suppress
from hypothesis import strategies as st
from hypothesis.stateful import initialize
from hypothesis.stateful import rule
from tests.structures.histories import BACK
from tests.structures.histories import CONNECTIONS
from tests.structures.histories import Histories
from tests.structures.histories import HistoriesWithUndo
from tests.structures.histories import KINDS
from tests.structures.histories import numbers
from typing import NamedTuple


# What changes the record of the stack.
STACK = frozenset({"push", "prune", "resize", "replace in stack", "unstack"})
# What changes the archive, or relies on its layers.
ARCHIVE = frozenset({"prune", "several", "discard", "replace in archive"})
MAX_LAYERS = st.integers(1, 4)
MAX_LENGTH = st.integers(1, 3)


class Log(NamedTuple):
    """All numbers that left the stack, those still in it, and how many were discarded."""

    archived: tuple
    stacked: tuple
    discarded: int
    limits: tuple
    title: int | None = None  # an attribute of the archive that is not its own

    @property
    def items(self):
        return self.archived + self.stacked

    def divide(self, items, archived):
        """Return a log with these items, of which so many have left the stack."""
        return self._replace(archived=items[:archived], stacked=items[archived:])

    def replaced_since(self, before):
        """Return which items were replaced, by which ones."""
        pairs = zip(before.items, self.items, strict=False)
        return {former: item for former, item in pairs if former != item}

    def with_replacements(self, replacements):
        items = tuple(replacements.get(item, item) for item in self.items)
        return self.divide(items, len(self.archived))


class LogHistories(Histories):
    """Pushes and prunes within the bound: there are no conflicts."""

    outlive_rollback = frozenset({"discard", "several"})
    pack_between = True

    @initialize(
        max_layers=st.integers(2, 3),
        max_length=MAX_LENGTH,
        in_file=st.booleans(),
        kinds=st.sets(st.sampled_from(sorted(KINDS)), min_size=1),
    )
    def begin(self, max_layers, max_length, in_file=False, kinds=("int",)):
        self.positions = {}  # they are final
        self.open(in_file, kinds, Log((), (), 0, (max_layers, max_length)))

    def store(self, root, model):
        root.stack = AppendStack(*model.limits)
        root.archive = Archive()

    def compare_with(self, root, model):
        stack, archive = root.stack, root.archive
        check(stack, archive)
        assert (stack.max_layers, stack.max_length) == model.limits
        assert getattr(archive, "title", None) == model.title
        entries = [*stack, *archive][::-1]
        positions = [(generation, index) for generation, index, _ in entries]
        assert positions == sorted(set(positions))
        found = numbers(item for _, _, item in entries)
        self.compare_items(found, model.items[model.discarded :])
        if model is self.model:
            positions = dict(zip(found, positions, strict=True))
            kept = positions.keys() & self.positions.keys()
            assert all(positions[item] == self.positions[item] for item in kept)
            self.positions = positions
        assert len(stack) == len(model.stacked)
        assert len(archive) == len(model.archived) - model.discarded

    def merge(self, mine):
        now, began, view = self.model, mine.snapshot, mine.view
        now = now.with_replacements(view.replaced_since(began))
        items = now.items + view.items[len(began.items) :]
        archived, discarded, limits = len(now.archived), now.discarded, now.limits
        if len(view.archived) > len(began.archived):
            archived = max(archived, len(view.archived))
        if view.discarded > began.discarded:
            discarded = max(discarded, view.discarded)
        if view.limits != began.limits:
            limits = view.limits
        title = now.title if view.title == began.title else view.title
        return Log(items[:archived], items[archived:], discarded, limits, title)

    def pruner(self, mine):
        """Archive a layer, and note it in the model."""

        def pruner(generation, items):
            self.archive(mine.root, generation, items)
            began, view = mine.snapshot, mine.view
            assert numbers(items) == view.stacked[: len(items)]
            archived = len(view.archived) + len(items)
            if len(view.archived) > len(began.archived):
                mine.actions.add("several")
            if len(items) < view.limits[1] or archived > len(began.items):
                mine.actions.add("early")  # others may have pushed into this layer
            mine.actions.add("prune")
            mine.view = view.divide(view.items, archived)

        return pruner

    def archive(self, root, generation, items):
        root.archive.addLayer(generation, items)

    def room(self, mine):
        """Return how many items a participant may still push within the bound."""
        layers, length = mine.view.limits
        pushed = len(mine.view.items) - len(mine.snapshot.items)
        return max((layers - 1) * length - pushed, 0)

    @rule(number=CONNECTIONS, count=st.integers(1, 6), commit=st.booleans())
    def push(self, number, count=1, commit=False):
        mine = self.first(number, self.room)
        with self.acting(mine, commit):
            for _ in range(min(count, self.room(mine))):
                self.push_one(mine)

    @rule(number=CONNECTIONS, count=st.integers(1, 6))
    def push_in_between(self, number, count=1):
        """Push in a short transaction of an idle participant, while others take their time."""
        mine = self.first(number, lambda mine: not mine.actions)
        if not mine.actions:
            self.abort_of(mine)
        self.push(self.participants.index(mine), count, commit=True)

    @rule(number=CONNECTIONS, archived=st.integers(0, 2), commit=st.booleans())
    def push_with_failing_pruner(self, number, archived=0, commit=False):
        """The pruner raises, after it has archived some layers."""
        mine = self.first(number, self.room)
        prune, calls = self.pruner(mine), iter(range(archived))

        def pruner(generation, items):
            if next(calls, None) is None:
                raise OSError
            prune(generation, items)

        with self.acting(mine, commit), suppress(OSError):
            if self.room(mine):
                self.push_one(mine, pruner)

    def push_one(self, mine, pruner=None):
        stack, pruner = mine.root.stack, pruner or self.pruner(mine)
        layers, length = mine.view.limits
        item, before = self.make(), len(stack)
        stack.push(item, pruner)
        # A surplus may wait for a while, but nothing goes before there is one.
        assert len(stack) <= 2 * layers * length
        assert len(stack) > before or len(stack) > (layers - 1) * length
        mine.actions.add("push")
        mine.view = mine.view._replace(stacked=mine.view.stacked + numbers([item]))

    @rule(number=CONNECTIONS, keep=st.integers(0, 3), commit=st.booleans())
    def prune(self, number, keep=0, commit=False):
        """Archive by hand what no transaction can be pushing into: full layers of old."""
        mine = self.participants[number]
        with self.acting(mine, commit) as root:
            length = mine.view.limits[1]
            pushed = len(mine.view.items) - len(mine.snapshot.items)
            full = (len(mine.view.stacked) - pushed) // length
            layers = -(-len(mine.view.stacked) // length)
            root.stack.prune(self.pruner(mine), max(keep, layers - full))


class BoundlessHistories(LogHistories):
    """More pushes than the bound allows, early prunes, and new limits, may conflict."""

    def may_conflict(self, mine, others):
        return (
            bool(others & STACK and mine.actions & {"early", "resize"})
            or bool("resize" in others and mine.actions & STACK)
            or super().may_conflict(mine, others)
        )

    @rule(number=CONNECTIONS, count=st.integers(1, 12), commit=st.booleans())
    def push_more(self, number, count, commit=False):
        mine = self.participants[number]
        with self.acting(mine, commit):
            for _ in range(count):
                self.push_one(mine)

    @rule(number=CONNECTIONS, keep=st.integers(0, 2), commit=st.booleans())
    def prune_early(self, number, keep=0, commit=False):
        mine = self.participants[number]
        with self.acting(mine, commit) as root:
            root.stack.prune(self.pruner(mine), keep)
            assert len(root.stack) <= keep * mine.view.limits[1]

    @rule(
        number=CONNECTIONS,
        max_layers=st.none() | MAX_LAYERS,
        max_length=st.none() | MAX_LENGTH,
        commit=st.booleans(),
    )
    def resize(self, number, max_layers=None, max_length=None, commit=False):
        mine = self.participants[number]
        with self.acting(mine, commit) as root:
            layers, length = mine.view.limits
            limits = max_layers or layers, max_length or length
            root.stack.resize(max_layers, max_length, self.pruner(mine))
            if limits != mine.view.limits:
                mine.actions.add("resize")
                mine.view = mine.view._replace(limits=limits)
            if length != limits[1]:
                assert not root.stack
            assert len(root.stack) <= limits[0] * limits[1] or limits[0] >= layers


class HistoriesWithDiscard(LogHistories):
    """Adding several layers, or discarding, may conflict with a discard."""

    # An addition beside a discard may refer to what is discarded: see test_archive_merge.
    pack_between = False

    def may_conflict(self, mine, others):
        discards = "discard" in others and mine.actions & {"discard", "several"}
        return bool(discards) or super().may_conflict(mine, others)

    @rule(number=CONNECTIONS, keep=st.integers(-2, 6), commit=st.booleans())
    def discard(self, number, keep=0, commit=False):
        mine = self.participants[number]
        with self.acting(mine, commit) as root:
            archive = root.archive
            before = archive.generation + 1 - keep
            gone = sum(generation < before for generation, _, _ in archive)
            assert archive.discard(before) == gone
            if gone:
                mine.actions.add("discard")
            discarded = mine.view.discarded + gone
            mine.view = mine.view._replace(discarded=discarded)


class HistoriesWithReplacements(HistoriesWithDiscard):
    """A replacement conflicts with those that may carry a copy of the layer.

    An attribute that is set on the archive conflicts with any change of its record.
    """

    def may_conflict(self, mine, others):
        def one_and_the_other(one, other):
            return mine.actions & one and others & other

        in_stack, in_archive = {"replace in stack"}, {"replace in archive"}
        with_copies = {"several", "discard", *in_archive}
        return bool(
            one_and_the_other(in_stack, STACK)
            or one_and_the_other(STACK, in_stack)
            or one_and_the_other(in_archive, with_copies)
            or one_and_the_other(with_copies, in_archive)
            # A layer of its own, which others have archived as well.
            or (mine.actions >= {"prune", *in_archive} and "prune" in others)
            or one_and_the_other({"title"}, ARCHIVE | {"title", "unarchive"})
        ) or super().may_conflict(mine, others)

    @rule(number=CONNECTIONS, back=BACK, commit=st.booleans())
    def replace_in_stack(self, number, back=0, commit=False):
        self.replace(number, "stack", back, commit)

    @rule(number=CONNECTIONS, back=BACK, commit=st.booleans())
    def replace_in_archive(self, number, back=0, commit=False):
        self.replace(number, "archive", back, commit)

    @rule(number=CONNECTIONS, commit=st.booleans())
    def set_title(self, number, commit=False):
        mine = self.participants[number]
        with self.acting(mine, commit) as root:
            self.made += 1
            root.archive.title = self.made
            mine.actions.add("title")
            mine.view = mine.view._replace(title=self.made)

    def replace(self, number, name, back, commit):
        """Replace the items of a layer, counted from the newest."""
        mine = self.participants[number]
        with self.acting(mine, commit) as root:
            holder = getattr(root, name)
            layers = {}
            for generation, _, item in holder:
                layers.setdefault(generation, []).insert(0, item)
            if layers:
                generation = list(layers)[min(back, len(layers) - 1)]
                items = [self.make() for _ in layers[generation]]
                self.exchange(holder, generation, items)
                mine.actions.add(f"replace in {name}")
                pairs = zip(numbers(layers[generation]), numbers(items), strict=True)
                mine.view = mine.view.with_replacements(dict(pairs))

    def exchange(self, holder, generation, items):
        holder.replace(generation, iter(items))


class LogHistoriesWithUndo(HistoriesWithUndo, HistoriesWithDiscard):
    """Undo may be refused, and may stop those who work on what it takes away."""

    def may_conflict(self, mine, others):
        now, began = self.model.items, mine.snapshot.items
        unpushed = now[: len(began)] != began
        archiving = mine.actions & ARCHIVE
        return (
            bool("unstack" in others and unpushed and mine.actions & STACK)
            or bool("unarchive" in others and archiving)
            or super().may_conflict(mine, others)
        )

    def may_miss(self, mine, others):
        return "unarchive" in others and mine.actions & ARCHIVE - {"prune"}

    def actions_of_undo(self, undone):
        actions = {
            f"un{name}"
            for name in ("stack", "archive")
            if self.unchanged(name, undone) is not None
        }
        if undone.before.limits != undone.after.limits:
            actions.add("resize")
        return actions

    def must_be_undone(self, undone):
        """A push of builtin values; also with layers, if the archive was not changed."""
        others = self.since(undone)
        return (
            undone.actions <= {"push", "prune", "several"}
            and not self.has_objects()
            and "resize" not in others
            and ("prune" not in undone.actions or others <= {"push"})
        )

    def after_undo(self, undone):
        stack = self.stack_after_undo(undone)
        archive = self.archive_after_undo(undone)
        discarded = min(archive.discarded, len(archive.archived))
        assert len(set(archive.archived + stack.stacked)) == len(
            archive.archived + stack.stacked
        ) or not self.newest(undone)
        divided = archive.archived, stack.stacked
        return Log(*divided, discarded, stack.limits, archive.title)

    def stack_after_undo(self, undone):
        now, before, after = self.model, undone.before, undone.after
        unchanged = self.unchanged("stack", undone)
        if unchanged is None:
            return now
        if unchanged:
            return before
        # What was pushed did happen: it stays. What undo took away is pushed again.
        now = now.with_replacements(before.replaced_since(undone.after))
        again = before.items[len(after.items) :]
        return now.divide(now.items + again, self.archived_after_undo(undone))

    def archive_after_undo(self, undone):
        now, before = self.model, undone.before
        unchanged = self.unchanged("archive", undone)
        if unchanged is None:
            return now
        if unchanged:
            # Otherwise a discard of another participant would be undone as well.
            since = self.since(undone)
            assert "discard" not in since or "unarchive" in since
            return before
        archived = self.archived_after_undo(undone)
        discarded = max(now.discarded, before.discarded)
        now = now.with_replacements(before.replaced_since(undone.after))
        return now.divide(now.items, archived)._replace(discarded=discarded)

    def archived_after_undo(self, undone):
        """Return how many items have left the stack, where the merges are asked."""
        now, before, after = (
            len(log.archived) for log in (self.model, undone.before, undone.after)
        )
        if before < after:
            return before if now == after else now
        return max(now, before) if before > after else now


class HistoriesOfEverything(
    LogHistoriesWithUndo, HistoriesWithReplacements, BoundlessHistories
):
    """All that can be done to a stack and an archive."""
