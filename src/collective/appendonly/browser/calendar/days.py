"""The changes on each day: as a heat map, in a sentence or two, and as a table."""

from collections.abc import Callable
from collections.abc import Sequence
from collective.appendonly.browser.calendar.heatmap import HeatMap
from collective.appendonly.browser.calendar.heatmap import legend
from collective.appendonly.browser.calendar.heatmap import LegendItem
from collective.appendonly.browser.calendar.heatmap import Levels
from collective.appendonly.browser.calendar.period import Period
from collective.appendonly.browser.calendar.period import WEEKS
from collective.appendonly.browser.calendar.texts import CalendarTexts
from collective.appendonly.feed import Counts
from collective.appendonly.i18n import _
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import NamedTuple


_PITCH = 16


class CalendarDay(NamedTuple):
    """A day with changes: its number of the month with the count, a sentence, and a URL."""

    text: str
    title: str
    url: str


class Month(NamedTuple):
    """A row of the table; *total* is a text."""

    name: str
    total: str
    days: Sequence[CalendarDay]


class Days:
    """The days of *counts* in *period*. *url_of* returns the URL of the list for a day.

    If the count did not begin with the period, *began* is the day on which it did. That day is
    counted in part, like the day on which the count stopped.
    """

    def __init__(
        self,
        counts: Counts,
        period: Period,
        texts: CalendarTexts,
        url_of: Callable[[date], str],
        began: date | None = None,
    ):
        self._numbers = counts.days
        self._reached = counts.reached
        self._period = period
        self._texts = texts
        self._began = began
        self._days = {
            day: CalendarDay(
                f"{day.day} ({number})",
                texts.on_day(number, day, in_part=not self._is_counted(day)),
                url_of(day),
            )
            for day, number in counts.days.items()
        }
        self._levels = Levels(counts.days.values())

    @property
    def summary(self) -> list[str]:
        """Sentences with the total and, if there is only one, the busiest day."""
        total = self._texts.in_all(
            self._numbers.total(),
            self._period.first if self._reached is None else self._reached,
            self._period.last,
            in_part=not self._is_complete,
        )
        busiest = self._numbers.most_common(2)
        stands_out = len(busiest) > 1 and busiest[0][1] > busiest[1][1]
        # A day that was counted in part might be busier.
        if not (stands_out and self._is_complete):
            return [total]
        day, number = busiest[0]
        return [total, self._texts.busiest_day(number, day)]

    @property
    def heatmap(self) -> HeatMap:
        year = self._period.year
        heatmap = HeatMap(WEEKS, _PITCH)
        for month, column in year.months:
            heatmap.label_column(column, self._texts.short_month(month))
        for row, weekday in enumerate(year.weekdays):
            heatmap.label_row(row, self._texts.short_weekday(weekday))
        for day, column, row in year:
            shown = self._days.get(day)
            heatmap.add_cell(
                column,
                row,
                self._levels.level(self._numbers[day]),
                title=shown.title if shown else "",
                url=shown and shown.url,
                is_counted=self._is_counted(day),
            )
        return heatmap

    @property
    def legend(self) -> list[LegendItem]:
        return legend(self._levels, self._texts, not self._is_complete)

    @cached_property
    def months(self) -> list[Month]:
        """The rows of the table, newest first."""
        days = [day for day, *_ in self._period.year]
        return [
            self._month(first, list(of_month))
            for first, of_month in groupby(
                reversed(days), key=lambda day: day.replace(day=1)
            )
        ]

    def _month(self, first, days):
        total = sum(self._numbers[day] for day in days)
        if all(map(self._is_counted, days)):
            text = str(total)
        elif total:
            text = self._texts.text(_("at least ${count}", mapping={"count": total}))
        else:
            text = self._texts.text(_("not counted"))
        shown = [self._days[day] for day in days if day in self._days]
        return Month(self._texts.month(first), text, shown)

    @property
    def _is_complete(self):
        return self._reached is None and self._began is None

    def _is_counted(self, day):
        """Return whether all of *day* was counted."""
        return (self._reached is None or day > self._reached) and (
            self._began is None or day < self._began
        )
