"""Lines by day."""

from collective.appendonly.presentation.actors import Actor
from collective.appendonly.presentation.days import by_day
from collective.appendonly.presentation.lines import Line
from collective.appendonly.presentation.times import Times
from datetime import date
from datetime import datetime
from datetime import timedelta
from datetime import timezone

import pytest


NOW = datetime(2026, 11, 23, 0, 30, tzinfo=timezone.utc)


@pytest.fixture
def days(portal, http_request):
    """Return the days, with their headings and the hours before NOW of what is in them."""

    def days(*hours):
        lines = [
            Line(NOW - timedelta(hours=before), Actor(None, ""), (), ())
            for before in hours
        ]
        found = by_day(lines, Times(portal, http_request), NOW)
        return [
            (
                day.date,
                str(day.heading),
                [(NOW - line.time) // timedelta(hours=1) for line in day.lines],
            )
            for day in found
        ]

    return days


def test_no_lines_are_no_days(days):
    assert days() == []


def test_the_last_two_days_have_names(days):
    assert days(0, 1, 24, 25, 26, 300) == [
        (date(2026, 11, 23), "Today", [0]),
        (date(2026, 11, 22), "Yesterday", [1, 24]),
        (date(2026, 11, 21), "Nov 21, 2026", [25, 26]),
        (date(2026, 11, 10), "Nov 10, 2026", [300]),
    ]


def test_times_in_the_future_are_not_today(days):
    """The clocks of two servers differ."""
    assert days(-30, 0) == [
        (date(2026, 11, 24), "Nov 24, 2026", [-30]),
        (date(2026, 11, 23), "Today", [0]),
    ]


def test_the_time_zone_of_the_site_says_when_a_day_begins(days, portal):
    portal.portal_registry["plone.portal_timezone"] = "America/New_York"
    assert days(0, 20) == [
        (date(2026, 11, 22), "Today", [0]),
        (date(2026, 11, 21), "Yesterday", [20]),
    ]
