"""The period of the calendar, and the grid of its days."""

from collective.appendonly.browser.calendar.period import GridDay
from collective.appendonly.browser.calendar.period import Period
from collective.appendonly.browser.calendar.period import WEEKS
from collective.appendonly.browser.calendar.period import Year
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
SUNDAY, MONDAY = 6, 0
LAST_DAYS = st.dates(date(1901, 1, 1), date(9000, 1, 1))
#: Some days begin late, begin twice, or are skipped; some zones are far from UTC.
ZONES = ["UTC", "Europe/Berlin", "Asia/Beirut", "America/Havana", "Pacific/Apia"]


def period(timezone=BERLIN, today=TODAY, **form):
    return Period(read_parameters(form, timezone), today, timezone, 0)


def parameters(filters, timezone=BERLIN):
    return None if filters is None else dict(to_parameters(filters, timezone))


def test_default_period_is_the_last_year():
    shown = period(actor="jane")
    assert (shown.first, shown.last) == (date(2025, 11, 24), TODAY)
    assert parameters(shown.filters) == {
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
        # Just before midnight in Berlin, at midnight, and just after it.
        ({"to": "2025-06-29T21:59:00+00:00"}, date(2024, 6, 24), date(2025, 6, 29)),
        ({"to": "2025-06-29T22:00:00+00:00"}, date(2024, 6, 24), date(2025, 6, 29)),
        ({"to": "2025-06-29T22:00:01+00:00"}, date(2024, 7, 1), date(2025, 6, 30)),
        ({"to": "1900-01-01"}, date(1899, 1, 2), date(1900, 1, 1)),
    ],
)
def test_period_is_limited_to_filters(form, first, last):
    shown = period(**form)
    assert (shown.first, shown.last) == (first, last)


def test_period_in_the_future_is_empty():
    shown = period(**{"from": "2030-01-01"})
    assert shown.first > shown.last
    assert (shown.year_before(), shown.year_after()) == (None, None)


def test_filters_of_a_day():
    shown = period(**{"types": "Document", "text": "pear"})
    assert parameters(shown.on(date(2026, 3, 1))) == {
        "types": "Document",
        "text": "pear",
        "from": "2026-03-01",
        "to": "2026-03-01",
    }


def test_first_and_last_day_can_be_partial():
    requested = {"from": "2026-03-01T10:00:00+01:00", "to": "2026-03-02T11:00:00+01:00"}
    shown = period(**requested)
    assert parameters(shown.on(date(2026, 3, 1))) == requested | {"to": "2026-03-01"}
    assert parameters(shown.on(date(2026, 3, 2))) == requested | {"from": "2026-03-02"}


def test_years_before_and_after_are_adjacent():
    now = period(actor="jane")
    before = parameters(now.year_before())
    assert before == {"actor": "jane", "to": "2025-11-23"}
    past = period(**before)
    assert past.last == now.first - timedelta(days=1)
    assert parameters(past.year_after()) == {"actor": "jane"}
    oldest = period(**parameters(past.year_before()))
    assert parameters(oldest.year_after()) == before
    assert now.year_after() is None


def test_no_year_before_a_requested_start():
    assert period(**{"from": "2026-03-01"}).year_before() is None
    before = period(**{"from": "2025-03-01"}).year_before()
    assert parameters(before) == {"from": "2025-03-01", "to": "2025-11-23"}


def test_earlier_part_ends_with_a_day():
    requested = {"from": "2026-10-04"}
    shown = period(**requested)
    assert parameters(shown.up_to(date(2026, 11, 22))) == requested | {
        "to": "2026-11-22"
    }
    assert parameters(shown.up_to(date(2026, 10, 4))) == requested | {
        "to": "2026-10-04"
    }
    assert shown.up_to(date(2026, 10, 3)) is None
    assert shown.up_to(TODAY) is None
    assert shown.up_to(TODAY + timedelta(days=1)) is None


