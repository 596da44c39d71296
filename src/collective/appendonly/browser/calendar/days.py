"""How much happened on each day: as a picture, in a sentence or two, and as a table."""

from collections.abc import Callable
from collections.abc import Sequence
from collective.appendonly.browser.calendar.legend import legend
from collective.appendonly.browser.calendar.legend import Meaning
from collective.appendonly.browser.calendar.levels import Levels
from collective.appendonly.browser.calendar.period import Period
from collective.appendonly.browser.calendar.picture import Picture
from collective.appendonly.browser.calendar.words import Words
from collective.appendonly.browser.calendar.year import WEEKS
from collective.appendonly.feed import Counts
from collective.appendonly.i18n import _
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import NamedTuple


_PITCH = 16


class Day(NamedTuple):
    """A day on which something happened: its number, what is said of it, and its address."""

    text: str
    words: str
    url: str


class Month(NamedTuple):
    """A row of the table; *total* is a text."""

    name: str
    total: str
    days: Sequence[Day]


class Days:
    """Shows *counts* of a *period*. *address* returns the page that lists what was on a day.

    If the count didn't begin with the period, it *began* on this day, which is counted in part
    then, as is the day on which the count stopped.
    """

    def __init__(
        self,
        counts: Counts,
        period: Period,
        words: Words,
        address: Callable[[date], str],
        began: date | None = None,
    ):
        self._numbers = counts.days
        self._reached = counts.reached
        self._period = period
        self._words = words
        self._began = began
        self._days = {
            day: Day(
                f"{day.day} ({number})",
                words.on_day(number, day, in_part=not self._is_counted(day)),
                address(day),
            )
            for day, number in counts.days.items()
        }
        self._levels = Levels(counts.days.values())

    @property
    def summary(self) -> list[str]:
        """Sentences that say the most important of it."""
        total = self._words.in_all(
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
        return [total, self._words.busiest_day(number, day)]

    @property
    def picture(self) -> Picture:
        year = self._period.year
        picture = Picture(WEEKS, _PITCH)
        for month, column in year.months:
            picture.name_column(column, self._words.short_month(month))
        for row, weekday in enumerate(year.weekdays):
            picture.name_row(row, self._words.short_weekday(weekday))
        for day, column, row in year:
            if day >= self._period.first:
                shown = self._days.get(day)
                picture.put(
                    column,
                    row,
                    self._levels.level(self._numbers[day]),
                    words=shown.words if shown else "",
                    url=shown and shown.url,
                    is_counted=self._is_counted(day),
                )
        return picture

    @property
    def legend(self) -> list[Meaning]:
        return legend(self._levels, self._words, not self._is_complete)

    @cached_property
    def months(self) -> list[Month]:
        """The rows of the table, newest first."""
        days = [day for day, *_ in self._period.year if day >= self._period.first]
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
            text = self._words.text(_("at least ${count}", mapping={"count": total}))
        else:
            text = self._words.text(_("not counted"))
        shown = [self._days[day] for day in days if day in self._days]
        return Month(self._words.month(first), text, shown)

    @property
    def _is_complete(self):
        return self._reached is None and self._began is None

    def _is_counted(self, day):
        """Tell whether all of *day* was counted."""
        return (self._reached is None or day > self._reached) and (
            self._began is None or day < self._began
        )
