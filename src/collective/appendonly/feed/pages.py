"""The feed: what the current user can view of the log, newest first, by page or at once."""

from collections.abc import Iterable
from collections.abc import Iterator
from collective.appendonly.feed.access import open_log
from collective.appendonly.feed.cursor import to_cursor
from collective.appendonly.feed.cursor import to_position
from collective.appendonly.feed.filters import Filters
from collective.appendonly.feed.filters import NO_FILTERS
from collective.appendonly.feed.items import belongs_to
from collective.appendonly.feed.items import FeedItem
from collective.appendonly.feed.items import FeedPage
from collective.appendonly.feed.items import repeats
from collective.appendonly.feed.scan import Bound
from collective.appendonly.feed.scan import REQUEST_BOUND
from collective.appendonly.feed.scan import Scan
from collective.appendonly.interfaces import BEGINNING
from dataclasses import replace
from datetime import tzinfo
from plone.uuid.interfaces import IUUID


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
) -> FeedPage:
    """Return a page of the activity in *context* that the current user can view.

    *context* is the site, for everything, or an object, for it and all below it. *older* and
    *newer* are cursors from other pages; without them the result is the first page. *limit* is
    the highest number of items, at least 1. *bound* limits how much of the log is searched.
    With a time zone in *collapse*, consecutive edits of one object by one user on one day in
    that time zone are one item; no page ends between them, unless they exceed the bound. The
    page is empty if the add-on is not installed, or the user cannot view the activity.

    Raises :class:`~collective.appendonly.feed.InvalidCursor` for an invalid cursor, and
    :class:`~collective.appendonly.feed.InvalidFilter` for an actor whose activity the current
    user may not look up.
    """
    log = open_log(context, filters)
    if log is None:
        return FeedPage()

    limit = max(1, limit)

    def collect(direction, position):
        scan = Scan(log, context, filters, bound, batch=limit + 1)
        found = _collect(direction(scan, position), scan, limit, collapse)
        return *found, scan.stopped_at

    def cursor(position):
        return None if position is None else to_cursor(log, position)

    if newer is not None:
        position = to_position(log, newer)
        items, first, stopped, _ = collect(Scan.newer, position)
        if stopped is not None:
            return FeedPage(
                items=tuple(reversed(items)),
                older=cursor(first or position),
                newer=cursor(stopped),
            )
        # At the top of the log, return a full first page rather than the few newest items.
    if older is not None:
        position = to_position(log, older)
        items, first, stopped, reached = collect(Scan.older, position)
        return FeedPage(
            items=tuple(items),
            older=cursor(stopped),
            newer=cursor(first or position),
            reached=reached,
        )
    latest = log.newest() or BEGINNING
    items, _, stopped, reached = collect(Scan.older, None)
    return FeedPage(
        items=tuple(items),
        older=cursor(stopped),
        latest=cursor(latest),
        reached=reached,
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
    log = open_log(obj, filters)
    if log is None or IUUID(obj, None) is None:
        return None
    # One entry is enough. Looking up more at once would read on.
    scan = Scan(log, obj, filters, bound=None, batch=1, alone=True)
    return next(scan.older(), None)


def _to_the_end(scan):
    yield from scan.older()
    if scan.stopped is not None:
        raise TooMuchActivity("There is more activity than the bound allows.")


def _collect(found: Iterable[FeedItem], scan: Scan, limit: int, collapse):
    """Return items, the position of the first, and the position to continue from.

    The latter is None at the end of the log.
    """
    items: list[FeedItem] = []
    first = last = None
    for item in found:
        if items and belongs_to(items[-1], item):
            items[-1] = _joined(items[-1], item)
        elif items and collapse and repeats(items[-1], item, collapse):
            items[-1] = _collapsed(items[-1], item)
        elif len(items) < limit:
            items.append(item)
        else:
            return items, first, last
        first, last = first or item.position, item.position
    return items, first, scan.stopped


def _joined(item, other):
    # A scan yields the parts in either direction; a page shows them in one.
    first, second = sorted((item, other), key=lambda part: part.position.block)
    return replace(first, entries=first.entries + second.entries)


def _collapsed(item, other):
    newest, *earlier = sorted(
        (item, *item.earlier, other), key=lambda edit: edit.position, reverse=True
    )
    return replace(newest, earlier=tuple(replace(edit, earlier=()) for edit in earlier))
