"""How much happened in each hour of the week: as a picture, in a sentence, and as a table."""

from collections.abc import Sequence
from collective.appendonly.browser.calendar.legend import legend
from collective.appendonly.browser.calendar.legend import Meaning
from collective.appendonly.browser.calendar.levels import Levels
from collective.appendonly.browser.calendar.picture import Picture
from collective.appendonly.browser.calendar.words import Words
from collective.appendonly.feed import Counts


_PITCH = 20
# Hours that are named above the picture: room for "12:00 AM".
_EVERY = 3


class Hours:
    """Shows the hours of *counts*, the days of the week in the order of *weekdays*."""

    def __init__(self, counts: Counts, weekdays: Sequence[int], words: Words):
        self._numbers = counts.hours
        self._weekdays = weekdays
        self._words = words
        self._levels = Levels(counts.hours.values())

    @property
    def summary(self) -> list[str]:
        """A sentence that says the most important of it, if something stands out."""
        busiest = self._numbers.most_common(2)
        if len(busiest) < 2 or busiest[0][1] == busiest[1][1]:
            return []
        return [self._words.busiest_hour(*busiest[0][0])]

    @property
    def picture(self) -> Picture:
        picture = Picture(24, _PITCH)
        for hour in range(0, 24, _EVERY):
            picture.name_column(hour, self._words.hour(hour))
        for row, weekday in enumerate(self._weekdays):
            picture.name_row(row, self._words.short_weekday(weekday))
            for hour in range(24):
                number = self._numbers[weekday, hour]
                picture.put(
                    hour,
                    row,
                    self._levels.level(number),
                    words=self._words.in_hour(number, weekday, hour) if number else "",
                )
        return picture

    @property
    def legend(self) -> list[Meaning]:
        return legend(self._levels, self._words)

    @property
    def heads(self) -> list[str]:
        """The heads of the columns of the table."""
        return [self._words.short_weekday(weekday) for weekday in self._weekdays]

    @property
    def rows(self) -> list[tuple[str, list[int]]]:
        """The rows of the table: the name of an hour, and a number for each day of the week."""
        return [
            (
                self._words.hour(hour),
                [self._numbers[weekday, hour] for weekday in self._weekdays],
            )
            for hour in range(24)
        ]
