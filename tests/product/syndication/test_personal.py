"""A personal feed URL shows what its owner can view, and nothing else."""

from collective.appendonly.interfaces import IActivityLog
from plone import api
from plone.app.testing import SITE_OWNER_NAME
from Products.CMFPlone.factory import addPloneSite
from Products.PluggableAuthService.interfaces.plugins import IUserEnumerationPlugin
from ZODB.POSException import ConflictError
from zope.component import getUtility
from zope.component.hooks import setSite
from zope.lifecycleevent import Attributes
from zope.lifecycleevent import modified
from ZPublisher.HTTPRequest import HTTPRequest

import pytest
import transaction


FORMATS = ("atom", "rss")
SENTENCE = "There is no feed at this URL, or it no longer exists."


@pytest.fixture
def shed(garden, acting):
    """A private folder in the garden."""
    with acting("jane"):
        shed = api.content.create(garden, "Folder", "shed", title="The shed")
    return shed


@pytest.fixture
def listed(subscribe):
    """Return the feed of a key, and check that it is the one its owner gets when logged in."""

    def listed(key, user, path=""):
        titles = []
        for format in FORMATS:
            personal = subscribe(f"{path}/@@activity-personal.{format}?key={key}")
            own = subscribe(f"{path}/@@activity.{format}", user)
            titles = [entry.title for entry in personal.entries]
            assert titles == [entry.title for entry in own.entries]
            assert personal.feed.get("id") == own.feed.get("id")
        return titles

    return listed


def is_refused(answer):
    """Return whether the response is the only one for invalid keys."""
    return (answer.status_int, answer.text) == (404, SENTENCE)


def test_it_contains_what_its_owner_can_view(shed, jane, mary, key, listed):
    public = "Jane Miller created and published The garden"
    assert listed(key("jane"), "jane") == ["Jane Miller created The shed", public]
    assert listed(key("mary"), "mary") == [public]


def test_it_follows_the_current_permissions_of_its_owner(
    shed, garden, mary, key, listed, fetch, acting
):
    """Local roles, groups, and the state of the content, as they are now."""
    mine = key("mary")
    public = "Jane Miller created and published The garden"
    edited = "Jane Miller edited The shed"

    def edit():
        with acting("jane"):
            shed.description += "."
            modified(shed, Attributes(None, "IDublinCore.description"))

    shed.manage_setLocalRoles("mary", ["Reader"])
    shed.reindexObjectSecurity()
    transaction.commit()
    edit()
    assert listed(mine, "mary", "/garden/shed")[0] == edited
    shed.manage_delLocalRoles(["mary"])
    shed.reindexObjectSecurity()
    transaction.commit()
    assert listed(mine, "mary") == [public]
    assert is_refused(fetch(f"/garden/shed/@@activity-personal.atom?key={mine}"))
    api.group.create("gardeners", roles=["Editor"])
    api.group.add_user(groupname="gardeners", username="mary")
    transaction.commit()
    edit()
    assert edited in listed(mine, "mary")
    api.group.remove_user(groupname="gardeners", username="mary")
    transaction.commit()
    assert listed(mine, "mary") == [public]
    with acting("jane"):
        api.content.transition(garden, "retract")
    assert listed(mine, "mary") == []


def test_the_filters_are_those_of_the_page(shed, jane, key, subscribe, fetch):
    url = f"/@@activity-personal.atom?text=shed&key={key('jane')}"
    feed = subscribe(url)
    assert [entry.title for entry in feed.entries] == ["Jane Miller created The shed"]
    assert feed.feed.link.endswith("/@@activity?text=shed")
    answer = fetch(f"{url}&from=yesterday")
    assert answer.status_int == 400
    assert answer.text.startswith("Enter a date such as 2026-11-23")


def test_it_must_not_be_cached_or_indexed(garden, mary, key, fetch):
    for path in ("?key=" + key("mary"), "?key=nonsense", ""):
        answer = fetch(f"/@@activity-personal.atom{path}")
        assert answer.headers["cache-control"] == "private, no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-robots-tag"] == "noindex"
        assert "set-cookie" not in answer.headers


def test_a_reader_that_has_the_feed_gets_304(garden, mary, key, fetch):
    path = f"/@@activity-personal.rss?key={key('mary')}"
    tag = fetch(path).headers["etag"]
    assert fetch(path, If_None_Match=tag).status_int == 304


