"""``GET @activity``: what happened, in JSON."""

from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.recording import record
from plone import api
from zope.component import getUtility
from zope.event import notify
from zope.lifecycleevent import Attributes
from zope.lifecycleevent import ObjectModifiedEvent

import pytest
import re
import transaction


CURSOR = r"[\w-]{43}"
NOWHERE = "This cursor leads nowhere. Start again from the first page."


@pytest.fixture
def pages(portal, jane, acting):
    """Five pages that Jane made one after the other."""
    for number in range(5):
        with acting("jane"):
            api.content.create(portal, "Document", f"p{number}", title=f"P{number}")


def created(*numbers):
    return [f"Jane Miller created P{number}" for number in numbers]


def summaries(answer):
    return [item["summary"] for item in answer.json["items"]]


def test_it_tells_all_that_may_be_seen_of_an_item(portal, jane, acting, ask):
    with acting("jane"):
        garden = api.content.create(portal, "Folder", "garden", title="The garden")
    with acting("jane"):
        page = api.content.create(garden, "Document", "hours", title="Hours")
    with acting("jane"):
        page.title = "Opening hours"
        notify(ObjectModifiedEvent(page, Attributes(None, "IDublinCore.title")))
        page.reindexObject(idxs=["Title"])
        api.content.transition(page, "publish")
        api.content.rename(page, "opening-hours")
    [[_, change_set], *_] = getUtility(IActivityLog).older()
    answer = ask("/garden/opening-hours/@activity", "jane")
    assert answer.status_int == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Vary"] == "Accept"
    url = "http://nohost:80/plone/garden/opening-hours"
    found = answer.json
    [item, _] = found.pop("items")
    assert re.fullmatch(
        rf"{re.escape(url)}/@activity-news\?latest={CURSOR}", found.pop("news")
    )
    assert found == {
        "@id": f"{url}/@activity",
        "batching": {"@id": f"{url}/@activity", "first": f"{url}/@activity"},
    }
    assert re.fullmatch(
        r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", item["id"]
    )
    time = change_set.time.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    assert item == {
        "id": item["id"],
        "time": time,
        "actor": {"id": "jane", "name": "Jane Miller"},
        "summary": "Jane Miller renamed, edited and published Opening hours",
        "backfilled": False,
        "entries": [
            {
                "@id": url,
                "@type": "Document",
                "UID": api.content.get_uuid(page),
                "path": "/garden/opening-hours",
                "title": "Opening hours",
                "actions": ["renamed", "edited", "transitioned"],
                "actor": {"id": "jane", "name": "Jane Miller"},
                "removed": False,
                "fields": ["title"],
                "transitions": ["publish"],
                "old_state": "private",
                "new_state": "published",
                "source": "/garden/hours",
                "descendants": 0,
                "comment": None,
                "group": None,
                "details": {},
            }
        ],
    }


def test_what_is_gone_has_no_address(portal, jane, acting, ask):
    with acting("jane"):
        page = api.content.create(portal, "Document", "party", title="Party")
    with acting("jane"):
        api.content.delete(page)
    items = ask("/@activity", "jane").json["items"]
    assert [
        (item["summary"], entry["@id"], entry["removed"], entry["path"])
        for item in items
        for entry in item["entries"]
    ] == [
        ("Jane Miller removed Party", None, True, "/party"),
        ("Jane Miller created Party", None, True, "/party"),
    ]


@pytest.mark.parametrize("api_path", ["", "/++api++"])
def test_links_lead_through_the_log_and_back(pages, ask, api_path):
    path = f"{api_path}/@activity"
    first = ask(path, "jane", b_size=2)
    assert summaries(first) == created(4, 3)
    url = f"http://nohost:80/plone{path}?b_size=2"
    batching = first.json["batching"]
    assert batching == {"@id": url, "first": url, "next": batching["next"]}
    assert re.fullmatch(rf"{re.escape(url)}&older={CURSOR}", batching["next"])
    second = ask(batching["next"], "jane")
    assert summaries(second) == created(2, 1)
    assert second.json["@id"] == url
    assert second.json["news"] is None
    assert second.json["batching"].keys() == {"@id", "first", "next", "prev"}
    assert second.json["batching"]["@id"] == batching["next"]
    last = ask(second.json["batching"]["next"], "jane")
    assert summaries(last) == created(0)
    assert last.json["batching"].keys() == {"@id", "first", "prev"}
    assert summaries(ask(last.json["batching"]["prev"], "jane")) == created(2, 1)
    assert summaries(ask(last.json["batching"]["first"], "jane")) == created(4, 3)


