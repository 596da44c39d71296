"""The texts of the activity calendar: names of days, months and hours, and sentences."""

from collective.appendonly.i18n import _
from collective.appendonly.i18n import counted
from collective.appendonly.presentation.times import Times
from datetime import date
from datetime import datetime
from datetime import time
from functools import cache
from plone.base import i18nl10n
from zope.i18n import translate


# No clocks change on this day anywhere, so it has all 24 hours.
_PLAIN_DAY = date(2026, 1, 15)


class CalendarTexts:
    """Texts for the reader of one request. Plone provides the names of weekdays and months."""

    def __init__(self, times: Times, request):
        self._times = times
        self._request = request
        #: Return the time at which an hour, 0 to 24, begins.
        self.hour = cache(self._hour)
        self._name = cache(self._translated_name)

    def text(self, message) -> str:
        return translate(message, context=self._request)

    def weekday(self, number: int) -> str:
        """Return the name of a weekday, 0 is Monday."""
        day = (number + 1) % 7
        return self._name(
            i18nl10n.weekdayname_msgid(day), i18nl10n.weekdayname_english(day)
        )

    def short_weekday(self, number: int) -> str:
        day = (number + 1) % 7
        return self._name(
            i18nl10n.weekdayname_msgid_abbr(day), i18nl10n.weekdayname_english(day, "a")
        )

    def short_month(self, number: int) -> str:
        """Return the short name of a month, 1 is January."""
        return self._name(
            i18nl10n.monthname_msgid_abbr(number),
            i18nl10n.monthname_english(number, "a"),
        )

    def month(self, first: date) -> str:
        """Return the name of the month that begins with *first*, with its year."""
        month = self._name(
            i18nl10n.monthname_msgid(first.month),
            i18nl10n.monthname_english(first.month),
        )
        return self.text(
            _(
                "month_of_year",
                default="${month} ${year}",
                mapping={"month": month, "year": str(first.year)},
            )
        )

    def day(self, day: date) -> str:
        noon = datetime.combine(day, time(12), self._times.timezone)
        return self._times.day(noon)

    def _hour(self, number):
        moment = datetime.combine(_PLAIN_DAY, time(number % 24), self._times.timezone)
        return self._times.time_of_day(moment)

    def _translated_name(self, msgid, english):
        # Plone has not translated the names into all of its languages.
        return translate(
            msgid, domain="plonelocales", context=self._request, default=english
        )

    def on_day(self, count: int, day: date, in_part: bool = False) -> str:
        """Return a sentence with the number of changes on a day; a minimum if *in_part*."""
        names = {"weekday": self.weekday(day.weekday()), "day": self.day(day)}
        if in_part:
            return self.text(
                counted(
                    "At least ${count} change on ${weekday}, ${day}",
                    "At least ${count} changes on ${weekday}, ${day}",
                    count,
                    **names,
                )
            )
        return self.text(
            counted(
                "${count} change on ${weekday}, ${day}",
                "${count} changes on ${weekday}, ${day}",
                count,
                **names,
            )
        )

    def in_hour(self, count: int, weekday: int, hour: int) -> str:
        """Return a sentence with the number of changes in an hour of the week."""
        return self.text(
            counted(
                "${count} change on ${weekday} between ${begin} and ${end}",
                "${count} changes on ${weekday} between ${begin} and ${end}",
                count,
                weekday=self.weekday(weekday),
                begin=self.hour(hour),
                end=self.hour(hour + 1),
            )
        )

    def in_all(self, count: int, first: date, last: date, in_part: bool) -> str:
        """Return a sentence with the total of a period; a minimum if *in_part*."""
        days = {"first": self.day(first), "last": self.day(last)}
        if in_part:
            return self.text(
                counted(
                    "At least ${count} change from ${first} to ${last}.",
                    "At least ${count} changes from ${first} to ${last}.",
                    count,
                    **days,
                )
            )
        return self.text(
            counted(
                "${count} change from ${first} to ${last}.",
                "${count} changes from ${first} to ${last}.",
                count,
                **days,
            )
        )

    def busiest_day(self, count: int, day: date) -> str:
        return self.text(
            counted(
                "The busiest day was ${weekday}, ${day}, with ${count} change.",
                "The busiest day was ${weekday}, ${day}, with ${count} changes.",
                count,
                weekday=self.weekday(day.weekday()),
                day=self.day(day),
            )
        )

    def busiest_hour(self, weekday: int, hour: int) -> str:
        return self.text(
            _(
                "The busiest time is ${weekday} between ${begin} and ${end}.",
                mapping={
                    "weekday": self.weekday(weekday),
                    "begin": self.hour(hour),
                    "end": self.hour(hour + 1),
                },
            )
        )
