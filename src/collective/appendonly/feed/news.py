"""Whether there is something new: a question that is asked often, and answered cheaply."""

from collective.appendonly.feed.access import open_log
from collective.appendonly.feed.cursor import to_cursor
from collective.appendonly.feed.cursor import to_position
from collective.appendonly.feed.filters import Filters
from collective.appendonly.feed.filters import NO_FILTERS
from collective.appendonly.feed.scan import Scan
from typing import NamedTuple


#: News are counted up to this number.
MANY = 99


class News(NamedTuple):
    """How many change sets are new; with ``is_more``, at least so many.

    ``latest`` is the cursor to ask with the next time.
    """

    count: int = 0
    is_more: bool = False
    latest: str | None = None


def news(context, cursor: str, filters: Filters = NO_FILTERS) -> News:
    """Return how much of what happened in *context* since *cursor* the current user may see.

    *cursor* is the ``latest`` of a first page of the feed. Loads one record of the log when
    nothing happened.

    Raises :class:`~collective.appendonly.feed.InvalidCursor` and
    :class:`~collective.appendonly.feed.InvalidFilter` as the feed does.
    """
    log = open_log(context, filters)
    if log is None:
        return News()
    position = to_position(log, cursor)
    scan = Scan(log, context, filters)
    seen = set()
    for item in scan.newer(position):
        seen.add(item.id)
        if len(seen) > MANY:
            break
    is_more = len(seen) > MANY or scan.stopped is not None
    if not seen and scan.stopped is not None:
        # So much that is not for this person need not be scanned again.
        position, is_more = scan.stopped, False
    return News(min(len(seen), MANY), is_more, to_cursor(log, position))
