"""The log: where to begin to read."""

from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.interfaces import CLOCK_TOLERANCE
from collective.appendonly.interfaces import Position
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st

import pytest


BEGIN = datetime(2026, 11, 23, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)


@pytest.fixture
def push(log):
    """Push change sets that happened so many hours after BEGIN."""

    def push(*hours, times=1):
        entry = Entry(("edited",), "uid", "page", "Page", "Document", ("Anonymous",))
        for hour in hours:
            log.push(ChangeSet(BEGIN + hour * HOUR, None, (entry,) * times))

    return push


def before(log, hour):
    """Return the hours of what the log hands out from the position before an hour."""
    position = log.before(BEGIN + hour * HOUR)
    return [(found.time - BEGIN) / HOUR for _, found in log.older(position)]


def test_an_empty_log_has_no_newest(log):
    assert log.newest() is None


def test_the_newest_is_on_top_of_the_stack(log, push):
    push(*range(30))
    [newest, *_] = log.older()
    assert log.newest() == newest[0]
    assert list(log.newer(log.newest())) == []


def test_the_newest_of_an_empty_stack_is_in_the_archive(log, push):
    push(*range(30))
    log.stack.prune(log.archive.addLayer)
    assert log.newest() == Position(3, 5)


def test_the_newest_of_a_large_change_set_leaves_nothing_newer(log, push):
    push(0)
    push(1, times=250)
    assert list(log.newer(log.newest())) == []


@pytest.mark.parametrize("hour", [0, 1, 7, 8, 50, 83, 99, 200])
def test_nothing_that_happened_before_is_skipped(log, push, hour):
    push(*range(100))
    found = before(log, hour)
    assert found[-1:] == [0] or hour == 0
    assert [h for h in found if h < hour] == list(range(min(hour, 100) - 1, -1, -1))
    # A layer more, at most, unless it is in the stack.
    assert len(found) <= hour + 9 or hour > 83


def test_before_the_beginning_there_is_nothing(log, push):
    push(*range(100))
    assert before(log, -10) == []


def test_an_empty_log_has_nothing_before(log):
    assert before(log, 5) == []


@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    skews=st.lists(st.floats(-0.25, 0.25), min_size=1, max_size=40),
    hour=st.floats(0, 40),
)
def test_clocks_that_differ_a_little_hide_nothing(log, push, skews, hour):
    # The examples lie one upon the other in the log.
    start = len(log)
    tolerance = CLOCK_TOLERANCE / HOUR
    push(*(start + number + skew * tolerance for number, skew in enumerate(skews)))
    until = BEGIN + (start + hour) * HOUR
    happened = [found.time for _, found in log.older() if found.time < until]
    found = [found.time for _, found in log.older(log.before(until))]
    assert [time for time in found if time < until] == happened