def test_pinned_filters_give_the_same_period_tomorrow():
    assert parameters(period(actor="jane").pinned) == {
        "actor": "jane",
        "to": "2026-11-23",
    }
    requested = {"from": "2026-11-01", "to": "2026-11-20T09:30:00+01:00"}
    assert parameters(period(**requested).pinned) == requested


@given(
    zone=st.sampled_from(ZONES),
    # Samoa had no 30 December 2011; clocks change at midnight in Beirut, at one in Havana.
    day=st.dates(date(2011, 1, 1), date(2012, 12, 31)),
)
def test_days_have_no_gap_and_no_overlap(zone, day):
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
    requested=st.datetimes(datetime(2011, 1, 1), datetime(2012, 12, 30)),
)
def test_last_day_contains_the_last_moment(zone, requested):
    timezone = ZoneInfo(zone)
    until = requested.replace(tzinfo=fixed.utc)
    shown = Period(Filters(until=until), date(2012, 12, 31), timezone, 0)
    last_moment = until - timedelta(microseconds=1)
    assert shown.last == last_moment.astimezone(timezone).date()
    assert shown.on(shown.last).until == until


def test_weeks_from_monday_to_sunday():
    # A Monday.
    year = Year(date(2026, 11, 23), MONDAY)
    assert list(year)[0] == GridDay(date(2025, 11, 24), 0, 0)
    assert list(year)[-1] == GridDay(date(2026, 11, 23), 52, 0)
    assert year.weekdays == [0, 1, 2, 3, 4, 5, 6]


def test_weeks_from_sunday_to_saturday():
    year = Year(date(2026, 11, 23), SUNDAY)
    assert list(year)[0] == GridDay(date(2025, 11, 23), 0, 0)
    assert list(year)[-1] == GridDay(date(2026, 11, 23), 52, 1)
    assert year.weekdays == [6, 0, 1, 2, 3, 4, 5]


@given(last=LAST_DAYS, first_weekday=st.integers(0, 6))
def test_each_day_has_one_cell(last, first_weekday):
    year = Year(last, first_weekday)
    days = list(year)
    assert [each.day for each in days] == [
        last - timedelta(days=back) for back in reversed(range(len(days)))
    ]
    assert len({(each.column, each.row) for each in days}) == len(days)
    assert {each.column for each in days} == set(range(WEEKS))
    assert all(year.weekdays[each.row] == each.day.weekday() for each in days)
    assert days[0].day <= last - timedelta(days=364)


@pytest.mark.parametrize(
    "last, months",
    [
        # November 2025 has one column: too little room for its name.
        (
            date(2026, 11, 23),
            [(12, 1), (1, 5), (2, 9), (3, 13), (4, 18), (5, 22), (6, 27), (7, 31)]
            + [(8, 35), (9, 40), (10, 44), (11, 48)],
        ),
        (
            date(2026, 12, 31),
            [(1, 0), (2, 4), (3, 8), (4, 13), (5, 17), (6, 22), (7, 26), (8, 30)]
            + [(9, 35), (10, 39), (11, 43), (12, 48)],
        ),
    ],
)
def test_months_are_labeled_at_their_first_column(last, months):
    assert Year(last, MONDAY).months == months


@given(last=LAST_DAYS, first_weekday=st.integers(0, 6))
def test_month_labels_have_room(last, first_weekday):
    months = Year(last, first_weekday).months
    columns = [column for _, column in months]
    assert all(b - a >= 3 for a, b in zip(columns, columns[1:], strict=False))
    assert {month for month, _ in months} == set(range(1, 13))


@given(last=LAST_DAYS, first_weekday=st.integers(0, 6), shown=st.integers(0, WEEKS * 7))
def test_days_before_the_period_have_neither_cells_nor_labels(
    last, first_weekday, shown
):
    whole = Year(last, first_weekday)
    year = Year(last, first_weekday, last - timedelta(days=shown))
    assert list(year) == [each for each in whole if each.day >= year.first]
    assert year.first == max(whole.first, last - timedelta(days=shown))
    first_columns = {each.column for each in year}
    assert {column for _, column in year.months} <= first_columns
    assert {month for month, _ in year.months} <= {each.day.month for each in year}
    assert year.months
