"""``@activity-calendar``: the numbers of changes on the days of a month, and by hour."""

from collections import Counter
from collections.abc import Mapping
from collective.appendonly import clock
from collective.appendonly.feed import count
from collective.appendonly.feed import Filters
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.i18n import _
from collective.appendonly.presentation.numbers import changes
from collective.appendonly.presentation.translator import Translator
from collective.appendonly.services.activity.query import Query
from collective.appendonly.services.base import FilteringService
from dataclasses import replace
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from datetime import tzinfo
from typing import Any

import re


_MONTH = re.compile(r"(19|[2-8]\d)\d\d-(0[1-9]|1[0-2])", re.ASCII)
_DAY = timedelta(days=1)


class ActivityCalendarGet(FilteringService):
    """The counts for the month in the parameter ``month``, by default the current one.

    The other parameters are filters. If the log is too long for one request, the newest part of the
    month is counted, and ``reached`` is the day on which that stopped.
    """

    def respond(self, query: Query) -> dict[str, Any]:
        zone, filters = query.timezone, query.filters
        today = clock.utc_now().astimezone(zone).date()
        month = _requested_month(self.request.form, today)
        following = (month + 31 * _DAY).replace(day=1)
        since, until = (_start_of(day, zone) for day in (month, following))
        # As on the page, entries of the future are left out: a clock was fast.
        tomorrow = _start_of(today + _DAY, zone)
        counts = count(
            self.context, zone, _between(filters, since, min(until, tomorrow))
        )
        hours: Counter[int] = Counter()
        for (_weekday, hour), number in counts.hours.items():
            hours[hour] += number
        translate = Translator(self.request)
        is_first = filters.since is not None and filters.since >= since
        is_last = filters.until is not None and filters.until <= until
        return {
            "@id": query.url(self.url, month=_written(month)),
            "month": _written(month),
            "days": [
                {
                    "date": day.isoformat(),
                    "count": number,
                    "label": translate(changes(number)),
                }
                for day, number in sorted(counts.days.items())
            ],
            "hours": [hours[hour] for hour in range(24)],
            "reached": counts.reached and counts.reached.isoformat(),
            "previous": _neighbor(month - _DAY, is_first),
            "next": _neighbor(following, is_last or following > today),
        }


def _requested_month(form: Mapping[str, Any], today: date) -> date:
    """Return the first day of the month in *form*."""
    value = form.get("month") or f"{today:%Y-%m}"
    if not (isinstance(value, str) and _MONTH.fullmatch(value)):
        raise InvalidFilter("month", _("Enter a month such as 2026-11."))
    return date.fromisoformat(f"{value}-01")


def _start_of(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _between(filters: Filters, since: datetime, until: datetime) -> Filters:
    return replace(
        filters,
        since=since if filters.since is None else max(since, filters.since),
        until=until if filters.until is None else min(until, filters.until),
    )


def _written(day: date) -> str:
    return f"{day:%Y-%m}"


def _neighbor(day: date, is_end: bool) -> str | None:
    """Return the month of *day*, unless it has no activity that is asked for."""
    month = _written(day)
    return month if not is_end and _MONTH.fullmatch(month) else None
