"""``GET @activity`` in JSON."""

from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.recording import record
from plone import api
from tests.product import people
from tests.product.layers import database_of
from tests.product.layers import site_with
from tests.product.people import add_jane
from tests.product.services.openapi import SERVICES
from zope.component import getUtility
from zope.event import notify
from zope.lifecycleevent import Attributes
from zope.lifecycleevent import ObjectModifiedEvent

import pytest
import re
import transaction


CURSOR = r"[\w-]{43}"
NOWHERE = "Invalid cursor. Start again from the first page."


def fill(portal):
    add_jane()
    for number in range(5):
        with people.acting("jane"):
            api.content.create(portal, "Document", f"p{number}", title=f"P{number}")


functional = database_of(site_with(fill), needed_by="pages")


@pytest.fixture
def pages(portal, one_by_one):
    """Five pages that Jane created."""


def created(*numbers):
    return [f"Jane Miller created P{number}" for number in numbers]


def summaries(answer):
    return [item["summary"] for item in answer.json["items"]]


def test_an_item_has_all_fields(portal, jane, acting, ask):
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
    assert re.fullmatch(CURSOR, found["cursors"].pop("latest"))
    assert found == {
        "@id": f"{url}/@activity",
        "batching": {"@id": f"{url}/@activity", "first": f"{url}/@activity"},
        "cursors": {"older": None, "newer": None},
        "filters": [],
        "reached": None,
    }
    assert re.fullmatch(
        r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", item["id"]
    )
    time = change_set.time.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    # test_lines.py looks at what is in it.
    sentence = item.pop("line")["sentence"]
    assert "".join(part["text"] for part in sentence) == item["summary"]
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
                "values": {"title": ["Hours", "Opening hours"]},
                "roles": {},
                "note": None,
            }
        ],
        "earlier": [],
    }


def test_a_removed_object_has_no_url(portal, jane, acting, ask):
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
    assert first.json["cursors"]["older"] == batching["next"].rpartition("older=")[2]
    assert first.json["cursors"]["newer"] is None
    again = ask(path, "jane", b_size=2, older=first.json["cursors"]["older"])
    assert summaries(again) == created(2, 1)
    assert again.json["cursors"]["latest"] is None
    newer = ask(path, "jane", b_size=2, newer=again.json["cursors"]["newer"])
    assert summaries(newer) == created(4, 3)
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
    pages, portal, mary, acting, ask, listed
):
    with acting("jane"):
        api.content.create(portal, "Folder", "f", title="Fence")
        api.content.transition(portal["f"], "publish")
    with acting("jane"):
        portal["p4"].title = "Party"
        notify(ObjectModifiedEvent(portal["p4"]))
        portal["p4"].reindexObject()
    assert listed("/@activity", "jane", types="Folder") == [
        "Jane Miller created and published Fence"
    ]
    assert listed("/@activity", "jane", text="party") == [
        "Jane Miller edited Party",
        "Jane Miller created Party",
    ]
    assert listed("/@activity", "jane", actions=["edited", "transitioned"]) == [
        "Jane Miller edited Party",
        "Jane Miller created and published Fence",
    ]
    assert listed("/@activity", "jane", to="2001-01-01") == []
    assert listed("/@activity", "jane", actor="mary") == []
    assert listed("/@activity", "mary", actor="mary") == []
    answer = ask(
        "/@activity", "jane", actions=["created", "moved"], types="Document", b_size=1
    )
    query = "actions=created&actions=moved&types=Document&b_size=1"
    url = f"http://nohost:80/plone/@activity?{query}"
    assert answer.json["@id"] == url
    assert answer.json["batching"]["next"].startswith(f"{url}&older=")
    assert answer.json["news"].startswith(
        "http://nohost:80/plone/@activity-news?actions=created&actions=moved&types=Document&latest="
    )
    assert summaries(answer) == ["Jane Miller created Party"]
    assert summaries(ask(answer.json["batching"]["next"], "jane")) == created(3)


@pytest.mark.large
def test_the_size_of_a_page_can_be_requested(portal, jane, acting, listed, one_by_one):
    for number in range(22):
        with acting("jane"):
            api.content.create(portal, "Document", f"d{number}")
    assert len(listed("/@activity", "jane")) == 20
    assert len(listed("/@activity", "jane", b_size=1)) == 1
    assert len(listed("/@activity", "jane", b_size=100)) == 22
    assert len(listed("/@activity", "jane", **{"b_size:int": 21})) == 21


