"""``GET @activity`` as W3C Activity Streams 2.0."""

from collective.appendonly.actions import RECORDED_ACTIONS
from collective.appendonly.interfaces import SETTINGS_PREFIX
from collective.appendonly.recording import record
from collective.appendonly.services.activity import negotiation
from hypothesis import example
from hypothesis import given
from hypothesis import strategies as st
from plone import api
from plone.app.discussion.interfaces import IConversation
from plone.app.testing import applyProfile
from types import SimpleNamespace
from zope.component import createObject

import pytest
import transaction


STREAMS = "application/activity+json"
LINKED = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
SITE = "http://nohost:80/plone"
JANE = {"type": "Person", "name": "Jane Miller"}


@pytest.fixture
def activities(ask):
    """Return the activities on the first page, without id and time."""

    def activities(user, path="/@activity", **parameters):
        answer = ask(path, user, accept=STREAMS, **parameters)
        assert answer.status_int == 200, answer
        found = answer.json["first"]["orderedItems"]
        for activity in found:
            assert activity.pop("id").startswith("urn:uuid:")
            assert activity.pop("published").endswith("Z")
        return found

    return activities


def by_jane(kind, what, thing):
    """Return an activity of Jane as it is expected."""
    summary = f"Jane Miller {what}"
    return {"type": kind, "summary": summary, "actor": JANE, "object": thing}


def create(portal, acting, kind="Document", name="party", title="Party"):
    with acting("jane"):
        return api.content.create(portal, kind, name, title=title)


@pytest.mark.parametrize("api_path", ["", "/++api++"])
@pytest.mark.parametrize(
    "accept, content_type",
    [
        (STREAMS, STREAMS),
        (LINKED, LINKED),
        (f"{STREAMS}, {LINKED}", STREAMS),
        (f"application/json;q=0.5, {LINKED};q=0.6, */*;q=0.1", LINKED),
    ],
)
def test_it_is_negotiated_by_the_accept_header(
    portal, jane, acting, ask, api_path, accept, content_type
):
    create(portal, acting)
    answer = ask(f"{api_path}/@activity", "jane", accept=accept)
    assert answer.status_int == 200
    assert answer.headers["Content-Type"] == content_type
    assert answer.headers["Vary"] == "Accept"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.json["@context"] == "https://www.w3.org/ns/activitystreams"


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "*/*",
        "application/json",
        "application/ld+json",
        'application/ld+json; profile="https://example.org/other"',
        f"{STREAMS};q=0",
        f"{STREAMS};q=much",
        f"{STREAMS};q=0.5, application/json",
        f"application/json, {STREAMS}",
        'a"b,;;,=/',
    ],
)
def test_other_requests_get_json(jane, ask, accept):
    answer = ask("/++api++/@activity", "jane", accept=accept)
    assert answer.status_int == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert "items" in answer.json


_NOISE = st.characters(max_codepoint=255) | st.sampled_from(',;=/"')


@given(st.lists(_NOISE | st.sampled_from((STREAMS, LINKED, "q="))).map("".join))
@example(f"{STREAMS};q*=utf-8''1")
@example(f"{STREAMS};q=nan, {LINKED};q=inf")
def test_accept_headers_are_parsed(header):
    request = SimpleNamespace(getHeader={"Accept": header}.get)
    assert negotiation.media_type(request) in (negotiation.JSON, STREAMS, LINKED)


def test_no_other_url_is_affected(portal, jane, acting, ask):
    create(portal, acting)
    for path in ("", "/party", "/@@activity"):
        answer = ask(path, "jane", accept=STREAMS)
        assert answer.status_int == 200
        assert answer.headers["Content-Type"].startswith("text/html")
    assert ask("/@breadcrumbs", "jane", accept=STREAMS).status_int == 404


def test_pages_are_linked(portal, jane, acting, ask, one_by_one):
    for number in range(3):
        create(portal, acting, "Document", f"p{number}", f"P {number}")
    collection = ask("/@activity", "jane", accept=STREAMS, b_size=1, text="p").json
    url = f"{SITE}/@activity?text=p&b_size=1"
    first = collection.pop("first")
    assert collection == {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": url,
        "type": "OrderedCollection",
    }
    assert first.keys() == {"type", "partOf", "next", "orderedItems"}
    assert (first["type"], first["partOf"]) == ("OrderedCollectionPage", url)
    assert first["next"].startswith(f"{url}&older=")
    second = ask(first["next"], "jane", accept=STREAMS).json
    members = "@context id type partOf next prev orderedItems"
    assert second.keys() == set(members.split())
    assert second["id"] == first["next"]
    assert second["type"] == "OrderedCollectionPage"
    assert [item["summary"] for item in second["orderedItems"]] == [
        "Jane Miller created P 1"
    ]
    third = ask(second["next"], "jane", accept=STREAMS).json
    assert "next" not in third
    assert third["prev"].startswith(f"{url}&newer=")


