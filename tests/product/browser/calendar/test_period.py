"""The stretch of time that a picture is of."""

from collective.appendonly.browser.calendar.period import Period
from collective.appendonly.feed import Filters
from collective.appendonly.feed import read_parameters
from collective.appendonly.feed import to_parameters
from datetime import date
from datetime import datetime
from datetime import timedelta
from datetime import timezone as fixed
from hypothesis import given
from hypothesis import strategies as st
from zoneinfo import ZoneInfo

import pytest


BERLIN = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 11, 23)
#: Days that begin late, twice, or not at all; far from UTC, too.
ZONES = ["UTC", "Europe/Berlin", "Asia/Beirut", "America/Havana", "Pacific/Apia"]


def period(timezone=BERLIN, today=TODAY, **form):
    return Period(read_parameters(form, timezone), today, timezone, 0)


def told(filters, timezone=BERLIN):
    return None if filters is None else dict(to_parameters(filters, timezone))


def test_it_is_the_last_year():
    shown = period(actor="jane")
    assert (shown.first, shown.last) == (date(2025, 11, 24), TODAY)
    assert told(shown.filters) == {
        "actor": "jane",
        "from": "2025-11-24",
        "to": "2026-11-23",
    }


@pytest.mark.parametrize(
    "form, first, last",
    [
        ({"from": "2026-03-01"}, date(2026, 3, 1), TODAY),
        ({"from": "2020-03-01"}, date(2025, 11, 24), TODAY),
        ({"to": "2025-06-30"}, date(2024, 7, 1), date(2025, 6, 30)),
        ({"to": "2030-06-30"}, date(2025, 11, 24), TODAY),
        (
            {"from": "2025-06-01", "to": "2025-06-30"},
            date(2025, 6, 1),
            date(2025, 6, 30),
        ),
        # Before midnight in Berlin, and midnight, which is no part of it.
        ({"to": "2025-06-29T21:59:00+00:00"}, date(2024, 6, 24), date(2025, 6, 29)),
        ({"to": "2025-06-29T22:00:00+00:00"}, date(2024, 6, 24), date(2025, 6, 29)),
        ({"to": "2025-06-29T22:00:01+00:00"}, date(2024, 7, 1), date(2025, 6, 30)),
        ({"to": "1900-01-01"}, date(1899, 1, 2), date(1900, 1, 1)),
    ],
)
def test_it_is_of_what_is_asked_for(form, first, last):
    shown = period(**form)
    assert (shown.first, shown.last) == (first, last)


def test_what_is_asked_for_has_not_come_yet():
    shown = period(**{"from": "2030-01-01"})
    assert shown.first > shown.last
    assert (shown.year_before(), shown.year_after()) == (None, None)


def test_a_day_has_the_filters_of_the_picture():
    shown = period(**{"types": "Document", "text": "pear"})
    assert told(shown.on(date(2026, 3, 1))) == {
        "types": "Document",
        "text": "pear",
        "from": "2026-03-01",
        "to": "2026-03-01",
    }


def test_of_the_first_and_the_last_day_it_may_be_a_part():
    asked = {"from": "2026-03-01T10:00:00+01:00", "to": "2026-03-02T11:00:00+01:00"}
    shown = period(**asked)
    assert told(shown.on(date(2026, 3, 1))) == asked | {"to": "2026-03-01"}
    assert told(shown.on(date(2026, 3, 2))) == asked | {"from": "2026-03-02"}


def test_the_years_before_and_after_are_neighbours():
    now = period(actor="jane")
    before = told(now.year_before())
    assert before == {"actor": "jane", "to": "2025-11-23"}
    past = period(**before)
    assert past.last == now.first - timedelta(days=1)
    assert told(past.year_after()) == {"actor": "jane"}
    oldest = period(**told(past.year_before()))
    assert told(oldest.year_after()) == before
    assert now.year_after() is None


def test_where_the_beginning_is_asked_for_nothing_is_before():
    assert period(**{"from": "2026-03-01"}).year_before() is None
    before = period(**{"from": "2025-03-01"}).year_before()
    assert told(before) == {"from": "2025-03-01", "to": "2025-11-23"}


def test_an_earlier_part_of_it_ends_with_a_day():
    asked = {"from": "2026-10-04"}
    shown = period(**asked)
    assert told(shown.up_to(date(2026, 11, 22))) == asked | {"to": "2026-11-22"}
    assert told(shown.up_to(date(2026, 10, 4))) == asked | {"to": "2026-10-04"}
    assert shown.up_to(date(2026, 10, 3)) is None
    assert shown.up_to(TODAY) is None
    assert shown.up_to(TODAY + timedelta(days=1)) is None


def test_the_same_picture_tomorrow():
    assert told(period(actor="jane").pinned) == {"actor": "jane", "to": "2026-11-23"}
    asked = {"from": "2026-11-01", "to": "2026-11-20T09:30:00+01:00"}
    assert told(period(**asked).pinned) == asked


@given(
    zone=st.sampled_from(ZONES),
    # Samoa had no 30 December 2011; clocks change at midnight in Beirut, at one in Havana.
    day=st.dates(date(2011, 1, 1), date(2012, 12, 31)),
)
def test_days_follow_each_other_without_gap_and_overlap(zone, day):
    timezone = ZoneInfo(zone)
    shown = Period(Filters(), date(2012, 12, 31), timezone, 0)
    today, tomorrow = shown.on(day), shown.on(day + timedelta(days=1))
    assert today.until.astimezone(fixed.utc) == tomorrow.since.astimezone(fixed.utc)
    begin, end = today.since.astimezone(fixed.utc), today.until.astimezone(fixed.utc)
    for hours in range(-2, 28):
        moment = begin + timedelta(hours=hours, minutes=30)
        is_of_day = moment.astimezone(timezone).date() == day
        assert is_of_day == (begin <= moment < end)


@given(
    zone=st.sampled_from(ZONES),
    asked=st.datetimes(datetime(2011, 1, 1), datetime(2012, 12, 30)),
)
def test_the_last_day_is_that_of_the_last_moment(zone, asked):
    timezone = ZoneInfo(zone)
    until = asked.replace(tzinfo=fixed.utc)
    shown = Period(Filters(until=until), date(2012, 12, 31), timezone, 0)
    last_moment = until - timedelta(microseconds=1)
    assert shown.last == last_moment.astimezone(timezone).date()
    assert shown.on(shown.last).until == until