def test_filters_are_those_of_the_page_and_stay_in_the_links(
    pages, portal, mary, acting, ask, told
):
    with acting("jane"):
        api.content.create(portal, "Folder", "f", title="Fence")
        api.content.transition(portal["f"], "publish")
    with acting("jane"):
        portal["p4"].title = "Party"
        notify(ObjectModifiedEvent(portal["p4"]))
        portal["p4"].reindexObject()
    assert told("/@activity", "jane", types="Folder") == [
        "Jane Miller created and published Fence"
    ]
    assert told("/@activity", "jane", text="p4") == [
        "Jane Miller edited Party",
        "Jane Miller created Party",
    ]
    assert told("/@activity", "jane", actions=["edited", "transitioned"]) == [
        "Jane Miller edited Party",
        "Jane Miller created and published Fence",
    ]
    assert told("/@activity", "jane", to="2001-01-01") == []
    assert told("/@activity", "jane", actor="mary") == []
    assert told("/@activity", "mary", actor="mary") == []
    answer = ask("/@activity", "jane", actions=["created", "moved"], text="p", b_size=1)
    query = "actions=created&actions=moved&text=p&b_size=1"
    url = f"http://nohost:80/plone/@activity?{query}"
    assert answer.json["@id"] == url
    assert answer.json["batching"]["next"].startswith(f"{url}&older=")
    assert answer.json["news"].startswith(
        "http://nohost:80/plone/@activity-news?actions=created&actions=moved&text=p&latest="
    )
    assert summaries(answer) == ["Jane Miller created Party"]
    assert summaries(ask(answer.json["batching"]["next"], "jane")) == created(3)


def test_a_page_has_twenty_items_unless_more_or_fewer_are_asked_for(
    portal, jane, acting, told
):
    for number in range(22):
        with acting("jane"):
            api.content.create(portal, "Document", f"d{number}")
    assert len(told("/@activity", "jane")) == 20
    assert len(told("/@activity", "jane", b_size=1)) == 1
    assert len(told("/@activity", "jane", b_size=100)) == 22
    assert len(told("/@activity", "jane", **{"b_size:int": 21})) == 21


@pytest.mark.parametrize(
    "query, message",
    [
        ("older=nonsense", NOWHERE),
        ("newer=" + "A" * 43, NOWHERE),
        ("older=", NOWHERE),
        ("older=a&newer=b", "newer: Give one cursor: either older or newer."),
        ("older=a&older=b", "older: Give one value, once."),
        ("newer.x:record=a", "newer: Give one value, once."),
        ("b_size=0", "b_size: Give a whole number from 1 to 100."),
        ("b_size=101", "b_size: Give a whole number from 1 to 100."),
        ("b_size=-1", "b_size: Give a whole number from 1 to 100."),
        ("b_size=", "b_size: Give a whole number from 1 to 100."),
        ("b_size=%D9%A3", "b_size: Give a whole number from 1 to 100."),
        ("b_size=" + "9" * 9000, "b_size: Give a whole number from 1 to 100."),
        ("b_size=1&b_size=2", "b_size: Give a whole number from 1 to 100."),
        ("b_size:boolean=1", "b_size: Give a whole number from 1 to 100."),
        ("actor=a&actor=b", "actor: Give one value, once."),
        ("text=%FF", "text: This is not text in UTF-8."),
        ("text=%ED%A0%80", "text: This is not text in UTF-8."),
        ("text=" + "x" * 10_000, "text: Give no more than 200 characters."),
        (
            "&".join(f"actions={n}" for n in range(51)),
            "actions: These are too many values, or none that can be read.",
        ),
        (
            "from=yesterday",
            "from: Give a day as 2026-11-23, or a time as 2026-11-23T09:30:00+00:00.",
        ),
        ("from=2026-11-23&to=2026-11-22", "to: The end lies before the beginning."),
    ],
)
def test_what_cannot_be_asked_for_is_refused_with_a_sentence(
    portal, person, ask, query, message
):
    # Managers are shown the tracebacks of exceptions, and the site keeps them.
    person("ada", "Ada Admin", "Manager")
    for accept in ("application/json", "application/activity+json"):
        answer = ask(f"/@activity?{query}", "ada", accept=accept)
        assert answer.status_int == 400
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.json == {"type": "BadRequest", "message": message}
    assert portal.error_log.getLogEntries() == []