def test_a_page_is_created_moved_edited_and_deleted(
    portal, jane, acting, activities, one_by_one
):
    garden = create(portal, acting, "Folder", "garden", "The <garden>")
    page = create(garden, acting)
    with acting("jane"):
        page = api.content.move(page, portal, id="feast")
    with acting("jane"):
        api.content.transition(page, "publish")
    thing = {"id": f"{SITE}/feast", "type": "Page", "name": "Party"}
    stories = activities("jane")
    origin = {"type": "Page", "name": "party", "url": f"{SITE}/garden/party"}
    named = {"id": f"{SITE}/garden", "type": "Page", "name": "The <garden>"}
    assert stories == [
        by_jane("Update", "published Party", thing),
        {**by_jane("Move", "moved and renamed Party", thing), "origin": origin},
        by_jane("Create", "created Party", thing),
        by_jane("Create", "created The &lt;garden&gt;", named),
    ]
    with acting("jane"):
        api.content.delete(page)
    deleted, published, *_ = activities("jane")
    tombstone = {"type": "Tombstone", "formerType": "Page", "name": "Party"}
    assert published["object"] == tombstone
    assert deleted["object"].pop("deleted").endswith("Z")
    assert deleted == by_jane("Delete", "removed Party", tombstone)


def test_types_of_plone_are_types_of_activity_streams(
    portal, jane, acting, activities, one_by_one
):
    kinds = {
        "Collection": "Page",
        "Event": "Event",
        "File": "Document",
        "Image": "Image",
        "News Item": "Article",
    }
    for number, kind in enumerate(kinds):
        create(portal, acting, kind, f"p{number}")
    found = [activity["object"]["type"] for activity in activities("jane")]
    assert found == list(kinds.values())[::-1]


def test_several_objects_are_one_activity(portal, jane, acting, activities):
    for name in ("a", "b"):
        create(portal, acting, "Document", name, name.upper())
    with acting("jane"):
        for name in ("a", "b"):
            api.content.delete(portal[name])
    activity = activities("jane")[0]
    assert activity["type"] == "Delete"
    assert activity["actor"] == JANE
    assert [thing["name"] for thing in activity["object"]] == ["A", "B"]
    with acting("jane"):
        page = api.content.create(portal, "Document", "c", title="C")
        api.content.transition(create(portal, acting), "publish")
        record(page, "downloaded")
    activity = activities("jane")[0]
    assert activity["type"] == "Activity"


def test_comments_are_notes_in_reply_to_their_page(portal, jane, acting, activities):
    applyProfile(portal, "plone.app.discussion:default")
    page = create(portal, acting)
    with acting("jane"):
        comment = createObject("plone.Comment")
        comment.creator, comment.text = "jane", "Shall we dance?"
        number = IConversation(page).addComment(comment)
    in_reply_to = {"id": f"{SITE}/party", "type": "Page", "name": "Party"}
    note = {"id": f"{SITE}/party#{number}", "type": "Note", "inReplyTo": in_reply_to}
    assert activities("jane")[0] == by_jane("Create", "commented on Party", note)
    with acting("jane"):
        del IConversation(page)[number]
    removed, commented, _ = activities("jane")
    tombstone = {"type": "Tombstone", "formerType": "Note", "inReplyTo": in_reply_to}
    assert commented["object"] == tombstone
    assert removed["object"].pop("deleted").endswith("Z")
    assert removed == by_jane("Delete", "removed a comment on Party", tombstone)


def test_users_join_and_leave_groups(portal, person, acting, activities):
    api.portal.set_registry_record(f"{SETTINGS_PREFIX}.actions_left_out", ())
    transaction.commit()
    person("anne", "Anne Boss", "Site Administrator")
    person("bob", "Bob <Gardener>")
    anne = {"type": "Person", "name": "Anne Boss"}
    bob = {"type": "Person", "name": "Bob <Gardener>"}
    gardeners = {"type": "Group", "name": "gardeners"}
    with acting("anne"):
        api.group.create("gardeners")
    with acting("anne"):
        api.group.add_user("gardeners", username="bob")
    with acting("anne"):
        api.group.remove_user("gardeners", username="bob")
    with acting("anne"):
        api.group.delete("gardeners")
    found = activities("anne", actor="anne")
    assert found[0]["object"].pop("deleted").endswith("Z")
    for activity in found:
        assert activity.pop("actor") == anne
        del activity["summary"]
    assert found == [
        {
            "type": "Delete",
            "object": {"type": "Tombstone", "formerType": "Group", "name": "gardeners"},
        },
        {"type": "Remove", "object": bob, "origin": gardeners},
        {"type": "Add", "object": bob, "target": gardeners},
        {"type": "Create", "object": gardeners},
    ]


def test_anonymous_users_see_no_names(portal, jane, acting, configure, activities):
    page = create(portal, acting)
    with acting("jane"):
        api.content.transition(page, "publish")
    configure(audience="everybody")
    assert activities(None) == [
        {
            "type": "Update",
            "summary": "Someone published Party",
            "actor": {"type": "Person", "name": "Someone"},
            "object": {"id": f"{SITE}/party", "type": "Page", "name": "Party"},
        }
    ]


def test_users_without_permission_are_refused(portal, jane, acting, ask):
    create(portal, acting)
    answer = ask("/@activity", accept=STREAMS)
    assert answer.status_int == 401
    assert answer.headers["Content-Type"] == "application/json"
    assert "Jane" not in answer.text


def test_actions_have_the_closest_type_of_the_vocabulary():
    general = {
        name
        for name, action in RECORDED_ACTIONS.items()
        if action.activity_type == "Activity"
    }
    assert general == {
        "checked_out",
        "checkout_cancelled",
        "logged_in",
        "logged_out",
        "login_failed",
    }
