"""The activity log of a site: the only writer of its stack and archive."""

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from collective.appendonly.bulk import contents_of
from collective.appendonly.bulk import make_ghost
from collective.appendonly.bulk import parts_with
from collective.appendonly.bulk import read_part
from collective.appendonly.bulk import to_item
from collective.appendonly.damage import damage_skipped
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import to_milliseconds
from collective.appendonly.entry import UnknownFormat
from collective.appendonly.events import fire_events
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import Position
from collective.appendonly.keys import Keys
from collective.appendonly.structures.archive import Archive
from collective.appendonly.structures.interfaces import IAppendStack
from collective.appendonly.structures.interfaces import IArchive
from collective.appendonly.transactions import errors_logged
from datetime import datetime
from functools import cache
from functools import partial
from persistent import Persistent
from Products.CMFCore.interfaces import ISiteRoot
from Products.CMFCore.utils import registerToolInterface
from zope.annotation.interfaces import IAnnotations
from zope.component import getAdapter
from zope.component import getUtility
from zope.interface import implementer

import logging
import secrets
import sys


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
        item, stack = to_item(change_set, self.keys), self.stack
        stack.push(item, self._add_layer)
        fire_events(change_set, partial(self._find, item, stack.generation))

    def _find(self, item, generation: int) -> Position | None:
        """Return the position of *item*, which was pushed when *generation* was the newest."""
        for found, index, other in self._items_after(Position(generation, 0)):
            if other == item:
                return Position(found, index)
        return None

    def _add_layer(self, generation, items):
        # Most pushes prune nothing, and need not load the archive.
        self.archive.addLayer(generation, items, *self.contents_of(items))

    def contents_of(self, items):
        if self.keys is not None:
            try:
                return contents_of(items, self.keys)
            except UnknownFormat as error:
                logger.warning("Each search will read a layer without keys: %s", error)
        return None, None

    def resize(self, max_layers: int, max_length: int) -> None:
        self.stack.resize(max_layers, max_length, self._add_layer)

    def rest_on(self, archive: Archive, copied: int = -1) -> int:
        newest = self.stack.generation

        def add(generation, items):
            archive.addLayer(archive.generation + 1, items, *self.contents_of(items))

        for layer in self.archive.oldest_first(copied + 1):
            add(layer.generation, layer.items)
        # What is replaced meanwhile, such as the ID of an erased user, must not come back.
        self._p_jar.readCurrent(self.archive)
        self.stack.prune(add)
        self.stack.restart(archive.generation + 1)
        IAnnotations(getUtility(ISiteRoot))[STACK] = archive
        self.begin_epoch()
        return archive.generation - newest

    def older(
        self,
        position: Position | None = None,
        having: Iterable[Iterable[int]] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        mentioning: Collection[bytes] = (),
    ) -> Iterator[tuple[Position, ChangeSet | None]]:
        wanted = _wanted(having, since, until)
        for generation, index, item in self._items_before(position, wanted):
            is_there = position is not None and (generation, index) == position[:2]
            parts = range(position.block + 1 if is_there else 0, sys.maxsize)
            yield from _parts(generation, index, item, wanted, parts, mentioning)

    def newer(
        self,
        position: Position,
        having: Iterable[Iterable[int]] = (),
        mentioning: Collection[bytes] = (),
    ) -> Iterator[tuple[Position, ChangeSet | None]]:
        wanted = _wanted(having)
        for generation, index, item in self._items_after(position):
            is_there = (generation, index) == position[:2]
            parts = range(position.block if is_there else sys.maxsize)[::-1]
            yield from _parts(generation, index, item, wanted, parts, mentioning)

    def newest(self) -> Position | None:
        for generation, index, _ in self._items_before(None, _wanted()):
            return Position(generation, index)
        return None

    def __len__(self):
        return len(self.stack) + len(self.archive)

    def __bool__(self):
        # An empty log is true, too.
        return True

    # Both include the item at the position itself, of which some parts may be needed.

    def _items_before(self, position, wanted):
        generation, index = (position or Position(sys.maxsize, 0))[:2]
        yield from self.stack.older(generation, index + 1)
        asked = wanted()
        with damage_skipped(_layer_skipped):  # and all below
            for layer in self.archive.layers(newest=generation, **asked):
                items = []
                with damage_skipped(_layer_skipped):
                    is_there = layer.generation == generation
                    some = layer.older(index + 1) if is_there else layer
                    items = [(layer.generation, *each) for each in some]
                yield from items

    def _items_after(self, position):
        generation, index = position.generation, position.index - 1
        if generation < self.stack.first_generation:
            for layer in self.archive.oldest_first(generation):
                for number, item in enumerate(layer.items):
                    if (layer.generation, number) > (generation, index):
                        yield layer.generation, number, item
        yield from reversed(list(self.stack.newer(generation, index)))


def _wanted(having=(), since=None, until=None):
    """Return a function that returns what IArchive.layers and parts_with are asked for.

    What is in the stack is found without asking for the keys, which may take long to collect.
    """

    @cache
    def wanted():
        return {
            "having": tuple(map(frozenset, having)) or None,
            "since": since and to_milliseconds(since),
            "until": until and to_milliseconds(until),
        }

    return wanted


def _layer_skipped(error: UnknownFormat) -> None:
    message = "A layer of the log cannot be read. Run “activitylog verify”. %s"
    logger.error(message, error)


def _parts(generation, index, item, wanted, among, mentioning):
    """Yield the wanted parts of *item* with the numbers *among*, in this order.

    Whatever is unreadable must not hide the rest.
    """
    numbers: Sequence[int] = range(1)
    if not isinstance(item, bytes):
        numbers, asked = (), wanted() if among else {}
        with errors_logged(
            "Skipped item %s of layer %s.", index, generation, once=True
        ):
            numbers = parts_with(item, **asked) if among else ()
    for block in numbers if among.step > 0 else reversed(numbers):
        if block not in among:
            continue
        message = "Skipped part %s of item %s of layer %s."
        with errors_logged(message, block, index, generation, once=True):
            part = read_part(item, block, mentioning)
            yield Position(generation, index, block), part
    make_ghost(item)
