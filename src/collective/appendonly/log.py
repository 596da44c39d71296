"""The activity log of a site: the only writer of its stack and archive."""

from collections.abc import Iterator
from collective.appendonly.bulk import from_item
from collective.appendonly.bulk import to_item
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import UnknownFormat
from collective.appendonly.interfaces import CLOCK_TOLERANCE
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import Position
from collective.appendonly.structures.archive import Archive
from collective.appendonly.structures.interfaces import IAppendStack
from collective.appendonly.structures.interfaces import IArchive
from datetime import datetime
from persistent import Persistent
from Products.CMFCore.interfaces import ISiteRoot
from Products.CMFCore.utils import registerToolInterface
from zope.annotation.interfaces import IAnnotations
from zope.component import getAdapter
from zope.component import getUtility
from zope.interface import implementer

import logging
import secrets


logger = logging.getLogger(__name__)

#: The name under which zcml/configure.zcml declares the log's stack.
STACK = "collective.appendonly.activity"

# How many archived layers are read at once on the way from old to new. The archive is linked
# from new to old, so the other direction seeks ahead and turns round what lies between.
_AHEAD = 32

registerToolInterface("portal_activity", IActivityLog)


@implementer(IActivityLog)
class ActivityLog(Persistent):
    """See IActivityLog. Keeps nothing of its own but its epoch."""

    def __init__(self):
        self.begin_epoch()

    def begin_epoch(self) -> None:
        self.epoch = secrets.token_hex(16)

    @property
    def stack(self):
        return getUtility(IAppendStack, name=STACK)

    @property
    def archive(self):
        return getAdapter(getUtility(ISiteRoot), IArchive, name=STACK)

    def push(self, change_set: ChangeSet) -> None:
        self.stack.push(to_item(change_set), self._add_layer)

    def _add_layer(self, generation, items):
        # Most pushes prune nothing. They need not find and load the archive.
        self.archive.addLayer(generation, items)

    def resize(self, max_layers: int, max_length: int) -> None:
        self.stack.resize(max_layers, max_length, self._add_layer)

    def rest_on(self, archive: Archive) -> None:
        def add(generation, items):
            archive.addLayer(archive.generation + 1, items)

        for layer in _oldest_first(self.archive):
            add(layer.generation, layer.items)
        self.stack.prune(add)
        self.stack.restart(archive.generation + 1)
        IAnnotations(getUtility(ISiteRoot))[STACK] = archive
        self.begin_epoch()

    def older(
        self, position: Position | None = None
    ) -> Iterator[tuple[Position, ChangeSet]]:
        for generation, index, item in self._items_before(position):
            for found, change_set in _parts(generation, index, item):
                if position is None or _reading_order(found) > _reading_order(position):
                    yield found, change_set

    def newer(self, position: Position) -> Iterator[tuple[Position, ChangeSet]]:
        for generation, index, item in self._items_after(position):
            for found, change_set in reversed(list(_parts(generation, index, item))):
                if _reading_order(found) < _reading_order(position):
                    yield found, change_set

    def newest(self) -> Position | None:
        for generation, index, _ in self._items_before(None):
            return Position(generation, index)
        return None

    def before(self, time: datetime) -> Position | None:
        latest = time + CLOCK_TOLERANCE

        def was_begun(layer):
            begun = _time_of(layer.items)
            return begun is not None and begun < latest

        begun = _time_of([item for _, items in self.stack.layers() for item in items])
        if begun is not None and begun < latest:
            return None
        layer = self.archive.seek(was_begun)
        # Where nothing is that old, at the end.
        generation = 0 if layer is None else layer.generation + 1
        return Position(generation, 0)

    def __len__(self):
        return len(self.stack) + len(self.archive)

    def __bool__(self):
        # A log is there even while it is empty.
        return True

    # Both ways include the item at the position itself: parts of it may be wanted.

    def _items_before(self, position):
        if position is None:
            yield from self.stack
            yield from self.archive
        else:
            generation, index = position.generation, position.index + 1
            yield from self.stack.older(generation, index)
            yield from self.archive.older(generation, index)

    def _items_after(self, position):
        generation, index = position.generation, position.index - 1
        if generation < self.stack.first_generation:
            archive = self.archive
            generation = max(generation, archive.horizon)
            while generation <= archive.generation:
                newest = min(generation + _AHEAD - 1, archive.generation)
                for layer in reversed(list(archive.layers(newest, generation))):
                    for number, item in enumerate(layer.items):
                        if (layer.generation, number) > (generation, index):
                            yield layer.generation, number, item
                generation, index = newest + 1, -1
        yield from reversed(list(self.stack.newer(generation, index)))


def _oldest_first(archive):
    if archive.oldest_generation is not None:
        for generation in range(archive.oldest_generation, archive.generation + 1):
            layer = archive.layer(generation)
            if layer is not None:
                yield layer


def _time_of(items) -> datetime | None:
    """Return the time of the oldest of *items* that can be read."""
    for item in items:
        for _, change_set in _parts(None, None, item):
            return change_set.time
    return None


def _reading_order(position):
    """Sort positions as they are read: newest first, the parts of a change set in order."""
    return -position.generation, -position.index, position.block


def _parts(generation, index, item):
    try:
        for block, change_set in enumerate(from_item(item)):
            yield Position(generation, index, block), change_set
    except UnknownFormat as error:
        # One unreadable item must not hide the others.
        logger.error("Skipped item %s of layer %s: %s", index, generation, error)
