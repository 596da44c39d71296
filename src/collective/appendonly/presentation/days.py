"""Lines grouped by the days of the reader."""

from collections.abc import Iterable
from collective.appendonly.i18n import _
from collective.appendonly.presentation.lines import Line
from collective.appendonly.presentation.times import Times
from dataclasses import dataclass
from datetime import date
from datetime import datetime
from datetime import timedelta
from itertools import groupby
from zope.i18nmessageid import Message


@dataclass(frozen=True)
class Day:
    """The lines of one day. ``heading`` is its name."""

    date: date
    heading: Message | str
    lines: tuple[Line, ...]


def by_day(lines: Iterable[Line], times: Times, now: datetime) -> list[Day]:
    """Return *lines* grouped by day, in their order, with the names of the days at *now*."""
    today = now.astimezone(times.timezone).date()
    names = {today: _("Today"), today - timedelta(days=1): _("Yesterday")}
    days = []
    for day, group in groupby(lines, lambda line: _day(line, times)):
        of_day = tuple(group)
        heading = names.get(day) or times.day(of_day[0].time)
        days.append(Day(day, heading, of_day))
    return days


def _day(line, times):
    return line.time.astimezone(times.timezone).date()
