"""The new activity for one member: everything in their feed after a cursor."""

from collective.appendonly.feed import Bound
from collective.appendonly.feed import feed
from collective.appendonly.feed import FeedItem
from collective.appendonly.feed import Filters
from collective.appendonly.feed.cursor import to_position
from collective.appendonly.feed.filters import NO_FILTERS
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import Position
from dataclasses import replace
from datetime import tzinfo
from typing import NamedTuple
from zope.component import getUtility


#: The maximum number of items in a digest.
ITEMS = 50

# The maximum number of reads of the feed.
_READS = 25


class NewActivity(NamedTuple):
    """The newest items after a cursor, newest first; ``is_more`` if there are others.

    ``cursor`` is where the next digest begins.
    """

    items: tuple[FeedItem, ...]
    is_more: bool
    cursor: str

    @property
    def count(self) -> int:
        """The number of changes; an item can stand for several."""
        return sum(len(item.change_sets) for item in self.items)


def latest_cursor(context, filters: Filters = NO_FILTERS) -> str | None:
    """Return the cursor of the newest entry, whether or not it fits *filters*.

    Return None if the current user cannot view the activity, or if it cannot be read. Raises
    :class:`~collective.appendonly.feed.InvalidFilter` if the user may not use the filters.
    """
    bound = Bound(records=1, seconds=0, entries=1)
    return feed(context, filters, limit=1, bound=bound).latest


def new_activity(
    context, cursor: str, timezone: tzinfo, filters: Filters = NO_FILTERS
) -> NewActivity | None:
    """Return the activity of *context* after *cursor* that fits *filters*, for the current user.

    Changes are grouped as on the activity page, by days in *timezone*. If nothing at all happened,
    the cursor of the result is *cursor* itself. Return None if the user cannot view the activity,
    or if it cannot be read.

    Raises :class:`~collective.appendonly.feed.InvalidCursor` if *cursor* does not belong to the
    current log, and :class:`~collective.appendonly.feed.InvalidFilter` if the user may not use the
    filters.
    """
    latest = latest_cursor(context, filters)
    if latest is None:
        return None
    log = getUtility(IActivityLog)
    since = to_position(log, cursor)
    if to_position(log, latest) == since:
        return NewActivity((), False, cursor)
    items: list[FeedItem] = []
    older = None
    for _ in range(_READS):
        # One more than a digest lists, to know whether there are more.
        limit = ITEMS + 1 - len(items)
        page = feed(context, filters, older=older, limit=limit, collapse=timezone)
        new = [part for item in page.items if (part := _newer_part(item, since))]
        items += new
        older = page.older
        is_end = (
            len(new) < len(page.items)
            or older is None
            or not _is_newer(to_position(log, older), since)
        )
        if is_end or len(items) > ITEMS:
            is_more = len(items) > ITEMS
            break
    else:
        is_more = True
    return NewActivity(tuple(items[:ITEMS]), is_more, latest)


def _newer_part(item, since) -> FeedItem | None:
    if not _is_newer(item.position, since):
        return None
    earlier = tuple(edit for edit in item.earlier if _is_newer(edit.position, since))
    return replace(item, earlier=earlier)


def _is_newer(position: Position, since: Position) -> bool:
    # The parts of a large change set are either all new or all old.
    return position[:2] > since[:2]
