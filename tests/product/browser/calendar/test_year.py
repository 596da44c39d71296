"""Which day stands where."""

from collective.appendonly.browser.calendar.year import Square
from collective.appendonly.browser.calendar.year import WEEKS
from collective.appendonly.browser.calendar.year import Year
from datetime import date
from datetime import timedelta
from hypothesis import given
from hypothesis import strategies as st

import pytest


SUNDAY, MONDAY = 6, 0
dates = st.dates(date(1901, 1, 1), date(9000, 1, 1))


def test_weeks_from_monday_to_sunday():
    # A Monday.
    year = Year(date(2026, 11, 23), MONDAY)
    assert list(year)[0] == Square(date(2025, 11, 24), 0, 0)
    assert list(year)[-1] == Square(date(2026, 11, 23), 52, 0)
    assert year.weekdays == [0, 1, 2, 3, 4, 5, 6]


def test_weeks_from_sunday_to_saturday():
    year = Year(date(2026, 11, 23), SUNDAY)
    assert list(year)[0] == Square(date(2025, 11, 23), 0, 0)
    assert list(year)[-1] == Square(date(2026, 11, 23), 52, 1)
    assert year.weekdays == [6, 0, 1, 2, 3, 4, 5]


@given(last=dates, first_weekday=st.integers(0, 6))
def test_each_day_of_a_year_has_one_place(last, first_weekday):
    year = Year(last, first_weekday)
    squares = list(year)
    assert [square.day for square in squares] == [
        last - timedelta(days=back) for back in reversed(range(len(squares)))
    ]
    assert len({(square.column, square.row) for square in squares}) == len(squares)
    assert {square.column for square in squares} == set(range(WEEKS))
    assert all(year.weekdays[square.row] == square.day.weekday() for square in squares)
    assert squares[0].day <= last - timedelta(days=364)


@pytest.mark.parametrize(
    "last, months",
    [
        # November 2025 has one column, which is no room for its name.
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
def test_months_are_named_where_they_begin(last, months):
    assert Year(last, MONDAY).months == months


@given(last=dates, first_weekday=st.integers(0, 6))
def test_names_of_months_have_room(last, first_weekday):
    months = Year(last, first_weekday).months
    columns = [column for _, column in months]
    assert all(b - a >= 3 for a, b in zip(columns, columns[1:], strict=False))
    assert {month for month, _ in months} == set(range(1, 13))