def test_who_may_not_list_members_may_not_look_them_up(portal, jane, ask, told):
    portal.manage_permission("List portal members", ["Manager"])
    assert told("/@activity?actor=jane", "jane") == []
    for user_id in ("nobody-there", "admin"):
        assert ask(f"/@activity?actor={user_id}", "jane").json == {
            "type": "BadRequest",
            "message": "actor: You may not look up what one person did.",
        }


def test_who_may_not_read_is_not_answered(portal, pages, mary, configure, ask):
    for path in (
        "/@activity",
        "/++api++/@activity",
        "/@activity-news",
        "/p0/@activity",
    ):
        answer = ask(path)
        assert answer.status_int == 401
        assert "Jane" not in answer.text
    portal.manage_permission("collective.appendonly: View activity", ["Manager"])
    answer = ask("/@activity", "mary")
    assert answer.status_int == 401
    assert answer.json == {
        "type": "Unauthorized",
        "message": "You may not read the activity.",
        "context": "http://nohost:80/plone",
    }
    configure(audience="nobody")
    assert ask("/@activity?older=nonsense", "jane").status_int == 401


def test_an_object_that_may_not_be_seen_answers_as_it_does_elsewhere(
    portal, pages, mary, ask
):
    answer = ask("/p0/@activity", "mary")
    elsewhere = ask("/p0/@breadcrumbs", "mary")
    assert answer.status_int == elsewhere.status_int == 401
    assert "P0" not in answer.text


def test_everybody_sees_what_is_public_without_names_if_the_site_says_so(
    portal, pages, acting, configure, told, ask
):
    with acting("jane"):
        api.content.transition(portal["p0"], "publish")
    configure(audience="everybody")
    assert told("/@activity") == ["Somebody published P0"]
    [item] = ask("/@activity").json["items"]
    nobody = {"id": None, "name": "Somebody"}
    assert (item["actor"], item["entries"][0]["actor"]) == (nobody, nobody)


def test_only_reading_is_offered(portal, jane, ask):
    for path in ("/@activity", "/@activity-news"):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            for prefix in ("", "/++api++"):
                answer = ask(f"{prefix}{path}", "jane", method=method)
                assert answer.status_int in (404, 405), (path, method)
    transaction.begin()
    assert list(getUtility(IActivityLog).older()) == []


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_other_methods_are_answered_as_by_the_services_of_plone(jane, ask, method):
    own = ask("/++api++/@activity", "jane", method=method)
    plones = ask("/++api++/@breadcrumbs", "jane", method=method)
    assert own.status_int == plones.status_int


def test_there_is_nothing_below_the_service(jane, ask):
    # "actions" is a view of anything, which breaks with a service.
    for path in ("/@activity/actions", "/@activity/x/y", "/@activity?actions:method=x"):
        assert ask(path, "jane").status_int == 404


def test_a_site_without_the_add_on_has_no_such_service(portal, jane, ask):
    portal.portal_setup.runAllImportStepsFromProfile("collective.appendonly:uninstall")
    for accept in ("application/json", "application/activity+json"):
        assert ask("/@activity", "jane", accept=accept).status_int == 404
    assert ask("/@activity-news", "jane").status_int == 404


def test_half_characters_break_nothing(portal, jane, acting, ask):
    half = "\ud83c"
    with acting("jane"):
        page = api.content.create(portal, "Document", "party", title=f"Party {half}")
    with acting("jane"):
        record(page, "downloaded", **{"names": [half, {half: half}], "count": 3})
    [item, _] = ask("/@activity", "jane").json["items"]
    assert item["summary"] == "Jane Miller downloaded Party ?"
    assert item["entries"][0]["details"] == {"names": ["?", {"?": "?"}], "count": 3}
