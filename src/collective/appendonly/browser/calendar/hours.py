"""The changes in each hour of the week: as a heat map, in a sentence, and as a table."""

from collections.abc import Sequence
from collective.appendonly.browser.calendar.heatmap import HeatMap
from collective.appendonly.browser.calendar.heatmap import legend
from collective.appendonly.browser.calendar.heatmap import LegendItem
from collective.appendonly.browser.calendar.heatmap import Levels
from collective.appendonly.browser.calendar.texts import CalendarTexts
from collective.appendonly.feed import Counts


_PITCH = 20
# Label every third hour: "12:00 AM" needs that much room.
_STEP = 3


class Hours:
    """The hours of *counts*, with the weekdays in the order of *weekdays*."""

    def __init__(self, counts: Counts, weekdays: Sequence[int], texts: CalendarTexts):
        self._numbers = counts.hours
        self._weekdays = weekdays
        self._texts = texts
        self._levels = Levels(counts.hours.values())

    @property
    def summary(self) -> list[str]:
        """A sentence about the busiest hour, if there is only one."""
        busiest = self._numbers.most_common(2)
        if len(busiest) < 2 or busiest[0][1] == busiest[1][1]:
            return []
        return [self._texts.busiest_hour(*busiest[0][0])]

    @property
    def heatmap(self) -> HeatMap:
        heatmap = HeatMap(24, _PITCH)
        for hour in range(0, 24, _STEP):
            heatmap.label_column(hour, self._texts.hour(hour))
        for row, weekday in enumerate(self._weekdays):
            heatmap.label_row(row, self._texts.short_weekday(weekday))
            for hour in range(24):
                number = self._numbers[weekday, hour]
                title = self._texts.in_hour(number, weekday, hour) if number else ""
                heatmap.add_cell(hour, row, self._levels.level(number), title=title)
        return heatmap

    @property
    def legend(self) -> list[LegendItem]:
        return legend(self._levels, self._texts)

    @property
    def heads(self) -> list[str]:
        """The column headers of the table."""
        return [self._texts.short_weekday(weekday) for weekday in self._weekdays]

    @property
    def rows(self) -> list[tuple[str, list[int]]]:
        """The rows of the table: the name of an hour, and a number for each weekday."""
        return [
            (
                self._texts.hour(hour),
                [self._numbers[weekday, hour] for weekday in self._weekdays],
            )
            for hour in range(24)
        ]
