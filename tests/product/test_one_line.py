"""Twenty uploads, one after the other, are one line in each output for readers."""

from collective.appendonly import clock
from collective.appendonly.feed.cursor import to_cursor
from collective.appendonly.interfaces import Position
from collective.appendonly.interfaces import SETTINGS_PREFIX
from collective.appendonly.portlets.activity import Assignment
from datetime import timedelta
from lxml import etree
from plone import api
from tests.product.browser.conftest import lines
from tests.product.feed.conftest import BEGIN
from tests.product.layers import database_of
from tests.product.layers import site_with
from tests.product.matrix import outputs
from tests.product.matrix.outputs import OUTPUTS
from tests.product.matrix.outputs import Reader
from tests.product.people import acting
from tests.product.people import add_jane
from tests.product.people import add_mary
from tests.product.people import PASSWORD
from unittest.mock import patch

import feedparser
import json
import pytest
import re


__all__ = ["lines"]

#: The outputs with a record for each change set, for programs.
SINGLE = ("json lines", "spreadsheet")
TOGETHER = sorted(OUTPUTS.keys() - set(SINGLE))
STORY = ["created", "created 20 items", "published"]


def fill(portal):
    for name, value in {
        "audience": "everybody",
        "viewlet_places": ("site",),
    }.items():
        api.portal.set_registry_record(f"{SETTINGS_PREFIX}.{name}", value)
    portal.restrictedTraverse("++contextportlets++plone.rightcolumn")["activity"] = (
        Assignment(scope="site")
    )
    add_jane()
    add_mary()

    def create(minutes, container, kind, title):
        name = title.lower().replace(" ", "-")
        with at(minutes), acting("jane"):
            return api.content.create(container, kind, name, title=title)

    photos = create(0, portal, "Folder", "Photos")
    with at(1), acting("jane"):
        api.content.transition(photos, "publish")
    for number in range(20):
        kind = ("Image", "File")[number % 2]
        create(2 + number, photos, kind, f"Photo {number}")


def at(minutes):
    """Return a context in which it is so many minutes later."""
    moment = BEGIN + timedelta(minutes=minutes)
    return patch.object(clock, "utc_now", lambda: moment)


#: All tests only read.
functional = database_of(site_with(fill), scope="module")


@pytest.fixture
def reader(portal, functional):
    """Return a user with a browser."""

    def reader(person="jane"):
        login = f"{person}:{PASSWORD}"
        return Reader(person, portal.absolute_url(), login, functional["app"])

    return reader


@pytest.fixture
def listed(reader, monkeypatch):
    """Return what the lines of an output say, sorted."""

    def said(line):
        [found] = re.findall(
            r"Jane Miller (created \d+ items|created|published)", str(line)
        )
        return found

    def listed(output):
        monkeypatch.setattr(outputs, "parsed", said)
        return sorted(OUTPUTS[output](reader()))

    return listed


@pytest.mark.whole_pages
@pytest.mark.parametrize("output", TOGETHER)
def test_uploads_are_one_line(listed, output):
    assert listed(output) == STORY


def test_a_file_has_a_record_for_each(reader):
    text = reader().read("/@@activity-export?format=jsonl")
    records = [json.loads(line) for line in text.splitlines()]
    assert [len(record["entries"]) for record in records] == [1] * 22
    assert {len(record["earlier"]) for record in records} == {0}
    assert len(OUTPUTS["spreadsheet"](reader())) == 22


def test_polling_counts_lines_and_the_calendar_changes(reader, log):
    latest = to_cursor(log, Position(0, 0))
    assert outputs.news(reader(), latest) == 2
    assert outputs.rest_news(reader(), latest) == 2
    # It shows a year.
    with at(30):
        assert outputs.calendar(reader()) == 22


@pytest.mark.whole_pages
def test_viewlet_and_page_say_when_and_list_all(reader, lines):
    photos = [
        f"{('Image', 'File')[number % 2]} Photo {number}"
        for number in range(19, -1, -1)
    ]
    line = " ".join(
        [
            "Jane Miller created 20 items",
            *photos[:3],
            "17 more",
            *photos[3:],
            "20 changes between 09:02 AM and 09:21 AM",
        ]
    )
    viewlet = reader().read("")
    page = reader().read("/@@activity")
    for contents in (viewlet, page):
        assert lines(contents)[0] == line


