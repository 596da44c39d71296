"""Counting a log: one walk over all of it, in the memory of a layer."""

from collections import Counter
from collections.abc import Callable
from collections.abc import Iterator
from collective.appendonly.bulk import BulkChangeSet
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import decode
from collective.appendonly.entry import UnknownFormat
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.statistics.sizes import Size
from collective.appendonly.statistics.sizes import Sizes
from collective.appendonly.structures.interfaces import IAccumulator
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from persistent import Persistent
from typing import Any
from typing import NamedTuple
from zope.annotation.interfaces import IAnnotations
from zope.component import getUtilitiesFor


Progress = Callable[[int, int], None]

STACK = "stack"
ARCHIVE = "archive"
LAYERS = "layers"
BULK = "large_change_sets"
BLOCKS = "blocks"
OTHERS = "others"
#: The kinds of records, in the order in which they are told.
KINDS = (STACK, ARCHIVE, LAYERS, BULK, BLOCKS, OTHERS)


class Growth(NamedTuple):
    """What a month has added. ``bytes`` are those of the encoded change sets."""

    change_sets: int = 0
    entries: int = 0
    bytes: int = 0


@dataclass
class Counts:
    """What a log holds.

    ``bytes_per_push`` is what a push writes, on the average: the stack as it is now, and
    ``archive_bytes_per_push``, a share of the layer, and of the archive's own record, that are
    written when a layer is full.
    """

    change_sets: int = 0
    backfilled: int = 0
    unreadable: int = 0
    entries: int = 0
    stack_change_sets: int = 0
    stack_layers: int = 0
    archive_change_sets: int = 0
    archive_layers: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None
    records: dict[str, Size] = field(default_factory=dict)
    bytes_per_push: float = 0
    archive_bytes_per_push: float = 0
    months: dict[str, Growth] = field(default_factory=dict)
    actions: Counter = field(default_factory=Counter)


def statistics(site, log: IActivityLog, progress: Progress | None = None) -> Counts:
    """Count what *log*, that of *site*, holds. Writes nothing.

    *progress* is called with the number of change sets done and of all.
    """
    counts, sizes = Counts(), Sizes()
    stack, archive = log.stack, log.archive
    total = len(log)

    def report():
        if progress is not None:
            progress(counts.change_sets, total)

    sizes.add(STACK, stack)
    sizes.add(ARCHIVE, archive)
    counts.stack_change_sets = len(stack)
    counts.archive_change_sets = len(archive)
    for _, items in reversed(list(stack.layers())):
        counts.stack_layers += 1
        _count_items(counts, sizes, items)
    report()
    for layer in archive.layers():
        counts.archive_layers += 1
        sizes.add(LAYERS, layer)
        _count_items(counts, sizes, layer.items)
        report()
    for obj in _others(site, log):
        sizes.add(OTHERS, obj)
    counts.records = {kind: sizes.of(kind) for kind in KINDS}
    if len(archive):
        layers = sizes.of(LAYERS).bytes / len(archive)
        counts.archive_bytes_per_push = (
            layers + sizes.of(ARCHIVE).bytes / stack.max_length
        )
    counts.bytes_per_push = sizes.of(STACK).bytes + counts.archive_bytes_per_push
    counts.months = dict(sorted(counts.months.items()))
    return counts


def _count_items(counts: Counts, sizes: Sizes, items) -> None:
    for item in reversed(items):
        counts.change_sets += 1
        is_first = True
        for data in _encoded(item, sizes):
            try:
                change_set = decode(data)
            except UnknownFormat:
                counts.unreadable += 1
                continue
            _count(counts, change_set, len(data), is_first)
            is_first = False


def _count(counts: Counts, change_set: ChangeSet, size: int, is_first: bool) -> None:
    time, entries = change_set.time, len(change_set.entries)
    counts.entries += entries
    counts.backfilled += is_first and change_set.backfilled
    counts.oldest = min(counts.oldest or time, time)
    counts.newest = max(counts.newest or time, time)
    counts.actions.update(
        action for entry in change_set.entries for action in entry.actions
    )
    month = f"{time:%Y-%m}"
    grown = counts.months.get(month, Growth())
    counts.months[month] = Growth(
        grown.change_sets + is_first, grown.entries + entries, grown.bytes + size
    )


def _encoded(item: bytes | BulkChangeSet, sizes: Sizes) -> Iterator[bytes]:
    if isinstance(item, bytes):
        yield item
        return
    sizes.add(BULK, item)
    for block in item.blocks:
        sizes.add(BLOCKS, block)
        yield block.data
        block._p_deactivate()  # or the blocks would fill the memory
    item._p_deactivate()


def _others(site, log) -> Iterator[Persistent]:
    yield log
    for name, accumulator in getUtilitiesFor(IAccumulator, context=site):
        if name.startswith("collective.appendonly."):
            yield accumulator
    annotations: Any = IAnnotations(site)
    for name in annotations:
        value = annotations[name]
        is_ours = name.startswith("collective.appendonly.") and value is not log.archive
        if is_ours and isinstance(value, Persistent):
            yield value
