"""Counting what happened by day and by hour, of what one person may see."""

from collections import Counter
from collective.appendonly.feed.access import open_log
from collective.appendonly.feed.cursor import to_cursor
from collective.appendonly.feed.cursor import to_position
from collective.appendonly.feed.filters import Filters
from collective.appendonly.feed.filters import NO_FILTERS
from collective.appendonly.feed.scan import Bound
from collective.appendonly.feed.scan import Scan
from dataclasses import dataclass
from dataclasses import field
from datetime import date
from datetime import tzinfo


#: The bound of a request that counts. More than that of a page: it is asked for on its own.
COUNT_BOUND = Bound(read=20_000, asked=5_000)


@dataclass
class Counts:
    """How many change sets there are on a day, and in an hour of the week (0 is Monday).

    With ``older``, a cursor, there was more to count than a request counts. ``reached`` is the
    day on which it stopped: what happened then or before is not, or not all, in the counts.
    """

    days: Counter[date] = field(default_factory=Counter)
    hours: Counter[tuple[int, int]] = field(default_factory=Counter)
    reached: date | None = None
    older: str | None = None


def count(
    context,
    timezone: tzinfo,
    filters: Filters = NO_FILTERS,
    older: str | None = None,
    bound: Bound = COUNT_BOUND,
) -> Counts:
    """Return the counts of what the current user may see of what happened in *context*.

    Days and hours are those of *timezone*. With the cursor *older*, of what is older than that.
    ``filters.since`` says how far back to count.

    Raises :class:`~collective.appendonly.feed.InvalidCursor` and
    :class:`~collective.appendonly.feed.InvalidFilter` as the feed does.
    """
    counts = Counts()
    log = open_log(context, filters)
    if log is None:
        return counts
    start = None if older is None else to_position(log, older)
    scan = Scan(log, context, filters, bound, batch=500)
    previous = None
    for item in scan.older(start):
        if item.id == previous:
            continue
        previous = item.id
        time = item.time.astimezone(timezone)
        counts.days[time.date()] += 1
        counts.hours[time.weekday(), time.hour] += 1
    if scan.stopped is not None:
        counts.older = to_cursor(log, scan.stopped)
        counts.reached = scan.stopped_at.astimezone(timezone).date()
    return counts
