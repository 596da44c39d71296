"""The number of new items: asked for often, so it has to be cheap."""

from collective.appendonly.feed.access import open_log
from collective.appendonly.feed.cursor import to_cursor
from collective.appendonly.feed.cursor import to_position
from collective.appendonly.feed.filters import Filters
from collective.appendonly.feed.filters import NO_FILTERS
from collective.appendonly.feed.pages import collect
from collective.appendonly.feed.scan import Bound
from collective.appendonly.feed.scan import Scan
from datetime import tzinfo
from typing import NamedTuple


#: Counting stops at this number.
MANY = 99

#: The bound of a request. Of a large change set, one block is enough to count it.
NEWS_BOUND = Bound(records=1000, seconds=1.0, entries=MANY + 1)


class News(NamedTuple):
    """The number of new items; with ``is_more`` there are at least so many.

    ``latest`` is the cursor for the next request.
    """

    count: int = 0
    is_more: bool = False
    latest: str | None = None


def news(
    context,
    cursor: str,
    filters: Filters = NO_FILTERS,
    collapse: tzinfo | None = None,
) -> News:
    """Count the items in *context* since *cursor* that the current user can view.

    *cursor* is ``latest`` of a first page, or of an earlier call. *filters* and *collapse* are those
    of the page. An item that continues one of the page counts as well. If nothing happened, this
    loads one record of the log.

    Raises :class:`~collective.appendonly.feed.InvalidCursor` and
    :class:`~collective.appendonly.feed.InvalidFilter` as the feed does.
    """
    log = open_log(context, filters)
    if log is None:
        return News()
    position = to_position(log, cursor)
    scan = Scan(log, context, filters, NEWS_BOUND, values=False)
    found = collect(scan.newer(position), scan, MANY, collapse)
    is_more = found.stopped is not None
    if is_more and not found.items:
        # The user cannot view this range: do not scan it again.
        position, is_more = found.stopped, False
    return News(len(found.items), is_more, to_cursor(log, position))
