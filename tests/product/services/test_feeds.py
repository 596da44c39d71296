"""``@activity-feeds``: members create and revoke their personal feed URL."""

from collective.appendonly.feed.keys import KEYS
from plone import api
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from zope.annotation.interfaces import IAnnotations

import pytest
import re
import transaction


SITE = "http://nohost:80/plone"
SERVICE = "/++api++/@activity-feeds"
NONE = {"@id": f"{SITE}/@activity-feeds", "address": None}


@pytest.fixture
def garden(portal, jane, mary, acting):
    with acting("jane"):
        garden = api.content.create(portal, "Folder", "garden", title="The garden")
        api.content.transition(garden, "publish")


@pytest.fixture
def status(ask):
    """Return the status of a feed for a program that cannot log in."""
    return lambda url: ask(url, accept="application/atom+xml").status_int


def has_keys(portal):
    transaction.begin()
    return bool(IAnnotations(portal).get(KEYS))


def test_create_renew_and_revoke(portal, garden, ask, status):
    assert ask(SERVICE, "mary").json == NONE
    answer = ask(SERVICE, "mary", "POST", body={})
    assert answer.status_int == 201
    assert answer.headers["Cache-Control"] == "private, no-store"
    made = answer.json["address"]
    urls = rf"{SITE}/@@activity-personal\.(atom|rss)\?key=activitykey\.[\w.-]+"
    assert re.fullmatch(urls, made["atom"]) and re.fullmatch(urls, made["rss"])
    assert (status(made["atom"]), status(made["rss"])) == (200, 200)
    # Later, only the time is known.
    listed = ask(SERVICE, "mary")
    assert listed.headers["Cache-Control"] == "private, no-store"
    assert listed.json == NONE | {
        "address": {"created": made["created"], "atom": None, "rss": None}
    }
    assert ask(SERVICE, "jane").json == NONE
    renewed = ask(SERVICE, "mary", "POST", body={}).json["address"]
    assert (status(made["atom"]), status(renewed["atom"])) == (404, 200)
    answer = ask(SERVICE, "mary", "DELETE")
    assert (answer.status_int, answer.body) == (204, b"")
    assert status(renewed["atom"]) == 404
    assert ask(SERVICE, "mary").json == NONE
    assert ask(SERVICE, "mary", "DELETE").status_int == 204


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_anonymous_users_have_none(portal, garden, configure, ask, method):
    configure(audience="everybody")
    body = {} if method == "POST" else None
    assert ask(SERVICE, None, method, body=body).status_int == 401
    assert not has_keys(portal)


def test_users_who_could_not_read_it_get_none(portal, garden, configure, ask):
    message = (
        "You cannot create a feed URL: there is no activity on this site that you can"
        " view, or your account does not belong to this site."
    )
    refusal = {"type": "Forbidden", "message": message}
    owner = {"user": SITE_OWNER_NAME, "password": SITE_OWNER_PASSWORD}
    answer = ask(SERVICE, method="POST", body={}, **owner)
    assert (answer.status_int, answer.json) == (403, refusal)
    assert ask(SERVICE, **owner).json == NONE
    assert ask(SERVICE, method="DELETE", **owner).status_int == 204
    configure(audience="nobody")
    answer = ask(SERVICE, "mary", "POST", body={})
    assert (answer.status_int, answer.json) == (403, refusal)
    assert not has_keys(portal)


@pytest.mark.parametrize(
    "kind, body",
    [
        ("text/plain", b"{}"),
        ("application/x-www-form-urlencoded", b"create=1"),
        ("", b"{}"),
        ("application/json", b"["),
    ],
)
def test_forms_of_other_sites_change_nothing(portal, garden, ask, kind, body):
    """With a cookie, a browser sends them too, but not as JSON."""
    answer = ask(SERVICE, "mary", "POST", body=body, content_type=kind)
    assert answer.status_int == 400
    assert answer.json["type"] == "BadRequest"
    assert not has_keys(portal)


def test_a_get_changes_nothing(portal, garden, ask, changed):
    ask(SERVICE, "mary", "POST", body={})
    changed.clear()
    assert ask(SERVICE, "mary").status_int == 200
    assert ask(SERVICE, "jane").status_int == 200
    assert changed == []


def test_a_site_without_the_add_on_has_no_such_service(garden, ask, uninstall):
    uninstall()
    assert ask(SERVICE, "mary").status_int == 404