@pytest.mark.parametrize(
    "path, texts",
    [
        ("/photos/@@activity", ["created 20 items", "published", "created"]),
        ("/@@activity?types=File", ["created 10 items"]),
        ("/@@activity?types=File&types=Image", ["created 20 items"]),
        ("/@@activity?text=photo+7", ["created"]),
        ("/@@activity?actions=created", ["created 20 items", "created"]),
        (
            "/@@activity?from=2026-11-23T09:07:00%2B00:00&actions=created",
            ["created 15 items"],
        ),
    ],
)
def test_filters_come_first(reader, lines, path, texts):
    found = lines(reader().read(path))
    assert len(found) == len(texts)
    for line, text in zip(found, texts, strict=True):
        assert re.match(rf"Jane Miller {text}\b", line)


def test_each_object_has_its_own_line(reader, lines):
    user = reader()
    for number in range(20):
        [line] = lines(user.read(f"/photos/photo-{number}/@@activity"))
        assert re.fullmatch(rf"Jane Miller created \w+ Photo {number}", line)
        path = f"/++api++/photos/photo-{number}/@activity"
        [item] = json.loads(user.read(path, "application/json"))["items"]
        assert item["earlier"] == []


def test_no_page_ends_within_a_line(reader):
    def get(path):
        return json.loads(user.read(path, "application/json"))

    def summary(page):
        [item] = page["items"]
        return item["summary"]

    user = reader()
    first = get("/++api++/@activity?b_size=1")
    second = get(first["batching"]["next"])
    third = get(second["batching"]["next"])
    assert "next" not in third["batching"]
    assert list(map(summary, [first, second, third])) == [
        "Jane Miller created 20 items",
        "Jane Miller published Photos",
        "Jane Miller created Photos",
    ]
    assert get(third["batching"]["prev"])["items"] == second["items"]
    assert get(second["batching"]["prev"])["items"] == first["items"]


def test_rest_says_what_an_item_is_made_of(reader):
    user = reader()
    page = json.loads(user.read("/++api++/@activity", "application/json"))
    [item, *_] = page["items"]
    export = user.read("/@@activity-export?format=jsonl&actions=created&text=photo")
    single = [json.loads(line) for line in export.splitlines()]
    assert len(single) == 20
    line = item.pop("line")
    assert (line["changes"], line["began"]) == (20, "2026-11-23T09:02:00.000Z")
    assert len(line["shown"]) + len(line["folded"]) == 20
    assert item == {
        **single[0],
        "summary": "Jane Miller created 20 items",
        "entries": [entry for record in single for entry in record["entries"]],
        "earlier": [
            {"id": record["id"], "time": record["time"], "entries": 1}
            for record in single[1:]
        ],
    }
    assert item["time"] == "2026-11-23T09:21:00.000Z"


def test_an_activity_stream_has_one_activity_with_all_objects(reader):
    answer = json.loads(
        reader().read("/++api++/@activity", "application/activity+json")
    )
    activity = answer["first"]["orderedItems"][0]
    assert (activity["type"], len(activity["object"])) == ("Create", 20)
    assert (activity["startTime"], activity["published"]) == (
        "2026-11-23T09:02:00.000Z",
        "2026-11-23T09:21:00.000Z",
    )
    assert "startTime" not in answer["first"]["orderedItems"][1]


@pytest.mark.parametrize("name", ["activity.atom", "activity.rss"])
def test_a_feed_has_one_entry_with_all_links(portal, reader, name):
    feed = feedparser.parse(reader().read(f"/photos/@@{name}"))
    entry = feed.entries[0]
    assert entry.title == "Jane Miller created 20 items"
    content = entry.content[0].value if "content" in entry else entry.summary
    links = [link.get("href") for link in etree.HTML(content).iter("a")]
    photos = portal["photos"].absolute_url()
    assert links == [f"{photos}/photo-{number}/view" for number in range(19, -1, -1)]
    assert "20 changes" in content
    assert entry.published_parsed[:5] == (2026, 11, 23, 9, 21)


def test_readers_see_only_what_they_can_view(portal, reader, lines):
    """Mary could not view the folder when it was created."""
    contents = reader("mary").read("/@@activity")
    assert [
        re.sub(r" (Folder|Image|File) .*", "", line) for line in lines(contents)
    ] == [
        "Jane Miller created 20 items",
        "Jane Miller published",
    ]
