"""The activity log of a site: the only writer of its stack and archive."""

from collections.abc import Iterator
from collections.abc import Sequence
from collective.appendonly.bulk import count_parts
from collective.appendonly.bulk import encoded
from collective.appendonly.bulk import parts_with
from collective.appendonly.bulk import to_item
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import decode
from collective.appendonly.entry import UnknownFormat
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import ISearch
from collective.appendonly.interfaces import Position
from collective.appendonly.keys import Keys
from collective.appendonly.structures.archive import Archive
from collective.appendonly.structures.interfaces import IAppendStack
from collective.appendonly.structures.interfaces import IArchive
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

#: The name of the log's stack in zcml/configure.zcml.
STACK = "collective.appendonly.activity"

registerToolInterface("portal_activity", IActivityLog)


@implementer(IActivityLog)
class ActivityLog(Persistent):
    """See IActivityLog. Stores only its epoch and its secret."""

    secret: str | None = None

    def __init__(self):
        self.begin_epoch()
        self.begin_keys()

    def begin_epoch(self) -> None:
        self.epoch = secrets.token_hex(16)

    def begin_keys(self) -> None:
        if self.secret is None:
            self.secret = secrets.token_hex(16)

    @property
    def keys(self) -> Keys | None:
        return None if self.secret is None else Keys(self.secret)

    @property
    def stack(self):
        return getUtility(IAppendStack, name=STACK)

    @property
    def archive(self):
        return getAdapter(getUtility(ISiteRoot), IArchive, name=STACK)

    def push(self, change_set: ChangeSet) -> None:
        self.stack.push(to_item(change_set, self.keys), self._add_layer)

    def _add_layer(self, generation, items):
        # Most pushes prune nothing, and need not load the archive.
        self.archive.addLayer(generation, items)

    def resize(self, max_layers: int, max_length: int) -> None:
        self.stack.resize(max_layers, max_length, self._add_layer)

    def rest_on(self, archive: Archive) -> None:
        def add(generation, items):
            archive.addLayer(archive.generation + 1, items)

        for layer in self.archive.oldest_first():
            add(layer.generation, layer.items)
        self.stack.prune(add)
        self.stack.restart(archive.generation + 1)
        IAnnotations(getUtility(ISiteRoot))[STACK] = archive
        self.begin_epoch()

    def older(
        self, position: Position | None = None, search: ISearch | None = None
    ) -> Iterator[tuple[Position, ChangeSet]]:
        for generation, index, item in self._items_before(position, search):
            is_there = position is not None and (generation, index) == position[:2]
            first = position.block + 1 if is_there else 0
            numbers = [number for number in _wanted(item, search) if number >= first]
            yield from _parts(generation, index, item, numbers)

    def newer(
        self, position: Position, search: ISearch | None = None
    ) -> Iterator[tuple[Position, ChangeSet]]:
        for generation, index, item in self._items_after(position):
            is_there = (generation, index) == position[:2]
            # At the beginning of a large change set, nothing of it is loaded.
            if is_there and not position.block:
                continue
            end = position.block if is_there else count_parts(item)
            numbers = [number for number in _wanted(item, search) if number < end]
            yield from _parts(generation, index, item, numbers[::-1])

    def newest(self) -> Position | None:
        for generation, index, _ in self._items_before(None):
            return Position(generation, index)
        return None

    def __len__(self):
        return len(self.stack) + len(self.archive)

    def __bool__(self):
        # An empty log is true, too.
        return True

    # Both include the item at the position itself, of which some parts may be needed.

    def _items_before(self, position, search):
        if position is None:
            yield from self.stack
            generation = index = None
        else:
            generation, index = position.generation, position.index + 1
            yield from self.stack.older(generation, index)
        conditions = {}
        if search is not None:
            conditions["having"] = search.having
            conditions["since"], conditions["until"] = search.since, search.until
        for layer in self.archive.layers(newest=generation, **conditions):
            items = layer.older(index) if layer.generation == generation else layer
            for number, item in items:
                yield layer.generation, number, item

    def _items_after(self, position):
        generation, index = position.generation, position.index - 1
        if generation < self.stack.first_generation:
            for layer in self.archive.oldest_first(generation):
                for number, item in enumerate(layer.items):
                    if (layer.generation, number) > (generation, index):
                        yield layer.generation, number, item
        yield from reversed(list(self.stack.newer(generation, index)))


def _wanted(item, search) -> Sequence[int]:
    """Return the numbers of the parts of *item* that may have what *search* asks for."""
    if search is None or isinstance(item, bytes):
        return range(count_parts(item))
    return parts_with(item, search.having)


def _parts(generation, index, item, numbers):
    """Yield the parts of *item* with the *numbers*, which are in the order of reading."""
    for data, block in zip(encoded(item, numbers), numbers, strict=False):
        try:
            change_set = decode(data)
        except UnknownFormat as error:
            # What is unreadable must not hide the rest.
            place = f"part {block} of item {index} of layer {generation}"
            logger.error("Skipped %s: %s", place, error)
        else:
            yield Position(generation, index, block), change_set
