"""Scans of the log for what the current user can view, a bounded number of entries each."""

from collections.abc import Iterable
from collections.abc import Iterator
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.feed.cursor import to_id
from collective.appendonly.feed.filters import Filters
from collective.appendonly.feed.filters import NO_FILTERS
from collective.appendonly.feed.items import FeedItem
from collective.appendonly.feed.visibility import Visibility
from collective.appendonly.interfaces import CLOCK_TOLERANCE
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import Position
from datetime import datetime
from itertools import islice
from plone import api
from plone.uuid.interfaces import IUUID
from Products.CMFCore.interfaces import IFolderish
from typing import NamedTuple


class Bound(NamedTuple):
    """The part of the log that a request may search, in entries, approximately.

    ``read`` is the number of entries that are read, ``asked`` the number of those that are
    looked up in the catalog, because the user could view them when they were recorded.
    """

    read: int
    asked: int


#: The bound of a request for a page.
REQUEST_BOUND = Bound(read=4000, asked=500)
_LARGEST_BATCH = 500


class Scan:
    """A scan of the log for the user of the current request.

    *context* is the site, for everything, or an object, for it and all below it. Without a
    *bound* a scan continues to the end of the log. About *batch* entries are looked up in the
    catalog together, and more if the user can view few of them. ``stopped`` is the position at
    which the bound was reached, ``stopped_at`` the time of the change set there; both are None
    before that, and at the end of the log.
    """

    def __init__(
        self,
        log: IActivityLog,
        context,
        filters: Filters = NO_FILTERS,
        bound: Bound | None = REQUEST_BOUND,
        batch: int = 50,
    ):
        self._log = log
        self._filters = filters
        self._bound = bound
        self._batch = batch
        self._visibility = Visibility()
        site_path = api.portal.get().getPhysicalPath()
        self._below = "/".join(context.getPhysicalPath()[len(site_path) :])
        # An object that is not a folder has only its own entries. The catalog is not needed.
        self._uid = None if IFolderish.providedBy(context) else IUUID(context, None)
        self.stopped: Position | None = None
        self.stopped_at: datetime | None = None

    def older(self, position: Position | None = None) -> Iterator[FeedItem]:
        """Yield what the user can view of what is older than *position*, newest first.

        Without a position, start where the filters begin. A large change set may be yielded
        as several consecutive items.
        """
        if position is None and self._filters.until is not None:
            position = self._log.before(self._filters.until)
        return self._items(self._log.older(position))

    def newer(self, position: Position) -> Iterator[FeedItem]:
        """Yield what the user can view of what is newer than *position*, oldest first."""
        return self._items(self._log.newer(position))

    def _items(
        self, change_sets: Iterable[tuple[Position, ChangeSet]]
    ) -> Iterator[FeedItem]:
        batch: list = []
        read = asked = waiting = 0
        for position, change_set in change_sets:
            if self._is_past(change_set):
                break
            wanted = self._wanted(change_set)
            if wanted:
                batch.append((position, change_set, wanted))
                waiting += len(wanted)
            read += len(change_set.entries)
            is_over = self._bound is not None and (
                read >= self._bound.read or asked + waiting >= self._bound.asked
            )
            if waiting >= self._batch or is_over:
                items = self._visible_items(batch)
                yield from items
                batch, asked, waiting = [], asked + waiting, 0
                if not items:
                    # If the user can view so little, fewer and larger queries are cheaper.
                    self._batch = max(self._batch, min(4 * self._batch, _LARGEST_BATCH))
            if is_over:
                self.stopped, self.stopped_at = position, change_set.time
                return
        yield from self._visible_items(batch)

    def _is_past(self, change_set):
        since = self._filters.since
        return since is not None and change_set.time < since - CLOCK_TOLERANCE

    def _wanted(self, change_set) -> list[Entry]:
        return [
            entry
            for entry in change_set.entries
            if self._visibility.could_see(entry)
            and self._uid in (None, entry.uid)
            and self._filters.may_fit(change_set, entry)
        ]

    def _visible_items(self, batch) -> list[FeedItem]:
        items = []
        entries = [entry for *_, wanted in batch for entry in wanted]
        shown = iter(self._visibility.visible(entries, self._below))
        for position, change_set, wanted in batch:
            visible = tuple(
                entry
                for entry in islice(shown, len(wanted))
                if entry is not None and self._filters.fits(entry)
            )
            if visible:
                item = FeedItem(
                    id=to_id(self._log, position),
                    position=position,
                    time=change_set.time,
                    actor=_visible_actor(change_set.actor, visible),
                    entries=visible,
                    backfilled=change_set.backfilled,
                )
                items.append(item)
        return items


def _visible_actor(actor, entries):
    # Do not name the actor of the change set for entries that the user cannot view.
    actors = [entry.actor for entry in entries]
    return actor if actor in actors else actors[0]
