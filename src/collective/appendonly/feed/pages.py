"""Pages of the feed: what one person may see of the log, newest first, by cursor."""

from collections.abc import Iterable
from collective.appendonly.entry import ChangeSet
from collective.appendonly.feed.access import may_read
from collective.appendonly.feed.cursor import to_cursor
from collective.appendonly.feed.cursor import to_position
from collective.appendonly.feed.visibility import Visibility
from collective.appendonly.feed.visibility import VisibleEntry
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import Position
from dataclasses import dataclass
from dataclasses import replace
from datetime import datetime
from itertools import islice
from plone import api
from zope.component import queryUtility


#: A request looks at no more entries of the log than about this, whatever it finds.
SCAN_LIMIT = 500
# How many entries, about, are looked up in the catalog together.
_BATCH = 50


@dataclass(frozen=True)
class FeedItem:
    """What one person may see of one change set. There is at least one entry.

    ``actor`` is the actor of the change set, or of the first entry, if this person sees
    nothing that the former did. ``backfilled`` is true of what was concluded from the catalog.
    """

    position: Position
    time: datetime
    actor: str | None
    entries: tuple[VisibleEntry, ...]
    backfilled: bool = False


@dataclass(frozen=True)
class FeedPage:
    """Some items, newest first, and the cursors of the pages on both sides.

    ``older`` and ``newer`` are None where the log ends. A page may have few items or none
    and still be followed by others: so much of the log was not for this person's eyes that
    looking further is left to the next request.
    """

    items: tuple[FeedItem, ...] = ()
    older: str | None = None
    newer: str | None = None


def feed(
    context,
    older: str | None = None,
    newer: str | None = None,
    limit: int = 20,
) -> FeedPage:
    """Return a page of what the current user may see of what happened in *context*.

    *context* is the site, for everything, or an object, for it and all below it. *older* and
    *newer* are cursors from other pages; without them it is the first page. *limit* is the
    highest number of items, at least 1. Where the add-on is not installed, and for whoever may
    not read the activity, the page is empty.

    Raises :class:`~collective.appendonly.feed.InvalidCursor` for a cursor that is none.
    """
    log = queryUtility(IActivityLog)
    if log is None or not may_read(context):
        return FeedPage()
    reader = _Reader(log, context, limit)
    if newer is not None:
        page = reader.newer(to_position(log, newer))
        # At the top, a full first page is of more use than a rest.
        return page if page.newer else reader.older()
    return reader.older(to_position(log, older) if older is not None else None)


class _Reader:
    def __init__(self, log: IActivityLog, context, limit: int):
        self._log = log
        self._limit = max(1, limit)
        site_path = api.portal.get().getPhysicalPath()
        self._below = "/".join(context.getPhysicalPath()[len(site_path) :])
        self._visibility = Visibility()

    def older(self, position: Position | None = None) -> FeedPage:
        items, first, stopped = self._collect(self._log.older(position))
        return FeedPage(
            items=tuple(items),
            older=self._cursor(stopped),
            newer=self._cursor(first or position) if position is not None else None,
        )

    def newer(self, position: Position) -> FeedPage:
        items, first, stopped = self._collect(self._log.newer(position))
        return FeedPage(
            items=tuple(reversed(items)),
            older=self._cursor(first or position),
            newer=self._cursor(stopped),
        )

    def _cursor(self, position):
        return None if position is None else to_cursor(self._log, position)

    def _collect(self, change_sets: Iterable[tuple[Position, ChangeSet]]):
        """Return items, the position of the first, and the one to go on from.

        The latter is None at the end of the log.
        """
        items: list[FeedItem] = []
        first = last = None
        scanned = 0
        for batch in _batches(change_sets):
            for item in self._visible_items(batch):
                if items and _same_change_set(items[-1], item):
                    items[-1] = _joined(items[-1], item)
                elif len(items) < self._limit:
                    items.append(item)
                else:
                    return items, first, last
                first, last = first or item.position, item.position
            scanned += sum(len(change_set.entries) for _, change_set in batch)
            if scanned >= SCAN_LIMIT:
                return items, first, batch[-1][0]
        return items, first, None

    def _visible_items(self, batch):
        entries = [entry for _, change_set in batch for entry in change_set.entries]
        seen = iter(self._visibility.visible(entries, self._below))
        for position, change_set in batch:
            visible = tuple(filter(None, islice(seen, len(change_set.entries))))
            if visible:
                actor = _visible_actor(change_set.actor, visible)
                yield FeedItem(
                    position, change_set.time, actor, visible, change_set.backfilled
                )


def _visible_actor(actor, entries):
    # Who only did what this person may not see is not named either.
    actors = [entry.actor for entry in entries]
    return actor if actor in actors else actors[0]


def _batches(change_sets):
    batch, size = [], 0
    for position, change_set in change_sets:
        batch.append((position, change_set))
        size += len(change_set.entries)
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _same_change_set(item, other):
    return item.position[:2] == other.position[:2]


def _joined(item, other):
    # Parts of one large change set; in both directions the page shows the first part first.
    first, second = sorted((item, other), key=lambda part: part.position.block)
    return replace(item, entries=first.entries + second.entries)
