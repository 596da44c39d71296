"""The period that the calendar covers: the requested one, up to a year of it."""

from collections.abc import Iterator
from collective.appendonly.feed import Filters
from dataclasses import replace
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from datetime import timezone as fixed
from datetime import tzinfo
from typing import NamedTuple


#: This many columns hold a year, whatever weekday it ends on.
WEEKS = 53

# A month with fewer columns has no room for its name.
_MIN_COLUMNS = 3

_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)
_YEAR = timedelta(weeks=WEEKS)


class GridDay(NamedTuple):
    """A day and its cell in the grid."""

    day: date
    column: int
    row: int


class Year:
    """The 53 weeks that end with the day *last*; the last week may be incomplete.

    Weeks begin with *first_weekday*; 0 is Monday. Days before *since* have no cell.
    """

    def __init__(self, last: date, first_weekday: int, since: date = date.min):
        self.last = last
        days = (last.weekday() - first_weekday) % 7 + 7 * (WEEKS - 1)
        self._origin = last - timedelta(days=days)
        self.first = max(self._origin, since)
        self.weekdays = [(first_weekday + row) % 7 for row in range(7)]

    def __iter__(self) -> Iterator[GridDay]:
        """Yield the days that have a cell, oldest first."""
        skipped = (self.first - self._origin).days
        for number in range(skipped, (self.last - self._origin).days + 1):
            yield GridDay(self._origin + timedelta(days=number), *divmod(number, 7))

    @property
    def months(self) -> list[tuple[int, int]]:
        """The months that have room for a name, each with its first column."""
        starts = [
            (each.day.month, each.column)
            for each in self
            if each.day in (self.first, each.day.replace(day=1))
        ]
        if len(starts) > 1 and starts[1][1] - starts[0][1] < _MIN_COLUMNS:
            del starts[0]
        return starts


class Period:
    """The last 53 weeks of what *filters* select, as days in *timezone*.

    It ends *today* at the latest: entries dated in the future by a fast clock are left out.
    ``first`` and ``last`` are its days. In an empty period, ``first`` is after ``last``.
    """

    def __init__(
        self, filters: Filters, today: date, timezone: tzinfo, first_weekday: int
    ):
        self._requested = filters
        self._today = today
        self._timezone = timezone
        self.last = today
        if filters.until is not None:
            until = filters.until.astimezone(fixed.utc) - _INSTANT
            self.last = min(today, until.astimezone(timezone).date())
        since = date.min
        if filters.since is not None:
            since = filters.since.astimezone(timezone).date()
        self.year = Year(self.last, first_weekday, since)
        self.first = self.year.first
        self.filters = self._between(self.first, self.last)

    def on(self, day: date) -> Filters:
        """Return the filters for *day* within the requested period."""
        return self._between(day, day)

    @property
    def pinned(self) -> Filters:
        """The filters for exactly this period, also on a later day."""
        return replace(self._requested, until=self.filters.until)

    def up_to(self, day: date) -> Filters | None:
        """Return the filters for the requested period up to and including *day*.

        Return None if that is not an earlier part of it.
        """
        since, until = self._requested.since, self._start_of(day + _DAY)
        if until >= self.filters.until or (since is not None and since >= until):
            return None
        return replace(self._requested, until=until)

    def year_before(self) -> Filters | None:
        """Return the filters for the previous year, None if it was not requested."""
        return self.up_to(self.first - _DAY)

    def year_after(self) -> Filters | None:
        """Return the filters for the next year, None if it has not begun."""
        if self.last >= self._today:
            return None
        last = self.last + _YEAR
        until = None if last >= self._today else self._start_of(last + _DAY)
        return replace(self._requested, until=until)

    def _between(self, first, last):
        since, until = self._start_of(first), self._start_of(last + _DAY)
        requested = self._requested
        return replace(
            requested,
            since=since if requested.since is None else max(since, requested.since),
            until=until if requested.until is None else min(until, requested.until),
        )

    def _start_of(self, day):
        return datetime.combine(day, time(), self._timezone)
