"""The stretch of time that a picture is of: what is asked for, up to a year of it."""

from collective.appendonly.browser.calendar.year import WEEKS
from collective.appendonly.browser.calendar.year import Year
from collective.appendonly.feed import Filters
from dataclasses import replace
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from datetime import timezone as fixed
from datetime import tzinfo


_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)
_YEAR = timedelta(weeks=WEEKS)


class Period:
    """The last 53 weeks of what *filters* ask for, as days in *timezone*.

    It ends *today* at the latest: what clocks that are fast date in the future has not come.
    ``first`` and ``last`` are its days; where there are none, *first* is the later one.
    """

    def __init__(
        self, filters: Filters, today: date, timezone: tzinfo, first_weekday: int
    ):
        self._asked = filters
        self._today = today
        self._timezone = timezone
        self.last = today
        if filters.until is not None:
            until = filters.until.astimezone(fixed.utc) - _INSTANT
            self.last = min(today, until.astimezone(timezone).date())
        self.year = Year(self.last, first_weekday)
        self.first = self.year.first
        if filters.since is not None:
            since = filters.since.astimezone(timezone).date()
            self.first = max(self.first, since)
        self.filters = self._between(self.first, self.last)

    def on(self, day: date) -> Filters:
        """Return the filters for what happened on *day*, of what is asked for."""
        return self._between(day, day)

    @property
    def pinned(self) -> Filters:
        """The filters for just this picture, also when it is another day."""
        return replace(self._asked, until=self.filters.until)

    def up_to(self, day: date) -> Filters | None:
        """Return the filters for what is asked for up to *day* and with it.

        None if that is no earlier part of it.
        """
        since, until = self._asked.since, self._start_of(day + _DAY)
        if until >= self.filters.until or (since is not None and since >= until):
            return None
        return replace(self._asked, until=until)

    def year_before(self) -> Filters | None:
        """Return the filters for the picture of the year before, if one is asked for."""
        return self.up_to(self.first - _DAY)

    def year_after(self) -> Filters | None:
        """Return the filters for the picture of the year after, None if it has not begun."""
        if self.last >= self._today:
            return None
        last = self.last + _YEAR
        until = None if last >= self._today else self._start_of(last + _DAY)
        return replace(self._asked, until=until)

    def _between(self, first, last):
        since, until = self._start_of(first), self._start_of(last + _DAY)
        asked = self._asked
        return replace(
            asked,
            since=since if asked.since is None else max(since, asked.since),
            until=until if asked.until is None else min(until, asked.until),
        )

    def _start_of(self, day):
        return datetime.combine(day, time(), self._timezone)
