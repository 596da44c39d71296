"""Random histories: the calendar shows the numbers of the activity page."""

from collections import Counter
from collective.appendonly.browser.calendar import view
from collective.appendonly.feed import Bound
from collective.appendonly.feed import count
from collective.appendonly.feed import everything
from collective.appendonly.feed import read_parameters
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from functools import partial
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st
from plone import api
from tests.product.browser.calendar.conftest import query_of
from zoneinfo import ZoneInfo
from zope.component import getMultiAdapter

import pytest
import re


BEGIN = datetime(2025, 10, 1, tzinfo=timezone.utc)
SECRET = ("user:somebody",)
_NUMBER = re.compile(r"(At least )?(\d+) change")

# Some are before the period, some in the future.
moments = st.builds(
    lambda day, minute: BEGIN + timedelta(days=day * 19, minutes=minute),
    st.integers(0, 22),
    st.integers(0, 24 * 60 + 30),
)
changes = st.tuples(
    moments,
    st.sampled_from(["garden", "garden/hours", "party"]),
    st.booleans(),
    st.sampled_from([1, 1, 1, 3]),
)
histories = st.lists(changes, max_size=25).map(sorted)
zones = st.sampled_from(["UTC", "Pacific/Auckland", "America/St_Johns"])

careful = settings(
    max_examples=20,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def replace_log(happened, forget):
    """Replace the log by a history."""

    def replace_log(history):
        forget()
        for moment, path, is_secret, times in history:
            others = {"principals": SECRET} if is_secret else {}
            happened(moment, path, times=times, **others)

    return replace_log


@pytest.fixture
def shown(garden, http_request, jane):
    """Return the calendar for Jane without the rest of the page."""

    def shown(url="", zone="UTC", path=""):
        api.user.get("jane").setMemberProperties({"timezone": zone})
        context = garden.unrestrictedTraverse(path) if path else garden
        http_request.form.clear()
        http_request.form.update(query_of(url))
        with api.env.adopt_user(username="jane"):
            found = getMultiAdapter((context, http_request), name="activity-calendar")
            found.update()
        return found

    return shown


def days_of(shown):
    """Return the number of each day, and whether it is complete."""
    cells = shown.days.heatmap.cells if shown.days else []
    return {
        query_of(cell.url)["to"]: (int(_NUMBER.match(cell.title)[2]), cell.is_counted)
        for cell in cells
        if cell.url
    }


def expected(history, zone, place=""):
    """Return the expected number of each day."""
    today = datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc)
    last = today.astimezone(ZoneInfo(zone)).date()
    # The Sunday 52 weeks before the last one, for both Monday and Tuesday as the last day.
    first = datetime(2025, 11, 23).date()
    dates = [
        moment.astimezone(ZoneInfo(zone)).date()
        for moment, path, is_secret, _ in history
        if not is_secret and path.startswith(place)
    ]
    return Counter(str(date) for date in dates if first <= date <= last)


@careful
@given(history=histories, zone=zones)
def test_each_change_is_counted_once_on_its_day(
    replace_log, shown, garden, history, zone
):
    replace_log(history)
    page = shown(zone=zone)
    days = days_of(page)
    assert days == {
        day: (number, True) for day, number in expected(history, zone).items()
    }
    total = sum(number for number, _ in days.values())
    if total:
        hours = [cell.title for cell in page.hours.heatmap.cells if cell.title]
        assert sum(int(_NUMBER.match(title)[2]) for title in hours) == total
        assert sum(int(month.total) for month in page.days.months) == total
        assert page.days.summary[0].startswith(f"{total} change")
        assert sum(sum(row) for _, row in page.hours.rows) == total
    for cell in page.days.heatmap.cells if total else ():
        if cell.url:
            filters = read_parameters(query_of(cell.url), ZoneInfo(zone))
            with api.env.adopt_user(username="jane"):
                found = {item.id for item in everything(garden, filters)}
            assert cell.title.startswith(f"{len(found)} change")
    days = days_of(shown(zone=zone, path="garden"))
    there = expected(history, zone, "garden")
    assert days == {day: (number, True) for day, number in there.items()}


@careful
@given(history=histories, read=st.integers(3, 12))
def test_counting_in_parts_covers_everything(
    replace_log, shown, monkeypatch, history, read
):
    whole = expected(history, "UTC")
    replace_log(history)
    complete, parts = {}, Counter()
    url = "?from=2025-11-23"
    with monkeypatch.context() as patch:
        patch.setattr(view, "count", partial(count, bound=Bound(read, 60, 5000)))
        for _ in range(200):
            if "older" not in query_of(url):
                # Incomplete days are counted again from here.
                parts.clear()
            page = shown(url)
            for day, (number, is_complete) in days_of(page).items():
                if is_complete:
                    complete[day] = number
                else:
                    parts[day] += number
            # A day that was counted in parts is complete now.
            last = query_of(url).get("to")
            url = page.rest
            if url is None or query_of(url).get("to") != last:
                if last in parts:
                    complete[last] = parts[last]
            if url is None:
                break
        else:
            pytest.fail("Counting does not end.")
    for day, number in parts.items():
        complete.setdefault(day, number)
    assert complete == whole
