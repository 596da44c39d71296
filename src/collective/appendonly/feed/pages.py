"""The feed: what the current user can view of the log, newest first, by page or at once."""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from collective.appendonly.feed.access import open_log
from collective.appendonly.feed.cursor import to_cursor
from collective.appendonly.feed.cursor import to_position
from collective.appendonly.feed.filters import Filters
from collective.appendonly.feed.filters import NO_FILTERS
from collective.appendonly.feed.items import are_one_item
from collective.appendonly.feed.items import FeedItem
from collective.appendonly.feed.items import FeedPage
from collective.appendonly.feed.scan import Bound
from collective.appendonly.feed.scan import REQUEST_BOUND
from collective.appendonly.feed.scan import Scan
from collective.appendonly.interfaces import BEGINNING
from collective.appendonly.interfaces import Position
from dataclasses import replace
from datetime import datetime
from datetime import tzinfo
from itertools import chain
from itertools import groupby
from plone.uuid.interfaces import IUUID
from typing import NamedTuple


class TooMuchActivity(Exception):
    """The activity goes on beyond the bound."""


def feed(
    context,
    filters: Filters = NO_FILTERS,
    older: str | None = None,
    newer: str | None = None,
    limit: int = 20,
    collapse: tzinfo | None = None,
    bound: Bound = REQUEST_BOUND,
    values: bool = True,
) -> FeedPage:
    """Return a page of the activity in *context* that the current user can view.

    *context* is the site, for everything, or an object, for it and all below it. *older* and
    *newer* are cursors from other pages; without them the result is the first page. *limit* is
    the highest number of items, at least 1. *bound* limits how much of the log is searched.
    With a time zone in *collapse*, change sets are one item as
    :func:`~collective.appendonly.feed.items.are_one_item` says; no page ends between them, unless
    they exceed the bound. Without *values*, entries have no values, roles and notes, which saves
    loading their objects. The page is empty if the add-on is not installed, or the user cannot
    view the activity.

    Raises :class:`~collective.appendonly.feed.InvalidCursor` for an invalid cursor, and
    :class:`~collective.appendonly.feed.InvalidFilter` for an actor whose activity the current
    user may not look up, and for an action or a content type that does not exist.
    """
    log = open_log(context, filters)
    if log is None:
        return FeedPage()

    limit = max(1, limit)

    def collected(direction, position):
        scan = Scan(log, context, filters, bound, batch=limit + 1, values=values)
        return collect(direction(scan, position), scan, limit, collapse)

    def cursor(position):
        return None if position is None else to_cursor(log, position)

    if newer is not None:
        position = to_position(log, newer)
        found = collected(Scan.newer, position)
        if found.stopped is not None:
            return FeedPage(
                items=tuple(reversed(found.items)),
                older=cursor(found.first or position),
                newer=cursor(found.stopped),
            )
        # At the top of the log, return a full first page rather than the few newest items.
    if older is not None:
        position = to_position(log, older)
        found = collected(Scan.older, position)
        return FeedPage(
            items=tuple(found.items),
            older=cursor(found.stopped),
            newer=cursor(found.first or position),
            reached=found.reached,
        )
    latest = log.newest() or BEGINNING
    found = collected(Scan.older, None)
    return FeedPage(
        items=tuple(found.items),
        older=cursor(found.stopped),
        latest=cursor(latest),
        reached=found.reached,
    )


def everything(
    context, filters: Filters = NO_FILTERS, bound: Bound | None = None
) -> Iterator[FeedItem]:
    """Yield all activity in *context* that the current user can view, newest first.

    Uses little memory, however long the log is. A large change set is yielded as several
    consecutive items with the same id.

    Raises :class:`~collective.appendonly.feed.InvalidFilter` as the feed does, when called.
    Iteration raises :class:`TooMuchActivity` where it reaches *bound* before the end of the log.
    """
    log = open_log(context, filters)
    if log is None:
        return iter(())
    return _to_the_end(Scan(log, context, filters, bound, batch=500))


def last(obj, action: str) -> FeedItem | None:
    """Return the last item with *action* about *obj* that the current user can view.

    None if there is none. The item has an entry about *obj* itself, never about what is in it.
    It is found by the keys of the log: what else happened is not read, so this is cheap also if it
    was long ago, or never. Layers that were archived by version 1.0.0a1 are read until they have
    keys.
    """
    filters = Filters(actions=(action,))
    # Of an action that nothing has there is no last time.
    log = open_log(obj, NO_FILTERS)
    if log is None or IUUID(obj, None) is None:
        return None
    # One entry is enough. Looking up more at once would read on.
    scan = Scan(log, obj, filters, bound=None, batch=1, alone=True)
    return next(scan.older(), None)


def _to_the_end(scan):
    yield from scan.older()
    if scan.stopped is not None:
        raise TooMuchActivity("There is more activity than the bound allows.")


class Collected(NamedTuple):
    """The items of a page, in the order of the scan.

    ``first`` is the position of the first part, ``stopped`` the one to continue from, None at the
    end of the log. ``reached`` is the time there, if the scan has reached its bound.
    """

    items: list[FeedItem]
    first: Position | None
    stopped: Position | None
    reached: datetime | None


def collect(
    found: Iterable[FeedItem], scan: Scan, limit: int, collapse: tzinfo | None
) -> Collected:
    """Return what *scan* has *found*, as at most *limit* items.

    Parts of a large change set are joined. *collapse* is that of :func:`feed`.
    """
    page = _Items(limit, collapse)
    for _, parts in groupby(found, lambda part: part.position[:2]):
        if not page.add(parts):
            return Collected(page.items, page.first, page.last, None)
    return Collected(page.items, page.first, scan.stopped, scan.stopped_at)


class _Items:
    """Collects change sets, each next to the one before it, as items of a page."""

    def __init__(self, limit: int, collapse: tzinfo | None):
        self._limit = limit
        self._collapse = collapse
        self._runs: list[list[FeedItem]] = []
        #: The positions of the first and the last part.
        self.first: Position | None = None
        self.last: Position | None = None

    @property
    def items(self) -> list[FeedItem]:
        return [_one_item(run) for run in self._runs]

    def add(self, parts: Iterator[FeedItem]) -> bool:
        """Add the change set in *parts*; return False if it belongs on another page."""
        part = next(parts)
        is_full = len(self._runs) == self._limit
        # If one part does not continue an item, the others need not be loaded.
        if is_full and not self._continues(part):
            return False
        read = [part, *parts]
        change_set = _joined(read)
        if self._continues(change_set):
            self._runs[-1].append(change_set)
        elif is_full:
            return False
        else:
            self._runs.append([change_set])
        self.first, self.last = self.first or part.position, read[-1].position
        return True

    def _continues(self, change_set: FeedItem) -> bool:
        if not self._runs or self._collapse is None:
            return False
        return are_one_item(self._runs[-1][-1], change_set, self._collapse)


def _joined(parts: Sequence[FeedItem]) -> FeedItem:
    # A scan yields the parts in either direction; a page shows them in one.
    first, *others = sorted(parts, key=lambda part: part.position)
    if not others:
        return first
    entries = chain(first.entries, *(part.entries for part in others))
    return replace(first, entries=tuple(entries))


def _one_item(run: Sequence[FeedItem]) -> FeedItem:
    newest, *earlier = sorted(run, key=lambda each: each.position, reverse=True)
    return replace(newest, earlier=tuple(earlier)) if earlier else newest
