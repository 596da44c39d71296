"""The examples in the documentation, recorded from the responses of the services.

If a response has changed, the test writes the new one to ``docs/http-examples`` and fails: review
the difference, and commit it if you want it.
"""

from collective.appendonly import clock
from collective.appendonly.interfaces import IActivityLog
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from itertools import count
from pathlib import Path
from plone import api
from plone.uuid.generator import UUID4Generator
from Products.SiteAccess.VirtualHostMonster import manage_addVirtualHostMonster
from urllib.parse import urlsplit
from uuid import UUID
from zope.component import getUtility
from zope.lifecycleevent import modified

import json
import pytest
import secrets
import transaction


EXAMPLES = Path(__file__).parents[3] / "docs" / "http-examples"
HOST = "www.example.org"
#: The headers from the web server in front of Zope.
VIRTUAL = f"http://nohost/VirtualHostBase/https/{HOST}:443/plone/VirtualHostRoot"
STREAMS = "application/activity+json"
#: The headers that the documentation shows.
SHOWN = ("Content-Type", "Location", "Cache-Control", "Vary")


@pytest.fixture
def always_the_same(portal, monkeypatch):
    """Make times, UIDs, ids and cursors reproducible."""
    getUtility(IActivityLog).epoch = "The epoch of the documentation."
    transaction.commit()
    begin = datetime(2026, 11, 23, 9, 30, tzinfo=timezone.utc)
    minutes, uids, salts = count(), count(1), count(1)
    monkeypatch.setattr(
        clock, "utc_now", lambda: begin + timedelta(minutes=next(minutes))
    )
    monkeypatch.setattr(
        UUID4Generator, "__call__", lambda self: UUID(int=next(uids), version=4).hex
    )
    monkeypatch.setattr(
        secrets, "token_bytes", lambda n: next(salts).to_bytes(n, "big")
    )


@pytest.fixture
def story(always_the_same, portal, jane, mary, acting):
    """A folder and two pages; one is published, moved and edited, the other is removed."""
    with acting("jane"):
        news = api.content.create(portal, "Folder", "news", title="News")
        api.content.transition(news, "publish")
    with acting("jane"):
        api.content.create(portal, "Document", "sketch", title="A sketch")
    with acting("jane"):
        page = api.content.create(portal, "Document", "party", title="Summer party")
    with acting("jane"):
        page = api.content.move(page, news)
        api.content.transition(page, "publish")
    with acting("jane"):
        api.content.delete(portal["sketch"])


@pytest.fixture
def example(portal, ask):
    """Request a path, and compare request and response with the example of that name."""

    manage_addVirtualHostMonster(portal.getPhysicalRoot())

    changed = []

    def example(
        name, path, user="jane", accept="application/json", method="GET", body=None
    ):
        answer = ask(f"{VIRTUAL}{path}", user, accept=accept, method=method, body=body)
        request = answer.request.headers
        lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", f"Accept: {accept}"]
        if "Authorization" in request:
            lines.append(f"Authorization: {request['Authorization']}")
        if body is not None:
            lines += [f"Content-Type: {request['Content-Type']}", ""]
            lines += json.dumps(body, indent=2).splitlines()
        before = _replace(f"{name}.req", lines)
        answered = [
            f"HTTP/1.1 {answer.status}",
            *(
                f"{header}: {answer.headers[header]}"
                for header in SHOWN
                if header in answer.headers
            ),
            "",
            *(line.rstrip() for line in answer.text.splitlines()),
        ]
        before += _replace(f"{name}.resp", answered)
        if lines + answered != before:
            changed.append(name)
        return answer.json if answer.body else None

    yield example
    assert changed == [], "These examples are other ones now."


def _replace(name, lines):
    """Write *lines* to an example, if they differ; return the former ones."""
    file = EXAMPLES / name
    before = file.read_text("utf-8").splitlines() if file.exists() else []
    if lines != before:
        file.parent.mkdir(exist_ok=True)
        file.write_text("\n".join([*lines, ""]), "utf-8")
    return before


