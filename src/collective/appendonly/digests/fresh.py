"""What is new for one member: all that the feed has for them since a place in the log."""

from collective.appendonly.feed import Bound
from collective.appendonly.feed import feed
from collective.appendonly.feed import FeedItem
from collective.appendonly.feed.cursor import to_position
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import Position
from dataclasses import replace
from datetime import tzinfo
from typing import NamedTuple
from zope.component import getUtility


#: How many changes a mail lists, at most.
ITEMS = 50

# How many stretches of the log are looked through, at most: 100,000 entries.
_STRETCHES = 25


class Fresh(NamedTuple):
    """The newest of what is new, newest first; with ``is_more`` there is more of it.

    ``place`` is the cursor from which to go on the next time.
    """

    items: tuple[FeedItem, ...]
    is_more: bool
    place: str

    @property
    def count(self) -> int:
        """How many changes ``items`` tell of: edits of one object may be told in one item."""
        return sum(1 + len(item.earlier) for item in self.items)


def here_and_now(context) -> str | None:
    """Return a cursor after which there is nothing yet.

    None where the current user may not read the activity, or there is none to be read.
    """
    return feed(context, limit=1, bound=Bound(read=1, asked=1)).latest


def fresh(context, place: str, timezone: tzinfo) -> Fresh | None:
    """Return what of the activity of *context* is newer than *place*, for the current user.

    Edits are put together as on the page, by days in *timezone*. None if the user may not read
    the activity, or it can't be read. Raises :class:`~collective.appendonly.feed.InvalidCursor`
    if *place* is none in the log that there is now.
    """
    latest = here_and_now(context)
    if latest is None:
        return None
    log = getUtility(IActivityLog)
    since = to_position(log, place)
    if to_position(log, latest) == since:
        return Fresh((), False, latest)
    items: list[FeedItem] = []
    cursor = None
    for _ in range(_STRETCHES):
        # One more than is told, to know whether there is one.
        limit = ITEMS + 1 - len(items)
        page = feed(context, older=cursor, limit=limit, collapse=timezone)
        new = [part for item in page.items if (part := _newer_part(item, since))]
        items += new
        cursor = page.older
        if (
            len(new) < len(page.items)
            or cursor is None
            or not _is_newer(to_position(log, cursor), since)
        ):
            is_more = len(items) > ITEMS
            break
        if len(items) > ITEMS:
            is_more = True
            break
    else:
        is_more = True
    return Fresh(tuple(items[:ITEMS]), is_more, latest)


def _newer_part(item, since) -> FeedItem | None:
    if not _is_newer(item.position, since):
        return None
    earlier = tuple(edit for edit in item.earlier if _is_newer(edit.position, since))
    return replace(item, earlier=earlier)


def _is_newer(position: Position, since: Position) -> bool:
    # A large change set, in parts, is new as a whole or not at all.
    return position[:2] > since[:2]
