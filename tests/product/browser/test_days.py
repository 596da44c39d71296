"""Activity grouped by day, and collapsed edits."""

from collective.appendonly import clock
from datetime import timedelta
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st
from lxml import html
from tests.product.feed.conftest import BEGIN

import pytest
import re


NIGHT = 15 * 60  # Minutes from BEGIN to midnight in UTC.


@pytest.fixture
def now(monkeypatch):
    """Set the clock to some minutes after BEGIN."""

    def now(minutes):
        moment = BEGIN + timedelta(minutes=minutes)
        monkeypatch.setattr(clock, "utc_now", lambda: moment)

    return now


def days(contents):
    """Return the headings, each with its lines and times, as a screen reader reads them."""
    found = {}
    for section in html.fromstring(contents).cssselect("#activity-list section"):
        [heading] = section.cssselect("h2")
        assert section.get("aria-labelledby") == heading.get("id")
        texts = []
        for line in section.cssselect("ul.list-group > li"):
            for element in line.cssselect("[aria-hidden=true]"):
                element.drop_tree()
            texts.append(" ".join(line.text_content().split()))
        found[heading.text_content()] = texts
    return found


def test_lines_are_grouped_by_day(garden, push, jane, now, browse):
    push("party", 0)
    push("garden", NIGHT - 1)
    push("garden/hours", NIGHT)
    push("party", NIGHT + 24 * 60 - 1)
    push("garden", NIGHT + 24 * 60)
    now(NIGHT + 24 * 60 + 5)
    assert days(browse("/@@activity", user="jane").contents) == {
        "Today": ["Jane Miller edited Folder Garden 12:00 AM"],
        "Yesterday": [
            "Jane Miller edited Page Party 11:59 PM",
            "Jane Miller edited Page Hours 12:00 AM",
        ],
        "Nov 23, 2026": [
            "Jane Miller edited Folder Garden 11:59 PM",
            "Jane Miller edited Page Party 09:00 AM",
        ],
    }


def test_days_use_time_zone_of_reader(garden, push, jane, mary, now, browse):
    jane.setMemberProperties({"timezone": "Asia/Tokyo"})
    push("party", NIGHT - 1)
    now(NIGHT - 1)
    assert days(browse("/@@activity", user="jane").contents) == {
        "Today": ["Jane Miller edited Page Party 08:59 AM"]
    }
    now(NIGHT)
    assert days(browse("/@@activity", user="jane").contents) == {
        "Today": ["Jane Miller edited Page Party 08:59 AM"]
    }
    assert days(browse("/@@activity", user="mary").contents) == {
        "Yesterday": ["Jane Miller edited Page Party 11:59 PM"]
    }


def test_time_element_has_date_and_iso_value(garden, push, jane, now, browse):
    push("party", 0)
    now(5)
    page = html.fromstring(browse("/@@activity", user="jane").contents)
    [time] = page.cssselect("#activity-list time")
    assert dict(time.attrib) == {
        "datetime": "2026-11-23T09:00:00+00:00",
        "title": "Nov 23, 2026 09:00 AM",
    }


def test_consecutive_edits_are_collapsed(garden, push, jane, now, browse):
    push("party", 2, fields=("title", "description"))
    push("party", 30)
    push("party", 105, fields=("text", "title"))
    push("garden/hours", 106)
    push("garden/hours", 106)
    now(120)
    assert days(browse("/@@activity", user="jane").contents) == {
        "Today": [
            "Jane Miller edited Page Hours 2 edits · 10:46 AM",
            "Jane Miller edited Page Party Changed: Title, Summary, Text ·"
            " 3 edits between 09:02 AM and 10:45 AM · 10:45 AM",
        ]
    }


@pytest.mark.whole_pages
def test_viewlet_collapses_edits(garden, push, jane, browse, lines):
    push("party", 2)
    push("party", 30)
    push("garden/hours", 31)
    assert lines(browse("", user="jane").contents) == [
        "Jane Miller edited Page Hours",
        "Jane Miller edited Page Party 2 edits between 09:02 AM and 09:30 AM",
    ]


EDITS = re.compile(r"(\d+) edits")


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    history=st.lists(
        st.tuples(
            st.sampled_from(["party", "garden/hours"]),
            st.sampled_from(["jane", "mary"]),
            st.integers(1, 9),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_each_edit_is_listed_once_over_all_batches(
    garden, push, jane, mary, log, browse, history
):
    """Runs of edits by alternating users, wherever the batches end."""
    before = len(log)
    expected = []
    for path, actor, times in history:
        for _ in range(times):
            push(path, len(log), actor=actor)
        name = {"jane": "Jane Miller", "mary": "Mary Member"}[actor]
        kind = {"party": "Page Party", "garden/hours": "Page Hours"}[path]
        sentence = f"{name} edited {kind}"
        if expected and expected[-1][0] == sentence:
            expected[-1][1] += times
        else:
            expected.append([sentence, times])
    begin = (BEGIN + timedelta(minutes=before)).isoformat()
    query = begin.replace("+", "%2B")
    browser = browse(f"/@@activity?from={query}", user="jane")
    listed = []
    while True:
        for lines in days(browser.contents).values():
            assert len(lines) <= 20
            for line in lines:
                many = EDITS.search(line)
                sentence = " ".join(line.split()[:5])
                listed.append([sentence, int(many.group(1)) if many else 1])
        if ">Older<" not in browser.contents:
            break
        browser.getLink("Older").click()
    # A run that goes on after midnight is listed on both days.
    joined = []
    for sentence, times in listed[::-1]:
        if joined and joined[-1][0] == sentence:
            joined[-1][1] += times
        else:
            joined.append([sentence, times])
    assert joined == expected
