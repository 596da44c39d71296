"""Counts of visible change sets."""

from collective.appendonly.feed import Bound
from collective.appendonly.feed import count
from collective.appendonly.feed import Filters
from collective.appendonly.feed import InvalidCursor
from datetime import date
from datetime import timedelta
from plone.app.testing import logout
from tests.product.feed.conftest import BEGIN
from tests.product.feed.conftest import SECRET
from zoneinfo import ZoneInfo

import pytest


UTC = ZoneInfo("UTC")
MONDAY = date(2026, 11, 23)
DAY = 24 * 60


def test_change_sets_are_counted_by_day_and_hour_of_the_week(garden, push):
    push("party", 0)
    push("party", 59, times=3)
    push("garden", 60)
    push("party", DAY)
    push("party", 7 * DAY)
    counts = count(garden, UTC)
    assert counts.days == {
        MONDAY: 3,
        MONDAY + timedelta(days=1): 1,
        MONDAY + timedelta(days=7): 1,
    }
    assert counts.hours == {(0, 9): 3, (0, 10): 1, (1, 9): 1}
    assert (counts.older, counts.reached) == (None, None)


def test_a_large_change_set_is_counted_once(garden, push):
    push("party", 0, times=250)
    assert count(garden, UTC).days == {MONDAY: 1}


def test_days_are_those_of_the_reader(garden, push):
    push("party", 16 * 60)
    assert count(garden, UTC).days == {date(2026, 11, 24): 1}
    honolulu = count(garden, ZoneInfo("Pacific/Honolulu"))
    assert (honolulu.days, honolulu.hours) == ({MONDAY: 1}, {(0, 15): 1})


def test_hidden_change_sets_are_not_counted(garden, push):
    push("party", 0)
    push("party", 1, principals=SECRET)
    assert count(garden, UTC).days == {MONDAY: 1}
    assert count(garden["garden"], UTC).days == {}
    logout()
    assert count(garden, UTC).days == {}


def test_filters_apply(garden, push):
    for number in range(10):
        push("party", number * DAY, actor=["jane", "tom"][number % 2])
    filters = Filters(
        actor="tom", since=BEGIN + timedelta(days=2), until=BEGIN + timedelta(days=6)
    )
    assert count(garden, UTC, filters).days == {
        MONDAY + timedelta(days=3): 1,
        MONDAY + timedelta(days=5): 1,
    }


def test_counting_in_parts_counts_everything_once(garden, push):
    for number in range(50):
        push("party", number * DAY // 4)
    bound = Bound(records=2, seconds=60, entries=100)
    total = count(garden, UTC)
    part = count(garden, UTC, bound=bound)
    days, hours = part.days, part.hours
    while part.older:
        # The counts of the day at which counting stopped may be incomplete.
        assert part.reached <= min(part.days)
        part = count(garden, UTC, older=part.older, bound=bound)
        days, hours = days + part.days, hours + part.hours
    assert (days, hours) == (total.days, total.hours)


@pytest.mark.parametrize("below", [0, 1])
def test_counting_ends_with_what_can_be_read(garden, push, log, below):
    """Where the bound is reached, the change set may be damaged, and all that is older."""
    log.resize(2, 1)
    for _ in range(1 + below):
        log.stack.push(b"1damaged", log.archive.addLayer)
    push("party", DAY)
    push("party", 2 * DAY)
    counts = count(garden, UTC, bound=Bound(records=3, seconds=60, entries=100))
    assert counts.days == {
        MONDAY + timedelta(days=1): 1,
        MONDAY + timedelta(days=2): 1,
    }
    assert (counts.older, counts.reached) == (None, None)


def test_an_invalid_cursor_is_refused(garden, push):
    with pytest.raises(InvalidCursor):
        count(garden, UTC, older="gibberish")
