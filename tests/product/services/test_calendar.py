"""``@activity-calendar``: the numbers of changes on the days of a month."""

from collective.appendonly import clock
from collective.appendonly.feed import Bound
from collective.appendonly.feed import counts
from datetime import datetime
from datetime import timezone
from plone import api
from tests.product.layers import database_of
from tests.product.layers import site_with
from tests.product.people import acting
from tests.product.people import add_jane
from tests.product.people import add_mary
from unittest.mock import patch

import pytest


SERVICE = "/++api++/@activity-calendar"
URL = f"http://nohost:80/plone{SERVICE}"


@pytest.fixture
def at(monkeypatch):
    """Set the clock."""

    def at(*moment):
        now = datetime(*moment, tzinfo=timezone.utc)
        monkeypatch.setattr(clock, "utc_now", lambda: now)

    return at


def fill(portal):
    add_jane()
    add_mary()
    moments = [
        (2026, 10, 31, 23),
        (2026, 11, 3, 9),
        (2026, 11, 3, 10),
        (2026, 11, 4, 9),
    ]
    for number, moment in enumerate(moments):
        now = datetime(*moment, tzinfo=timezone.utc)
        with patch.object(clock, "utc_now", lambda now=now: now), acting("jane"):
            page = api.content.create(portal, "Document", f"p{number}")
            if number % 2:
                api.content.transition(page, "publish")


functional = database_of(site_with(fill))


@pytest.fixture
def garden(portal, at):
    """Four pages, made on three days of two months; two of them are public."""
    at(2026, 11, 23, 12)


def hours(**numbers):
    return [numbers.get(f"h{hour}", 0) for hour in range(24)]


def test_the_current_month(garden, ask):
    answer = ask(SERVICE, "jane")
    assert answer.status_int == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.json == {
        "@id": f"{URL}?month=2026-11",
        "month": "2026-11",
        "days": [
            {"date": "2026-11-03", "count": 2, "label": "2 changes"},
            {"date": "2026-11-04", "count": 1, "label": "1 change"},
        ],
        "hours": hours(h9=2, h10=1),
        "reached": None,
        "previous": "2026-10",
        "next": None,
    }


def test_another_month_and_what_the_user_can_view(garden, ask):
    answer = ask(SERVICE, "jane", month="2026-10").json
    assert [day["date"] for day in answer["days"]] == ["2026-10-31"]
    assert (answer["hours"], answer["next"]) == (hours(h23=1), "2026-11")
    assert ask(SERVICE, "mary", month="2026-10").json["days"] == []
    days = ask(SERVICE, "mary", month="2026-11").json["days"]
    assert [(day["date"], day["count"]) for day in days] == [
        ("2026-11-03", 1),
        ("2026-11-04", 1),
    ]


def test_days_are_those_of_the_user(garden, portal, ask):
    api.portal.set_registry_record("plone.portal_timezone", "Asia/Tokyo")
    days = ask(SERVICE, "jane", month="2026-11").json["days"]
    assert [(day["date"], day["count"]) for day in days] == [
        ("2026-11-01", 1),
        ("2026-11-03", 2),
        ("2026-11-04", 1),
    ]


@pytest.mark.parametrize("offset", ["Z", "+00:00", "%2B00:00", "-00:00"])
def test_a_time_is_typed_into_a_url(garden, ask, offset):
    period = f"from=2026-11-03T09:30:00{offset}&to=2026-11-04T09:00:00{offset}"
    answer = ask(f"{SERVICE}?{period}", "jane")
    assert answer.status_int == 200
    # Links have it encoded.
    written = (
        "from=2026-11-03T09%3A30%3A00%2B00%3A00&to=2026-11-04T09%3A00%3A00%2B00%3A00"
    )
    assert answer.json["@id"] == f"{URL}?{written}&month=2026-11"
    for url in (f"{SERVICE}?{period}", answer.json["@id"]):
        assert ask(url, "jane").json["days"] == [
            {"date": "2026-11-03", "count": 1, "label": "1 change"}
        ]


def test_filters(garden, ask):
    found = ask("/++api++/p1/@activity-calendar", "jane", actions="transitioned").json
    assert found["@id"] == (
        "http://nohost:80/plone/++api++/p1/@activity-calendar"
        "?actions=transitioned&month=2026-11"
    )
    assert [day["count"] for day in found["days"]] == [1]
    found = ask(SERVICE, "jane", **{"from": "2026-11-04", "to": "2026-11-30"}).json
    assert [day["date"] for day in found["days"]] == ["2026-11-04"]
    assert (found["previous"], found["next"]) == (None, None)
    found = ask(SERVICE, "jane", month="2026-09", to="2026-10-01").json
    assert (found["days"], found["previous"], found["next"]) == (
        [],
        "2026-08",
        "2026-10",
    )
    # A month before what is asked for, and one that has not begun.
    for month in ("2026-10", "2026-12"):
        found = ask(SERVICE, "jane", month=month, **{"from": "2026-11-04"}).json
        assert found["days"] == []


def test_entries_of_the_future_are_left_out(garden, at, ask):
    at(2026, 11, 3, 12)
    found = ask(SERVICE, "jane").json
    assert [day["date"] for day in found["days"]] == ["2026-11-03"]


def test_the_ends_of_the_calendar(garden, ask):
    found = ask(SERVICE, "jane", month="1900-01").json
    assert (found["previous"], found["next"]) == (None, "1900-02")
    found = ask(SERVICE, "jane", month="8999-12").json
    assert (found["previous"], found["next"]) == ("8999-11", None)


def test_too_much_to_count(garden, ask, monkeypatch):
    bound = Bound(records=1, seconds=60, entries=1)
    monkeypatch.setattr(counts.count, "__defaults__", (counts.NO_FILTERS, None, bound))
    found = ask(SERVICE, "jane").json
    assert found["reached"] == "2026-11-04"


@pytest.mark.parametrize(
    "query, message",
    [
        ("month=2026-13", "month: Enter a month such as 2026-11."),
        ("month=2026", "month: Enter a month such as 2026-11."),
        ("month=1899-12", "month: Enter a month such as 2026-11."),
        ("month=9000-01", "month: Enter a month such as 2026-11."),
        ("month=2026-11&month=2026-12", "month: Enter a month such as 2026-11."),
        ("month=%D9%A2026-11", "month: Enter a month such as 2026-11."),
        ("actions=deleted", "actions: Unknown action: deleted"),
    ],
)
def test_invalid_parameters_are_refused(portal, garden, ask, query, message):
    answer = ask(f"{SERVICE}?{query}", "jane")
    assert answer.status_int == 400
    assert answer.json == {"type": "BadRequest", "message": message}
    assert portal.error_log.getLogEntries() == []


def test_anonymous_users_are_refused(garden, configure, ask):
    assert ask(SERVICE).status_int == 401
    configure(audience="everybody")
    assert [day["count"] for day in ask(SERVICE).json["days"]] == [1, 1]


def test_a_get_changes_nothing(garden, ask, changed):
    ask(SERVICE, "jane")
    changed.clear()
    assert ask(SERVICE, "jane", month="2026-10").status_int == 200
    assert changed == []


def test_a_site_without_the_add_on_has_no_such_service(garden, ask, uninstall):
    uninstall()
    assert ask(SERVICE, "jane").status_int == 404
