"""The number of new change sets: asked for often, so it has to be cheap."""

from collective.appendonly.feed.access import open_log
from collective.appendonly.feed.cursor import to_cursor
from collective.appendonly.feed.cursor import to_position
from collective.appendonly.feed.filters import Filters
from collective.appendonly.feed.filters import NO_FILTERS
from collective.appendonly.feed.scan import Bound
from collective.appendonly.feed.scan import Scan
from typing import NamedTuple


#: Counting stops at this number.
MANY = 99

#: The bound of a request. Of a large change set, one block is enough to count it.
NEWS_BOUND = Bound(records=1000, seconds=1.0, entries=MANY + 1)


class News(NamedTuple):
    """The number of new change sets; with ``is_more`` there are at least so many.

    ``latest`` is the cursor for the next request.
    """

    count: int = 0
    is_more: bool = False
    latest: str | None = None


def news(context, cursor: str, filters: Filters = NO_FILTERS) -> News:
    """Count the change sets in *context* since *cursor* that the current user can view.

    *cursor* is ``latest`` of a first page, or of an earlier call. If nothing happened, this
    loads one record of the log.

    Raises :class:`~collective.appendonly.feed.InvalidCursor` and
    :class:`~collective.appendonly.feed.InvalidFilter` as the feed does.
    """
    log = open_log(context, filters)
    if log is None:
        return News()
    position = to_position(log, cursor)
    scan = Scan(log, context, filters, NEWS_BOUND, values=False)
    seen = set()
    for item in scan.newer(position):
        seen.add(item.id)
        if len(seen) > MANY:
            break
    is_more = len(seen) > MANY or scan.stopped is not None
    if not seen and scan.stopped is not None:
        # The user cannot view this range: do not scan it again.
        position, is_more = scan.stopped, False
    return News(min(len(seen), MANY), is_more, to_cursor(log, position))