@pytest.mark.parametrize("format", FORMATS)
def test_without_a_valid_key_the_response_is_404(
    format, shed, jane, mary, key, fetch, configure
):
    """Whatever the reason, the response is the same."""
    path = f"/@@activity-personal.{format}"
    revoked, mine = key("mary"), key("mary")
    prefix, owner, secret = mine.split(".")
    other_end = "A" if secret[-1] != "A" else "B"
    refused = [fetch(path)]
    for wrong in (
        "",
        "nonsense",
        f"{prefix}.{owner}",
        f"{prefix}.{owner}.",
        f"{prefix}..{secret}",
        f"{prefix}.{owner}.{secret[:-1]}{other_end}",
        f"{prefix}.{owner}.{secret[:-1]}",
        f"{prefix}.{owner}.{secret}.{secret}",
        f"{prefix}.{owner}=.{secret}",
        f"other.{owner}.{secret}",
        f"{prefix}.%FF%FE.{secret}",
        f"{prefix}.____.{secret}",
        # No user.
        f"{prefix}.bm9ib2R5.{secret}",
        # The key of another user.
        f"{prefix}.{owner}.{key('jane').split('.')[2]}",
        revoked,
    ):
        refused.append(fetch(f"{path}?key={wrong}"))
    refused.append(fetch(f"{path}?other={mine}"))
    refused.append(fetch(f"/garden/shed{path}?key={mine}"))
    configure(audience="nobody")
    refused.append(fetch(f"{path}?key={mine}"))
    assert [is_refused(answer) for answer in refused] == [True] * len(refused)
    first, *others = [
        {name: answer.headers[name] for name in answer.headers if name != "Date"}
        for answer in refused
    ]
    assert others == [first] * len(others)
    configure(audience="members")
    assert fetch(f"{path}?key={mine}").status_int == 200


def test_the_key_gives_access_to_nothing_else(shed, jane, key, fetch):
    mine = key("jane")
    for path in (
        "/garden/shed",
        "/garden/shed/@@activity",
        "/@@activity",
        "/@@activity.atom",
        "/@@activity-addresses",
        "/@@activity-export",
        "/@@personal-information",
        "/garden/shed/edit",
    ):
        answer = fetch(f"{path}?key={mine}")
        assert answer.status_int == 302, path
        assert "require_login" in answer.headers["location"], path
        assert "The shed" not in answer.text


def test_a_logged_in_user_reads_as_the_owner_of_the_url(shed, jane, mary, key, fetch):
    path = "/@@activity-personal.atom?key="
    assert "The shed" in fetch(f"{path}{key('jane')}", "mary").text
    assert "The shed" not in fetch(f"{path}{key('mary')}", "jane").text
    assert is_refused(fetch(f"{path}nonsense", "jane"))


def test_a_disabled_account_reads_nothing(portal, garden, mary, key, fetch):
    """An account in a plugin that is disabled."""
    path = f"/@@activity-personal.atom?key={key('mary')}"
    assert fetch(path).status_int == 200
    plugins = portal.acl_users.plugins
    plugins.deactivatePlugin(IUserEnumerationPlugin, "source_users")
    plugins.deactivatePlugin(IUserEnumerationPlugin, "mutable_properties")
    transaction.commit()
    assert is_refused(fetch(path))


def test_a_user_who_lost_the_permission_reads_nothing(portal, garden, mary, key, fetch):
    path = f"/@@activity-personal.atom?key={key('mary')}"
    portal.manage_permission(
        "collective.appendonly: View activity", ["Manager"], acquire=0
    )
    transaction.commit()
    assert is_refused(fetch(path))


@pytest.mark.large
def test_a_key_is_for_one_site(portal, functional, garden, mary, key, fetch):
    """A user with the same id on another site cannot use it."""
    app = functional["app"]
    mine = key("mary")
    with api.env.adopt_user(username=SITE_OWNER_NAME):
        setSite(None)
        addPloneSite(
            app,
            "orchard",
            extension_ids=(
                "plone.app.contenttypes:default",
                "collective.appendonly:default",
            ),
        )
        setSite(app["orchard"])
        api.user.create(username="mary", email="m@example.org", password="x" * 20)
        setSite(portal)
    transaction.commit()
    path = f"/@@activity-personal.atom?key={mine}"
    assert fetch(path).status_int == 200
    assert is_refused(fetch(f"/../orchard{path}"))


def test_reading_writes_nothing(garden, mary, key, fetch, changed):
    """It does not count as a login either."""
    mine = key("mary")
    member = api.user.get("mary")
    before = [member.getProperty(name) for name in ("login_time", "last_login_time")]
    fetch("")
    changed.clear()
    for path in (
        f"/@@activity-personal.atom?key={mine}",
        f"/garden/@@activity-personal.rss?key={mine}&text=x",
        "/@@activity-personal.atom?key=nonsense",
        "/@@activity.atom",
    ):
        fetch(path, None if "personal" in path else "mary")
    fetch("/@@activity-addresses", "mary")
    assert changed == []
    transaction.begin()
    member = api.user.get("mary")
    after = [member.getProperty(name) for name in ("login_time", "last_login_time")]
    assert after == before


def test_a_conflict_is_retried(garden, mary, key, fetch, monkeypatch):
    """The key was removed from the request at the first attempt."""
    log = type(getUtility(IActivityLog))
    older, attempts = log.older, []

    def conflicting(self, position=None, **search):
        attempts.append(position)
        if len(attempts) < 3:
            raise ConflictError("Another request was faster.")
        return older(self, position, **search)

    monkeypatch.setattr(log, "older", conflicting)
    monkeypatch.setattr(HTTPRequest, "retry_max_count", 3)
    monkeypatch.setattr(HTTPRequest, "delay_retry", lambda request: None)
    answer = fetch(f"/@@activity-personal.atom?key={key('mary')}")
    assert answer.status_int == 200
    assert "The garden" in answer.text
    assert len(attempts) == 3
