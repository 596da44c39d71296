"""The interfaces of the structures, with their contracts: calls, costs and guarantees.

The implementations have no documentation of their own.
"""

from collective.appendonly.structures.layer_interfaces import (
    IArchiveLayer as IArchiveLayer,
)
from collective.appendonly.structures.layer_interfaces import IArchiveSearch
from zope.interface import Attribute
from zope.interface import Interface


class IAppendStack(Interface):
    """The newest items of a log, in one persistent record.

    Items stand in *layers* of ``max_length`` items; every layer but the newest is full,
    except those that appendonly 1.x wrote before ``max_length`` was raised. Layers are
    numbered by *generation*; an item's *position* is the pair ``(generation, index)``.
    When there are more than ``max_layers`` layers, the oldest are *pruned*: taken off
    and handed to the *pruner*.

    **Guarantees.** If every transaction pushes at most
    ``(max_layers - 1) * max_length`` items, then

    - no push raises a ConflictError,
    - no item is lost, and none is doubled in an archive: a layer leaves the stack if and
      only if a transaction that handed it to its pruner commits,
    - the order of the items is the order of the commits.

    A transaction that pushes more may get a ConflictError and has to be retried; still
    nothing is lost. A stack of one layer has no such bound: use two or more. An undo, a
    pack, a replacement, or a discard or ``index`` in the archive may cause a retry at any
    time.

    **No guarantees.** A position is final only after the commit. After a merge
    the stack may hold more than ``max_layers`` layers. The next push that begins a layer
    hands over the surplus, or any push if there are more than twice ``max_layers``.
    Nothing but the items, the limits and the first generation is stored: other
    attributes set on a stack are lost.

    **The pruner** is called as ``pruner(generation, items)`` with a list of its own,
    once per layer, oldest layer first. It must return None: anything else is a
    TypeError, since a generator or a coroutine would not have done its work yet. It may
    not change the stack that calls it. Each layer leaves the stack as soon as the call
    for it returned. A pruner that raises leaves its layer and all newer ones on the
    stack, and the operation goes no further. So even if the error is caught, every layer
    is in exactly one place, provided the pruner did nothing before it raised.

    Concurrent transactions may hand over the same layer, and all commit. An archive has it
    once. A pruner that adds the items to something else, such as an accumulator or a
    counter, adds them as often as that.

    **Undo.** An item that was pushed stays when its transaction is undone, and layers
    that the transaction pruned come back as long as nothing was pruned since. But if the
    stack was not changed at all since, the storage restores the previous record without
    a merge, and the item is gone. See ``docs/conflict-resolution.rst``.

    Write cost: every change writes the whole record, that is all items.
    """

    max_layers = Attribute("The number of layers that stay, at least 1. Read only.")

    max_length = Attribute("The number of items in a layer, at least 1. Read only.")

    first_generation = Attribute(
        "Generation of the oldest layer; of an empty stack, where the next item goes. "
        "Read only."
    )

    generation = Attribute(
        "Generation of the newest item's layer. Of an empty stack, the last generation "
        "that left it (``first_generation - 1``), which is -1 for a stack that never "
        "held anything: the answer of an archive with all its layers. Read only."
    )

    def push(obj, pruner=None):
        """Push an item. If it begins a layer, the surplus layers are pruned first.

        ``obj`` is anything that the ZODB can pickle. Builtin values are best: conflicts
        may be resolved in a process that has none of the application's classes. With a
        persistent object in a set, or as a key of a dict, they cannot be resolved.

        ``pruner`` gets the surplus layers, see above; with None they are dropped.

        Raises TypeError if the pruner returns something, RuntimeError if it changed the
        stack, and whatever it raises itself. In each case the item is not pushed.

        Write cost: the stack's record, plus what the pruner writes.
        """

    def prune(pruner=None, keep=0):
        """Prune all layers but the newest ``keep``, oldest first.

        With ``keep=0`` the newest layer goes too, even if it is not full. The next
        item then starts the next generation. Pruning a layer that is not full conflicts
        with a concurrent push into that layer.

        Raises TypeError or ValueError if ``keep`` is not a number of layers, and
        otherwise what ``push`` raises.

        Write cost: the stack's record, plus what the pruner writes. Nothing is written
        if there is nothing to hand over.
        """

    def restart(first_generation):
        """Continue an empty stack at a higher generation.

        For a log that is put on top of another archive: prune everything into that
        archive, and restart above it. A concurrent push that commits first makes the
        caller retry; one that commits later goes on above the new archive.

        Raises TypeError if ``first_generation`` is not an int, ValueError if it is
        lower than that of the stack, or if the stack holds items.

        Write cost: the stack's record. Nothing is written if nothing changes.
        """

    def resize(max_layers=None, max_length=None, pruner=None):
        """Change the limits. None leaves a limit as it is.

        Lowering ``max_layers`` hands over the surplus, oldest first. Changing
        ``max_length`` hands over everything first, since positions follow from it.
        If the pruner raises, the limits stay as they were.

        Concurrent transactions that pushed get a ConflictError and have to be retried.

        Raises TypeError or ValueError for limits that are not ints of at least 1, and
        otherwise what ``push`` raises.

        Write cost: as ``prune``; nothing is written if no limit changes.
        """

    def replace(generation, items):
        """Replace the items of a layer by the same number of other items.

        For items that must not stay, such as a name to be erased. All positions stay.
        Undo brings the former items back, or is refused if the stack was changed since.

        Conflicts with every concurrent change of the stack: the second commit gets a
        ConflictError and has to be retried. So a transaction that began before cannot
        archive the former items, however late it commits.

        Raises LookupError if the stack has no items of that generation, ValueError if
        there are not as many.

        Write cost: the stack's record.
        """

    def __iter__():
        """Yield ``(generation, index, obj)``, newest first.

        Over a snapshot: the stack may be changed meanwhile.
        """

    def newer(generation, index):
        """Yield ``(generation, index, obj)`` beyond a position, newest first.

        Positions compare as pairs and need not exist: an index beyond the end of its
        layer means the end of it. Over a snapshot. Only what is yielded is looked at.
        """

    def older(generation, index):
        """Yield ``(generation, index, obj)`` before a position, newest first.

        As ``newer``. The item at the position itself is in neither of the two.
        """

    def layers():
        """Yield ``(generation, items)``, oldest first, with a list of its own each."""

    def __len__():
        """Return the number of items."""

    def __bool__():
        """Return whether there is an item. In appendonly 1.x a stack was always true."""