@pytest.mark.parametrize(
    "query, message",
    [
        ("older=nonsense", NOWHERE),
        ("newer=" + "A" * 43, NOWHERE),
        ("older=", NOWHERE),
        ("older=a&newer=b", "newer: Only one cursor is allowed: older or newer."),
        ("older=a&older=b", "older: Only one value is allowed."),
        ("newer.x:record=a", "newer: Only one value is allowed."),
        ("b_size=0", "b_size: Enter a whole number from 1 to 100."),
        ("b_size=101", "b_size: Enter a whole number from 1 to 100."),
        ("b_size=-1", "b_size: Enter a whole number from 1 to 100."),
        ("b_size:int=0", "b_size: Enter a whole number from 1 to 100."),
        ("b_size=%D9%A3", "b_size: Enter a whole number from 1 to 100."),
        ("b_size=" + "9" * 9000, "b_size: Enter a whole number from 1 to 100."),
        ("b_size=1&b_size=2", "b_size: Enter a whole number from 1 to 100."),
        ("b_size:boolean=1", "b_size: Enter a whole number from 1 to 100."),
        ("actor=a&actor=b", "actor: Only one value is allowed."),
        ("by=me", "by: The only possible value is “others”."),
        (
            "by=others&actor=ada",
            "by: Choose your own changes or those of others, not both.",
        ),
        ("actions=deleted", "actions: Unknown action: deleted"),
        ("actions=edited&actions=Edited", "actions: Unknown action: Edited"),
        ("types=document", "types: Unknown content type: document"),
        ("text=%FF", "text: The text is not valid UTF-8."),
        ("text=%ED%A0%80", "text: The text is not valid UTF-8."),
        ("text=" + "x" * 10_000, "text: Enter at most 200 characters."),
        (
            "&".join(f"actions={n}" for n in range(51)),
            "actions: Too many values, or an unreadable one.",
        ),
        (
            "from=yesterday",
            "from: Enter a date such as 2026-11-23, or a time such as 2026-11-23T09:30:00+00:00.",
        ),
        (
            "from=2026-11-23&to=2026-11-22",
            "to: The end date must not be before the start date.",
        ),
    ],
)
def test_invalid_parameters_are_refused_with_a_message(
    portal, person, ask, query, message
):
    # Exceptions would be in the error log, and managers would see tracebacks.
    person("ada", "Ada Admin", "Manager")
    for accept in ("application/json", "application/activity+json"):
        answer = ask(f"/@activity?{query}", "ada", accept=accept)
        assert answer.status_int == 400
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.json == {"type": "BadRequest", "message": message}
    assert portal.error_log.getLogEntries() == []


def test_what_others_did(portal, pages, mary, acting, ask, listed):
    with acting("mary"), api.env.adopt_roles(["Manager"]):
        api.content.create(portal, "Document", "fence", title="Fence")
        api.content.transition(portal["fence"], "publish")
    fence = "Mary Member created and published Fence"
    answer = ask("/@activity", "jane", by="others")
    assert summaries(answer) == [fence]
    assert answer.json["@id"].endswith("/@activity?by=others")
    assert "?by=others&latest=" in answer.json["news"]
    assert listed("/@activity", "mary", by="others") == []
    assert listed("/@activity?by=&b_size=", "jane") == [fence, *created(4, 3, 2, 1, 0)]
    news = ask(ask("/@activity", "mary", by="others").json["news"], "mary")
    assert news.json["count"] == 0


def test_names_that_only_the_log_has_are_known_to_those_who_see_them(
    portal, jane, mary, acting, ask, listed
):
    with acting("jane"):
        page = api.content.create(portal, "Document", "party", title="Party")
    with acting("jane"):
        record(page, "watered")
    assert len(listed("/@activity", "jane", actions="watered")) == 1
    answer = ask("/@activity", "mary", actions="watered")
    assert answer.status_int == 400
    assert answer.json["message"] == "actions: Unknown action: watered"


def test_looking_up_users_needs_permission(portal, jane, ask, listed):
    portal.manage_permission("List portal members", ["Manager"])
    assert listed("/@activity?actor=jane", "jane") == []
    for user_id in ("nobody-there", "admin"):
        assert ask(f"/@activity?actor={user_id}", "jane").json == {
            "type": "BadRequest",
            "message": "actor: You are not allowed to filter by user.",
        }


def test_users_without_permission_are_refused(portal, pages, mary, configure, ask):
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
        "message": "You are not allowed to view the activity.",
        "context": "http://nohost:80/plone",
    }
    configure(audience="nobody")
    assert ask("/@activity?older=nonsense", "jane").status_int == 401


def test_a_hidden_object_responds_like_its_other_services(portal, pages, mary, ask):
    answer = ask("/p0/@activity", "mary")
    elsewhere = ask("/p0/@breadcrumbs", "mary")
    assert answer.status_int == elsewhere.status_int == 401
    assert "P0" not in answer.text


def test_anonymous_users_see_public_activity_without_names_if_allowed(
    portal, pages, acting, configure, listed, ask
):
    with acting("jane"):
        api.content.transition(portal["p0"], "publish")
    configure(audience="everybody")
    assert listed("/@activity") == ["Someone published P0"]
    [item] = ask("/@activity").json["items"]
    nobody = {"id": None, "name": "Someone"}
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


@pytest.mark.parametrize(
    "service",
    sorted({*SERVICES} - {"@activity-digests", "@activity-of", "@activity-welcome"}),
)
def test_there_is_nothing_below_a_service(portal, jane, ask, service):
    # "actions" is a view for all objects, and breaks for a service.
    for below in ("/actions", "/x/y", "?actions:method=x", "/context/jane", "/request"):
        assert ask(f"/{service}{below}", "jane").status_int == 404
    assert portal.error_log.getLogEntries() == []


def test_a_site_without_the_add_on_has_no_such_service(jane, ask, uninstall):
    uninstall()
    for accept in ("application/json", "application/activity+json"):
        assert ask("/@activity", "jane", accept=accept).status_int == 404
    assert ask("/@activity-news", "jane").status_int == 404


def test_lone_surrogates_break_nothing(portal, jane, acting, ask):
    half = "\ud83c"
    with acting("jane"):
        page = api.content.create(portal, "Document", "party", title=f"Party {half}")
    with acting("jane"):
        record(page, "downloaded", **{"names": [half, {half: half}], "count": 3})
    [item, _] = ask("/@activity", "jane").json["items"]
    assert item["summary"] == "Jane Miller downloaded Party ?"
    assert item["entries"][0]["details"] == {"names": ["?", {"?": "?"}], "count": 3}
