"""Counts by day and by hour of what the current user can view."""

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


#: The bound of a request that counts. Higher than that of a page: such requests are rare.
COUNT_BOUND = Bound(records=5000, seconds=5.0, entries=50_000)


@dataclass
class Counts:
    """The numbers of change sets by day and by hour of the week (0 is Monday).

    If the bound was reached, ``older`` is the cursor to continue from, and ``reached`` the day
    at which counting stopped: the counts of that day and of earlier ones are incomplete.
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
    """Count the change sets in *context* that the current user can view.

    Days and hours are those of *timezone*. The cursor *older* continues an earlier count;
    ``filters.since`` limits how far back it goes.

    Raises :class:`~collective.appendonly.feed.InvalidCursor` and
    :class:`~collective.appendonly.feed.InvalidFilter` as the feed does.
    """
    counts = Counts()
    log = open_log(context, filters)
    if log is None:
        return counts
    start = None if older is None else to_position(log, older)
    scan = Scan(log, context, filters, bound, batch=500, values=False)
    previous = None
    for item in scan.older(start):
        if item.id == previous:
            continue
        previous = item.id
        time = item.time.astimezone(timezone)
        counts.days[time.date()] += 1
        counts.hours[time.weekday(), time.hour] += 1
    # Without a time, nothing from there on can be read.
    if scan.stopped_at is not None:
        counts.older = to_cursor(log, scan.stopped)
        counts.reached = scan.stopped_at.astimezone(timezone).date()
    return counts
