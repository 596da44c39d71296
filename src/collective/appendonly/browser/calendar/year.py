"""A year of days as a calendar shows it: a column for each week, a row for each weekday."""

from collections.abc import Iterator
from datetime import date
from datetime import timedelta
from typing import NamedTuple


#: So many columns hold a year on whatever day it ends.
WEEKS = 53
# A month that has fewer columns leaves no room for its name.
_ROOM = 3


class Square(NamedTuple):
    """Where a day stands."""

    day: date
    column: int
    row: int


class Year:
    """53 weeks, the last of which ends early, with the day *last*.

    Weeks begin with *first_weekday*; 0 is Monday.
    """

    def __init__(self, last: date, first_weekday: int):
        self.last = last
        days = (last.weekday() - first_weekday) % 7 + 7 * (WEEKS - 1)
        self.first = last - timedelta(days=days)
        self.weekdays = [(first_weekday + row) % 7 for row in range(7)]

    def __iter__(self) -> Iterator[Square]:
        """Yield the days, oldest first."""
        for number in range((self.last - self.first).days + 1):
            yield Square(self.first + timedelta(days=number), *divmod(number, 7))

    @property
    def months(self) -> list[tuple[int, int]]:
        """The months that have room for a name, each with the column where it stands."""
        starts = [
            (square.day.month, square.column)
            for square in self
            if square.day in (self.first, square.day.replace(day=1))
        ]
        if len(starts) > 1 and starts[1][1] < _ROOM:
            del starts[0]
        return starts