class IArchive(IArchiveSearch):
    """The layers that left a stack: a linked list, newest first, with a fast way down.

    One small record, plus one per layer. A layer is written once. Concurrent
    transactions that archive layers of the same stack do not conflict.

    An archive serves one stack. Its layers are expected without gaps, though only
    falling generations are refused.

    **Undo.** A transaction that archived a layer can be undone as long as no newer
    layer was archived. Later, undo is refused: it would remove the layer's record from
    under the newer ones. It is also refused if the layer was discarded, or if its items
    were replaced. Undoing a discard brings layers back only if the archive was not
    changed since. Undoing a change of keys is refused if the archive was changed since.

    Iteration turns each layer that it had to load into a ghost again, so reading a
    million items takes the memory of one layer. Items that are persistent objects
    themselves stay in the connection's cache.
    """

    generation = Attribute(
        "The newest generation ever added, also if it was discarded since; -1 if there "
        "was none. Read only."
    )

    oldest_generation = Attribute(
        "Generation of the oldest layer, or None if there is no layer. Read only. "
        "Loads O(log n) layers."
    )

    horizon = Attribute(
        "Layers of lower generations were discarded, and are never looked at again; 0 "
        "if none were. Read only."
    )

    def addLayer(generation, items, keys=None, times=None):
        """Add a layer on top. Can be passed to ``IAppendStack.push`` as the pruner.

        ``generation`` must be higher than all before. ``items`` is an iterable.

        ``keys`` and ``times`` are iterables with those of all items, in any order and
        as often as they come. None means that they are not known. An empty iterable
        means that there are none. Without keys, times are not stored. See
        ``IArchiveSearch``.

        Raises TypeError if the generation is not an int, ValueError if it is not higher
        than ``generation``, as with a new stack over an archive that was kept; TypeError
        or ValueError for keys and times that are no such numbers.

        Write cost: the archive's small record and the new layer; with keys, every fourth
        time a summary as well. Loads two layers, and for a summary its four parts and
        what lies below: summaries, or layers for a summary of five layers.
        """

    def discard(before_generation):
        """Remove the layers of lower generations, and return the number of their items.

        A generation beyond the newest discards everything, but not what is added later.
        What is above a layer whose record is lost can be kept, so this repairs an archive.

        The next pack frees the records. But a concurrent transaction that adds a layer
        may keep a reference to a discarded one. It is never followed, yet keeps a record
        from being freed until the next discard.

        Adding a layer does not conflict with it; adding several layers at once may, and
        so may another discard. The second commit has to be retried.

        Raises TypeError if ``before_generation`` is not an int.

        Write cost: the archive's record, O(log n) layers and up to five summaries.
        Nothing is written if there is nothing to discard.
        """

    def replace(generation, items, keys=None, times=None):
        """Replace the items of a layer by the same number of other items.

        For items that must not stay, such as a name that has to be erased. All positions
        stay, and so do the layers that others build on. The former items are in the
        database until it is packed. Replace them in the stack first, and then in the
        archive: no transaction that began before can archive the former items.

        Pass the keys and times of the new items. The former ones are removed from the
        layer and from all summaries. Without keys, every search looks into the layer,
        until ``index`` gives it new ones. A layer that was not known stays so.

        Adding a layer does not conflict with it, unless the keys or times of a known
        layer change, since a summary of the new layer may cover this one. These do
        conflict as well, and the second commit has to be retried: adding several layers
        at once, if this is the newest, or if another transaction has added one of them
        as well; a discard that cuts this layer; and another replacement. If the layer
        itself is discarded concurrently, the replacement has no effect.

        Undo of this transaction brings the former items back, if the layer was not
        written since. It is refused if other items were replaced since, or if keys or
        times have changed and the archive as well.

        Raises TypeError if ``generation`` is not an int, LookupError if there is no
        such layer, ValueError if there are not as many items; TypeError or ValueError
        for keys and times that are no such numbers.

        Write cost: the layer and the archive's small record, and copies of the layer
        that a merge has replaced and the archive still refers to. If keys or times
        change, also up to five summaries. Loads O(log n) layers and summaries.
        """

    def __iter__():
        """Yield ``(generation, index, obj)``, newest first."""

    def newer(generation, index):
        """Yield ``(generation, index, obj)`` beyond a position, newest first.

        Loads the layers that it yields from, and no other. The position need not exist.
        """

    def older(generation, index):
        """Yield ``(generation, index, obj)`` before a position, newest first.

        Finds the position with O(log n) loads. The position need not exist.
        """

    def layer(generation):
        """Return the layer of a generation, or None. Loads O(log n) layers."""

    def oldest_first(oldest=None):
        """Yield the layers from a generation on, oldest first.

        None stands for the oldest layer. Loads each layer once, and keeps O(log n)
        layers in memory: those on the way down from the newest layer.
        """

    def seek(predicate):
        """Return the newest layer for which ``predicate(layer)`` is true, or None.

        The predicate must be monotone: if true for a layer, then for all older ones,
        as "was begun before noon" is. Loads O(log n) layers.
        """

    def __len__():
        """Return the number of items.

        Loads nothing. Only an archive of appendonly 1.x to which no layer was added since
        is counted by a walk over its layers.
        """

    def __bool__():
        """Return whether there is an item. In appendonly 1.x an archive was always true."""


class IAccumulator(Interface):
    """Items that wait to be processed together, each of them once.

    Appends do not conflict, and the order is the order of the commits. Of two
    transactions that consume the same items, the second gets a ConflictError; when it
    is retried, it finds them gone. Items that are appended during a consume stay pending.

    **Undo.** An append that is undone leaves its items pending, and undoing a consume
    is refused. But if the accumulator was not changed since, the storage restores the
    previous record without a merge.

    Write cost: every change writes the whole record, that is all pending items.
    """

    def append(obj):
        """Add an item that the ZODB can pickle. See ``IAppendStack.push``."""

    def extend(values):
        """Add all items of an iterable, which may be the accumulator itself.

        If the iterable raises, nothing is added. Nothing is written for an empty one.
        """

    def consume():
        """Remove all items, and return them in a list, oldest first.

        Process them in the same transaction. Nothing is written if nothing is pending, so
        an idle worker causes no conflicts.
        """

    def __iter__():
        """Yield the pending items, oldest first, over a snapshot."""

    def __len__():
        """Return the number of pending items."""

    def __bool__():
        """Return whether items are pending. In appendonly 1.x it was always true."""
