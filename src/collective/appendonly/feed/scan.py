"""Scans of the log for what the current user can view, each within a bound."""

from AccessControl import getSecurityManager
from collections.abc import Iterable
from collections.abc import Iterator
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.entry import mention
from collective.appendonly.feed.accounts import Accounts
from collective.appendonly.feed.cursor import to_id
from collective.appendonly.feed.filters import Filters
from collective.appendonly.feed.filters import NO_FILTERS
from collective.appendonly.feed.items import FeedItem
from collective.appendonly.feed.places import language_suffixes
from collective.appendonly.feed.places import other_uids
from collective.appendonly.feed.search import Search
from collective.appendonly.feed.visibility import Visibility
from collective.appendonly.guard import local_time
from collective.appendonly.guard import readable
from collective.appendonly.guard import text_of
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import Position
from dataclasses import replace
from datetime import datetime
from itertools import islice
from plone import api
from plone.uuid.interfaces import IUUID
from Products.CMFCore.interfaces import IFolderish
from time import monotonic
from typing import NamedTuple


class Bound(NamedTuple):
    """The limits of what a request loads and shows.

    A scan stops after so many *records* of the log, approximately, after so many *seconds*, or with
    so many *entries* that the user can view. It never stops because of what they cannot view: what
    is known not to fit is not loaded.
    """

    records: int
    seconds: float
    entries: int


#: The bound of a request for a page.
REQUEST_BOUND = Bound(records=1000, seconds=1.0, entries=500)

#: The bound of a part of a page. The linked page searches further back.
PART_BOUND = Bound(records=60, seconds=0.25, entries=250)

_LARGEST_BATCH = 500


class Scan:
    """A scan of the log for the user of the current request.

    *context* is the site, for everything, or an object, for it and all below it; with *alone*, for
    nothing below it. Without a *bound* a scan continues to the end of the log. About *batch* entries
    are looked up in the catalog together, and more if the user can view few of them. Without
    *values*, entries have no values, roles and notes, which saves loading their objects.
    ``stopped`` is the position at which the bound was reached, ``stopped_at`` the time of the change
    set there, or of the next older one that can be read; both are None before that, and at the end of
    the log.
    """

    def __init__(
        self,
        log: IActivityLog,
        context,
        filters: Filters = NO_FILTERS,
        bound: Bound | None = REQUEST_BOUND,
        batch: int = 50,
        values: bool = True,
        alone: bool = False,
    ):
        self._log = log
        self._filters = filters
        self._bound = bound
        self._batch = batch
        self._visibility = Visibility(values)
        self._accounts = Accounts()
        self._reader = getSecurityManager().getUser().getId()
        site_path = api.portal.get().getPhysicalPath()
        self._below = "/".join(context.getPhysicalPath()[len(site_path) :])
        # An object that is not a folder has only its own entries. The catalog is not needed.
        is_folder = IFolderish.providedBy(context) and not alone
        uid = IUUID(context, None)
        uids = {uid, *other_uids(uid, language_suffixes())} if uid else set()
        self._uids = set() if is_folder else uids
        # What is about another object, by another user, or was never for the reader, is not even
        # decoded. Of the principals, "Anonymous" comes first, whom most change sets have.
        actors = {filters.actor} - {None}
        asked = self._uids or actors or self._visibility.principals
        self._mentioning = [*map(mention, sorted(asked))]
        self._search = Search(
            log.keys,
            self._visibility.principals,
            filters,
            uids,
            None if self._uids else self._below,
        )
        self.stopped: Position | None = None
        self.stopped_at: datetime | None = None

    def older(self, position: Position | None = None) -> Iterator[FeedItem]:
        """Yield what the user can view of what is older than *position*, newest first.

        Without a position, start with the newest. A large change set may be yielded as several
        consecutive items.
        """
        return self._items(
            self._log.older(
                position,
                having=self._search,
                since=self._filters.since,
                until=self._filters.until,
                mentioning=self._mentioning,
            )
        )

    def newer(self, position: Position) -> Iterator[FeedItem]:
        """Yield what the user can view of what is newer than *position*, oldest first."""
        return self._items(
            self._log.newer(position, having=self._search, mentioning=self._mentioning)
        )

    def _items(
        self, change_sets: Iterable[tuple[Position, ChangeSet | None]]
    ) -> Iterator[FeedItem]:
        batch: list = []
        waiting = 0
        budget = _Budget(self._bound)
        for position, recorded in change_sets:
            if recorded is not None:
                change_set = self._attributed(position, recorded)
                wanted = self._wanted(change_set)
                if wanted:
                    batch.append((position, change_set, wanted))
                    waiting += len(wanted)
            is_over = budget.is_spent(position)
            if waiting >= self._batch or is_over:
                items = self._visible_items(batch)
                yield from items
                is_over |= budget.is_spent_on(items)
                batch, waiting = [], 0
                if not items:
                    # If the user can view so little, fewer and larger queries are cheaper.
                    self._batch = max(self._batch, min(4 * self._batch, _LARGEST_BATCH))
            if is_over:
                self.stopped = position
                change_set = recorded or self._read_at(position)
                self.stopped_at = change_set and local_time(change_set.time)
                return
        yield from self._visible_items(batch)

    def _read_at(self, position: Position) -> ChangeSet | None:
        before = position._replace(block=position.block - 1)
        return next((found for _, found in self._log.older(before)), None)

    def _attributed(self, position: Position, recorded: ChangeSet) -> ChangeSet:
        """Return what the user could see of *recorded*, readable and by the accounts of today."""
        seen = filter(self._visibility.could_see, recorded.entries)
        entries = tuple(filter(None, map(readable, seen)))
        actor = text_of(recorded.actor) or None
        change_set = replace(recorded, actor=actor, entries=entries)
        return self._accounts.attributed(position, change_set)

    def _wanted(self, change_set: ChangeSet) -> list[Entry]:
        return [
            entry
            for entry in change_set.entries
            # An earlier account may have been the one that could see it.
            if self._visibility.could_see(entry)
            and (not self._uids or entry.uid in self._uids)
            and self._filters.may_fit(change_set, entry, self._reader)
        ]

    def _visible_items(self, batch) -> list[FeedItem]:
        items = []
        entries = [entry for *_, wanted in batch for entry in wanted]
        # It may have been changed in the place that it has in another language.
        below = "" if self._uids else self._below
        visible = self._visibility.visible(entries, below)
        shown = iter(self._search.with_words(visible))
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
                    time=local_time(change_set.time),
                    actor=_visible_actor(change_set.actor, visible),
                    entries=visible,
                    backfilled=change_set.backfilled,
                )
                items.append(item)
        return items


class _Budget:
    """Counts what a scan uses of its bound. A layer is one record, and so is each block."""

    def __init__(self, bound: Bound | None):
        self._bound = bound
        self._records = self._entries = 0
        self._generation: int | None = None
        self._begin = monotonic()

    def is_spent(self, position: Position) -> bool:
        """Count what was loaded for *position*, and return whether it was the last."""
        self._records += position.block > 0 or position.generation != self._generation
        self._generation = position.generation
        return self._bound is not None and (
            self._records >= self._bound.records
            or monotonic() - self._begin >= self._bound.seconds
        )

    def is_spent_on(self, items: Iterable[FeedItem]) -> bool:
        """Count *items* that are shown, and return whether they were the last."""
        self._entries += sum(len(item.entries) for item in items)
        return self._bound is not None and self._entries >= self._bound.entries


def _visible_actor(actor, entries):
    # Do not name the actor of the change set for entries that the user cannot view.
    actors = [entry.actor for entry in entries]
    return actor if actor in actors else actors[0]
