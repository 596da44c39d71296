"""Counting the contents of a log in a single pass. Keeps one layer in memory."""

from collections import Counter
from collections import defaultdict
from collections.abc import Iterator
from collective.appendonly.bulk import BulkChangeSet
from collective.appendonly.bulk import read_parts
from collective.appendonly.bulk import records
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import decode
from collective.appendonly.entry import UnknownFormat
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.operations import no_progress
from collective.appendonly.operations import Progress
from collective.appendonly.structures.interfaces import IAccumulator
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from persistent import Persistent
from typing import Any
from typing import NamedTuple
from ZODB.POSException import POSKeyError
from zope.annotation.interfaces import IAnnotations
from zope.component import getUtilitiesFor


STACK = "stack"
ARCHIVE = "archive"
LAYERS = "layers"
BULK = "large_change_sets"
BLOCKS = "blocks"
OTHERS = "others"
#: The kinds of records, in the order of their display.
KINDS = (STACK, ARCHIVE, LAYERS, BULK, BLOCKS, OTHERS)


class StoredSize(NamedTuple):
    """A number of records, and the bytes of their data, without overhead of the storage."""

    records: int = 0
    bytes: int = 0


class StoredSizes:
    """The sums of record sizes by kind."""

    def __init__(self):
        self._sizes: dict[str, StoredSize] = defaultdict(StoredSize)

    def add(self, kind: str, obj: Persistent) -> None:
        """Add the record of *obj*, if it has one that is not lost."""
        if obj._p_jar is None or obj._p_oid is None:
            return
        try:
            data, _ = obj._p_jar._storage.load(obj._p_oid)
        except POSKeyError:
            return
        before = self._sizes[kind]
        self._sizes[kind] = StoredSize(before.records + 1, before.bytes + len(data))

    def of(self, kind: str) -> StoredSize:
        return self._sizes.get(kind, StoredSize())


class Growth(NamedTuple):
    """The additions of a month. ``bytes`` counts the encoded change sets."""

    change_sets: int = 0
    entries: int = 0
    bytes: int = 0


@dataclass
class Statistics:
    """The contents of a log.

    ``bytes_per_push`` is the average number of bytes that a push writes: the stack as it is now,
    and ``archive_bytes_per_push``, a share of the layer and of the archive's record, which are
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
    records: dict[str, StoredSize] = field(default_factory=dict)
    bytes_per_push: float = 0
    archive_bytes_per_push: float = 0
    months: dict[str, Growth] = field(default_factory=dict)
    actions: Counter = field(default_factory=Counter)


def statistics(site, log: IActivityLog, progress: Progress = no_progress) -> Statistics:
    """Count the contents of *log*, the log of *site*. Writes nothing.

    *progress* is called with the number of counted change sets and the total.
    """
    counts, sizes = Statistics(), StoredSizes()
    stack, archive = log.stack, log.archive
    total = len(log)
    sizes.add(STACK, stack)
    sizes.add(ARCHIVE, archive)
    counts.stack_change_sets = len(stack)
    counts.archive_change_sets = len(archive)
    for _, items in reversed(list(stack.layers())):
        counts.stack_layers += 1
        _count_items(counts, sizes, items)
    progress(counts.change_sets, total)
    for layer in archive.layers():
        counts.archive_layers += 1
        sizes.add(LAYERS, layer)
        if layer.summary is not None:
            sizes.add(LAYERS, layer.summary)
        _count_items(counts, sizes, layer.items)
        progress(counts.change_sets, total)
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


def _count_items(counts: Statistics, sizes: StoredSizes, items) -> None:
    def unreadable(error):
        counts.unreadable += 1

    for item in reversed(items):
        counts.change_sets += 1
        if isinstance(item, BulkChangeSet):
            sizes.add(BULK, item)
            with suppress(UnknownFormat):  # which is counted below
                for obj in records(item):
                    sizes.add(BLOCKS, obj)
        is_first = True
        for change_set, size in read_parts(item, _measured, unreadable):
            _count(counts, change_set, size, is_first)
            is_first = False


def _measured(data: bytes) -> tuple[ChangeSet, int]:
    return decode(data), len(data)


def _count(
    counts: Statistics, change_set: ChangeSet, size: int, is_first: bool
) -> None:
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