def local(url):
    """Return a link in a response as a path."""
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc) == ("https", HOST)
    return f"{parts.path}?{parts.query}"


def test_a_page_of_the_activity_and_what_follows(story, example):
    first = example("activity", "/++api++/@activity?b_size=2")
    second = example("activity-older", local(first["batching"]["next"]))
    assert [item["summary"] for item in first["items"] + second["items"]] == [
        "Jane Miller removed A sketch",
        "Jane Miller moved and published Summer party",
        "Jane Miller created Summer party",
        "Jane Miller created A sketch",
    ]
    assert example("activity-news", local(first["news"]))["count"] == 0


def test_filters(story, example):
    found = example(
        "activity-filtered",
        "/++api++/news/@activity?actions=created&actions=moved&text=party&from=2026-11-23",
    )
    assert [item["summary"] for item in found["items"]] == [
        "Jane Miller moved and published Summer party",
        "Jane Miller created Summer party",
    ]


def test_what_an_edit_changed(story, portal, acting, example):
    page = portal["news"]["party"]
    for title in ("Garden party", "Garden party for all"):
        with acting("jane"):
            page.title = title
            modified(page)
    found = example(
        "activity-changes", "/++api++/news/party/@activity-changes?from=1&to=2"
    )
    assert [change["field"] for change in found["changes"]] == ["title"]


def test_uploads(always_the_same, portal, jane, acting, example):
    with acting("jane"):
        photos = api.content.create(portal, "Folder", "photos", title="Photos")
    for name in ("pond", "roses"):
        with acting("jane"):
            api.content.create(photos, "Image", name, title=name.title())
    found = example("activity-uploads", "/++api++/@activity?types=Image")
    assert [item["summary"] for item in found["items"]] == [
        "Jane Miller created 2 items"
    ]


def test_activity_streams(story, example):
    found = example("activity-streams", "/@activity?b_size=2", accept=STREAMS)
    assert [item["type"] for item in found["first"]["orderedItems"]] == [
        "Delete",
        "Move",
    ]


def test_digests(story, example):
    body = {"frequency": "daily", "filters": {"types": ["Document"]}}
    path = "/++api++/news/@activity-digests"
    made = example("activity-digests-post", path, method="POST", body=body)
    listed = example("activity-digests", "/++api++/@activity-digests")
    assert listed["items"] == [made]
    path = f"/++api++{urlsplit(made['@id']).path}"
    body = {"frequency": "at_once", "own_changes": True}
    example("activity-digests-patch", path, method="PATCH", body=body)
    example("activity-digests-delete", path, method="DELETE")


def test_a_month_of_the_calendar(story, example):
    found = example("activity-calendar", "/++api++/@activity-calendar?month=2026-11")
    assert [day["label"] for day in found["days"]] == ["5 changes"]


def test_the_activity_of_users(story, example):
    found = example("activity-of", "/++api++/@activity-of/jane?b_size=1", user="mary")
    assert found["person"]["initials"] == "JM"
    found = example("my-activity", "/++api++/@my-activity?b_size=1", user="mary")
    assert found["activity"]["items"] == []


def test_a_personal_feed_url(story, example):
    path = "/++api++/@activity-feeds"
    made = example("activity-feeds-post", path, method="POST", body={})
    listed = example("activity-feeds", path)
    assert listed["address"]["created"] == made["address"]["created"]
    example("activity-feeds-delete", path, method="DELETE")


def test_refusals(story, example):
    found = example("activity-bad-request", "/++api++/@activity?from=yesterday")
    assert found["type"] == "BadRequest"
    found = example("activity-unauthorized", "/++api++/@activity", user=None)
    assert found["type"] == "Unauthorized"


def test_the_documentation_shows_every_example():
    shown = (EXAMPLES.parent / "rest.rst").read_text("utf-8")
    files = sorted(file.name for file in EXAMPLES.iterdir())
    assert files
    assert [name for name in files if f"http-examples/{name}\n" not in shown] == []
