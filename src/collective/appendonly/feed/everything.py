"""The whole feed, for those who take it away."""

from collections.abc import Iterator
from collective.appendonly.feed.access import open_log
from collective.appendonly.feed.filters import Filters
from collective.appendonly.feed.filters import NO_FILTERS
from collective.appendonly.feed.items import FeedItem
from collective.appendonly.feed.scan import Scan


def everything(context, filters: Filters = NO_FILTERS) -> Iterator[FeedItem]:
    """Yield all that the current user may see of what happened in *context*, newest first.

    However long the log is, and in the memory of a few entries. A large change set comes in
    several items, with one id, which follow each other.

    Raises :class:`~collective.appendonly.feed.InvalidFilter` as the feed does, and at once.
    """
    log = open_log(context, filters)
    if log is None:
        return iter(())
    return Scan(log, context, filters, bound=None, batch=500).older()
