"""``@activity-filters``: saved filters by REST."""

from plone import api

import json
import pytest


SERVICE = "/++api++/@activity-filters"


@pytest.fixture
def send(ask):
    """Return the response to a request with a JSON body."""

    def send(method, path, user="mary", **body):
        raw = body.pop("raw", json.dumps(body)).encode()
        return ask(path, user, method, body=raw)

    return send


@pytest.fixture
def garden(portal, jane, mary, acting):
    with acting("jane"):
        garden = api.content.create(portal, "Folder", "garden", title="The garden")
        api.content.transition(garden, "publish")
    return garden


def test_save_list_follow_and_remove(garden, send, ask, listed):
    site = "http://nohost:80/plone"
    filters = {"by": "others", "types": ["Folder", "File"], "text": ""}
    answer = send("POST", f"/garden{SERVICE}", name=" Theirs ", filters=filters)
    assert answer.status_int == 201
    query = "by=others&types=Folder&types=File"
    item = {
        "name": "Theirs",
        "title": "The garden",
        "query": query,
        "activity": f"{site}/garden/@activity?{query}",
        "page": f"{site}/garden/@@activity?{query}",
    }
    assert answer.json == item
    send("POST", SERVICE, name="a", filters={"actions": "edited"})
    answer = ask(SERVICE, "mary")
    assert answer.status_int == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.json["@id"] == f"{site}{SERVICE}"
    first, second = answer.json["items"]
    assert (first["name"], first["query"]) == ("a", "actions=edited")
    assert second == item
    assert listed(item["activity"], "mary") == [
        "Jane Miller created and published The garden"
    ]
    assert ask(SERVICE, "jane").json["items"] == []
    assert send("DELETE", SERVICE, name="Theirs").status_int == 204
    assert ask(SERVICE, "mary").json["items"] == [first]
    assert send("DELETE", SERVICE, name="Theirs").status_int == 404


def test_a_place_that_is_hidden_has_no_urls(garden, send, ask):
    send("POST", f"/garden{SERVICE}", name="A", filters={"by": "others"})
    api.content.transition(garden, "retract")
    [item] = ask(SERVICE, "mary").json["items"]
    assert item == {
        "name": "A",
        "title": None,
        "query": "by=others",
        "activity": None,
        "page": None,
    }


NO_FILTERS = "filters: Send an object with filters."
NAME = "Enter a name of at most 100 characters."


@pytest.mark.parametrize(
    "body, message",
    [
        ({"name": "A"}, NO_FILTERS),
        ({"name": "A", "filters": {}}, NO_FILTERS),
        ({"name": "A", "filters": ["by"]}, NO_FILTERS),
        ({"name": "A", "filters": {"text": " ", "types": [""]}}, NO_FILTERS),
        # Those of a page are not filters, and "action" is none.
        ({"name": "A", "filters": {"b_size": "50", "action": "edited"}}, NO_FILTERS),
        ({"filters": {"by": "others"}}, NAME),
        ({"name": ["A"], "filters": {"by": "others"}}, NAME),
        ({"name": "x" * 101, "filters": {"by": "others"}}, NAME),
        (
            {"name": "A", "filters": {"by": "me"}},
            "by: The only possible value is “others”.",
        ),
        (
            {"name": "A", "filters": {"text": 7}},
            "text: Only one value is allowed.",
        ),
        # What the service for the activity refuses, too.
        (
            {"name": "A", "filters": {"actions": ["deleted"]}},
            "actions: Unknown action: deleted",
        ),
        (
            {"name": "A", "filters": {"types": ["中" * 200] * 2}},
            f"types: Unknown content type: {'中' * 200}",
        ),
        (
            {"name": "A", "filters": {"actor": "mary", "by": "others"}},
            "by: Choose your own changes or those of others, not both.",
        ),
        ({"raw": "["}, "No JSON object could be decoded"),
        ({"raw": "[]"}, "Malformed body"),
    ],
)
def test_what_cannot_be_saved_is_said(portal, mary, send, ask, body, message):
    answer = send("POST", SERVICE, **body)
    assert answer.status_int == 400
    assert answer.json == {"type": "BadRequest", "message": message}
    assert ask(SERVICE, "mary").json["items"] == []
    assert portal.error_log.getLogEntries() == []


def test_filters_for_a_user_who_cannot_be_looked_up_are_not_saved(
    portal, mary, send, ask
):
    portal.manage_permission("List portal members", ["Manager"], acquire=False)
    answers = {
        actor: send("POST", SERVICE, name=actor, filters={"actor": actor})
        for actor in ("jane", "nobody", "mary")
    }
    message = "actor: You are not allowed to filter by user."
    refused = (400, {"type": "BadRequest", "message": message})
    for actor in ("jane", "nobody"):
        assert (answers[actor].status_int, answers[actor].json) == refused
    assert answers["mary"].status_int == 201
    assert ask(SERVICE, "mary").json["items"] == [answers["mary"].json]


def test_a_filter_is_removed_by_the_name_it_was_saved_under(portal, mary, send, ask):
    for name in (" A ", "A\N{RIGHT-TO-LEFT OVERRIDE}", "\x00", "5"):
        saved = send("POST", SERVICE, name=name, filters={"by": "others"})
        assert saved.status_int == 201
        for other in (5, ["5"], None, f"{name}x"):
            assert send("DELETE", SERVICE, name=other).status_int == 404
        assert ask(SERVICE, "mary").json["items"] == [saved.json]
        assert send("DELETE", SERVICE, name=name).status_int == 204
    assert ask(SERVICE, "mary").json["items"] == []


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_forms_of_other_sites_change_nothing(portal, mary, ask, kind):
    """With a cookie, a browser sends them too, but not as JSON."""
    body = b'{"name": "A", "filters": {"by": "others"}}'
    answer = ask(SERVICE, "mary", "POST", body=body, content_type=kind)
    assert answer.status_int == 400
    assert answer.json["type"] == "BadRequest"
    assert ask(SERVICE, "mary").json["items"] == []


def test_anonymous_users_have_none(portal, configure, send, ask):
    configure(audience="everybody")
    assert ask(SERVICE).status_int == 401
    for method in ("POST", "DELETE"):
        answer = send(method, SERVICE, None, name="A", filters={"by": "others"})
        assert answer.status_int == 401


def test_a_get_changes_nothing(portal, mary, send, ask, changed):
    send("POST", SERVICE, name="A", filters={"by": "others"})
    changed.clear()
    assert len(ask(f"{SERVICE}?name=A", "mary").json["items"]) == 1
    assert changed == []


def test_a_site_without_the_add_on_has_no_such_service(mary, ask, uninstall):
    uninstall()
    assert ask(SERVICE, "mary").status_int == 404
