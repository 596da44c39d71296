"""``@activity-digests``: members list, change and end their digests, and no others."""

from collective.appendonly.digests import own
from collective.appendonly.digests.subscriptions import all_keys
from collective.appendonly.digests.subscriptions import find
from collective.appendonly.digests.subscriptions import key_of
from collective.appendonly.digests.subscriptions import SUBSCRIPTIONS
from collective.appendonly.feed import Filters
from datetime import datetime
from datetime import timezone
from plone import api
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from plone.registry import field
from plone.registry import Record
from plone.registry.interfaces import IRegistry
from tests.product.layers import database_of
from tests.product.layers import site_with
from tests.product.people import acting
from tests.product.people import add_jane
from tests.product.people import add_mary
from tests.product.people import PASSWORD
from webtest import TestApp
from zope.annotation.interfaces import IAnnotations
from zope.component import getUtility

import pytest
import transaction


SITE = "http://nohost:80/plone"
SERVICE = "/++api++/@activity-digests"
NEWS = {"types": ["News Item"], "actions": ["created", "edited"]}
DAILY = {"frequency": "daily"}


def fill(portal):
    add_jane()
    add_mary()
    with acting("jane"):
        garden = api.content.create(portal, "Folder", "garden", title="The garden")
        api.content.transition(garden, "publish")
        api.content.create(portal, "Folder", "shed", title="The shed")


functional = database_of(site_with(fill))


@pytest.fixture
def garden(portal):
    """A public folder. There is a private one, too."""
    return portal["garden"]


@pytest.fixture
def send(ask, garden):
    """Send a request with JSON as Mary, and return the response."""

    def send(method, path="", body=None, user="mary", **options):
        answer = ask(f"{path or SERVICE}", user, method=method, body=body, **options)
        transaction.begin()
        return answer

    return send


def stored(portal):
    return sorted(
        (*key[:2], record["frequency"])
        for key, record in IAnnotations(portal).get(SUBSCRIPTIONS, {}).items()
        if record
    )


def local(url):
    """Return the path of a URL, as one of the REST API."""
    return f"/++api++{url.removeprefix(SITE)}"


def test_subscribe_list_change_and_end(portal, garden, send):
    made = send("POST", body={"frequency": "weekly"})
    assert made.status_int == 201
    url = f"{SITE}/@activity-digests/site"
    assert made.headers["Location"] == url
    expected = {
        "@id": url,
        "content": {
            "@id": SITE,
            "@type": "Plone Site",
            "title": "Plone site",
        },
        "frequency": "weekly",
        "own_changes": False,
        "filters": {},
        "conditions": [],
        "sent": None,
        "paused": False,
        "refusal": None,
    }
    assert made.json == expected
    listed = send("GET")
    assert listed.status_int == 200
    assert listed.headers["Cache-Control"] == "private, no-store"
    assert listed.json == {
        "@id": f"{SITE}/@activity-digests",
        "items": [expected],
    }
    assert send("GET", f"{SERVICE}/site").json == expected
    change = {"frequency": "at_once", "own_changes": True}
    answer = send("PATCH", f"{SERVICE}/site", change)
    assert (answer.status_int, answer.body) == (204, b"")
    assert send("GET", f"{SERVICE}/site").json == expected | change
    answer = send("DELETE", f"{SERVICE}/site")
    assert (answer.status_int, answer.body) == (204, b"")
    assert send("GET").json["items"] == []
    assert send("GET", f"{SERVICE}/site").status_int == 404
    assert find(("mary", "")) is None


def test_subscribing_to_content_with_filters(portal, garden, send):
    path = "/++api++/garden/@activity-digests"
    made = send("POST", path, DAILY | {"filters": NEWS, "own_changes": True})
    uid = api.content.get_uuid(garden)
    filters = Filters(types=("News Item",), actions=("created", "edited"))
    assert find(key_of("mary", uid, filters)).filters == filters
    assert made.json["filters"] == NEWS
    assert made.json["conditions"] == ["Created", "Edited", "News Item"]
    assert made.json["content"] == {
        "@id": f"{SITE}/garden",
        "@type": "Folder",
        "title": "The garden",
    }
    send("POST", path, DAILY)
    send("POST", body=DAILY)
    assert [each["filters"] for each in send("GET", path).json["items"]] == [{}, NEWS]
    assert len(send("GET").json["items"]) == 3
    assert send("GET", "/++api++/nothing/@activity-digests").status_int == 404
    # Each has its own URL, at the site.
    for each in send("GET").json["items"]:
        assert send("GET", local(each["@id"])).json == each
    assert send("GET", f"{path}/site").status_int == 404


@pytest.fixture
def frontend(portal):
    """Set the host name of the frontend as plone.volto does."""

    def frontend(url):
        records = getUtility(IRegistry).records
        records["volto.frontend_domain"] = Record(field.URI(title="Frontend"), url)

    return frontend


@pytest.mark.parametrize(
    "in_registry, in_environment, expected",
    [
        (None, None, SITE),
        # The default of plone.volto.
        ("http://localhost:3000", None, SITE),
        ("https://www.example.org", None, "https://www.example.org"),
        ("https://www.example.org/", "", "https://www.example.org"),
        ("https://old.example.org", "https://example.org", "https://example.org"),
        ("https://www.example.org/?x=y", None, SITE),
    ],
)
def test_emails_link_to_the_frontend(
    portal, send, frontend, monkeypatch, in_registry, in_environment, expected
):
    if in_registry is not None:
        frontend(in_registry)
    if in_environment is not None:
        monkeypatch.setenv("VOLTO_FRONTEND_DOMAIN", in_environment)
    send("POST", body=DAILY)
    assert find(("mary", "")).url == expected
    send("PATCH", f"{SERVICE}/site", {"frequency": "weekly"})
    assert find(("mary", "")).url == expected


@pytest.mark.parametrize("host", ["[", "exämple.org", "a b", "example.org:99999", "?"])
def test_a_host_that_no_link_can_have_is_refused(portal, garden, send, browse, host):
    """Web servers may pass it on as it came. The email of this member would fail in each run."""
    app = TestApp(browse("/@@ok").testapp.app)
    app.authorization = ("Basic", ("mary", PASSWORD))
    headers = {"Accept": "application/json", "Host": host}
    url = "/plone/++api++/@activity-digests"
    answer = app.post_json(url, DAILY, headers=headers, expect_errors=True)
    message = "Digests are not available to you here."
    assert (answer.status_int, answer.json["message"]) == (403, message)
    assert stored(portal) == []
    send("POST", body=DAILY)
    weekly = {"frequency": "weekly"}
    answer = app.patch_json(f"{url}/site", weekly, headers=headers, expect_errors=True)
    assert (answer.status_int, answer.json["message"]) == (403, message)
    transaction.begin()
    assert stored(portal) == [("mary", "", "daily")]
    assert find(("mary", "")).url == SITE


def test_subscribing_twice_changes_the_digest(portal, garden, send):
    assert send("POST", body=DAILY).status_int == 201
    again = send("POST", body={"frequency": "weekly", "own_changes": True})
    assert again.status_int == 200
    assert (again.json["frequency"], again.json["own_changes"]) == ("weekly", True)
    assert len(send("GET").json["items"]) == 1


def test_refusals_are_listed_and_a_paused_digest_is_resumed(portal, garden, send):
    send("POST", body=DAILY)
    now = datetime(2026, 11, 23, 3, tzinfo=timezone.utc)
    for _ in range(3):
        find(("mary", "")).mark_refused("mary@example.org", 550, now)
    transaction.commit()
    [listed] = send("GET").json["items"]
    assert listed["paused"] is True
    assert listed["refusal"] == {
        "address": "mary@example.org",
        "code": 550,
        "permanent": 3,
        "temporary": 0,
        "time": "2026-11-23T03:00:00.000Z",
    }
    assert send("PATCH", f"{SERVICE}/site", {"paused": False}).status_int == 204
    [listed] = send("GET").json["items"]
    assert (listed["paused"], listed["refusal"]) == (False, None)
    assert listed["frequency"] == "daily"


def test_a_member_reaches_no_digest_of_another(portal, garden, send):
    send("POST", body=DAILY, user="jane")
    assert send("GET").json["items"] == []
    for method, body in (
        ("GET", None),
        ("PATCH", {"frequency": "weekly"}),
        ("DELETE", None),
    ):
        assert send(method, f"{SERVICE}/site", body).status_int == 404
    assert stored(portal) == [("jane", "", "daily")]


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_anonymous_users_have_no_digests(portal, garden, send, configure, method):
    configure(audience="everybody")
    path = SERVICE if method in ("GET", "POST") else f"{SERVICE}/site"
    body = DAILY if method in ("POST", "PATCH") else None
    assert send(method, path, body, user=None).status_int == 401
    assert stored(portal) == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_users_of_the_zope_root_have_no_digests(portal, send, method):
    body = DAILY if method == "POST" else None
    answer = send(method, body=body, user=SITE_OWNER_NAME, password=SITE_OWNER_PASSWORD)
    assert answer.status_int == 403
    assert answer.json == {
        "type": "Forbidden",
        "message": "Digests are not available to you here.",
    }
    assert stored(portal) == []


def test_without_access_nobody_subscribes(portal, garden, send, configure):
    send("POST", body=DAILY)
    assert send("POST", "/++api++/shed/@activity-digests", DAILY).status_int == 401
    configure(audience="nobody")
    answer = send("POST", "/++api++/garden/@activity-digests", DAILY)
    assert answer.status_int == 403
    assert stored(portal) == [("mary", "", "daily")]


def test_with_the_setting_off_digests_can_only_be_ended(
    portal, garden, send, configure
):
    send("POST", body=DAILY)
    configure(digests=False)
    assert send("POST", body=DAILY | {"filters": NEWS}).status_int == 403
    change = send("PATCH", f"{SERVICE}/site", {"frequency": "weekly"})
    assert change.status_int == 403
    assert stored(portal) == [("mary", "", "daily")]
    assert send("DELETE", f"{SERVICE}/site").status_int == 204
    assert stored(portal) == []


def test_what_a_member_cannot_view_any_more_is_not_named(portal, garden, send, acting):
    send("POST", "/++api++/garden/@activity-digests", DAILY)
    with acting("jane"):
        api.content.transition(garden, "retract")
    answer = send("GET")
    assert [each["content"] for each in answer.json["items"]] == [None]
    assert "The garden" not in answer.text
    [digest] = answer.json["items"]
    assert send("DELETE", local(digest["@id"])).status_int == 204


INVALID = [
    ({}, "frequency: Choose how often you want to receive the digest."),
    ({"frequency": "hourly"}, "frequency: Choose how often"),
    ({"frequency": ["daily"]}, "frequency: Choose how often"),
    (DAILY | {"own_changes": "no"}, "own_changes: Send true or false"),
    (DAILY | {"paused": False}, "paused: Unknown name."),
    (DAILY | {"filters": ["actor"]}, "filters: Send an object with filters."),
    (DAILY | {"filters": {"from": "2026-11-23"}}, "from: Unknown name."),
    (DAILY | {"filters": {"actions": "x" * 201}}, "actions: Enter at most 200"),
    (DAILY | {"filters": {"types": [1]}}, "types: Only one value is allowed."),
    (DAILY | {"filters": {"text": {"a": "b"}}}, "text: Only one value is allowed."),
    (DAILY | {"filters": {"actions": ["x"] * 51}}, "actions: Too many values"),
    (DAILY | {"filters": {"actor": "jane"}}, "actor: You are not allowed to filter"),
]


@pytest.mark.parametrize("body, message", INVALID)
def test_invalid_values_are_rejected(portal, send, configure, body, message):
    configure(people_pages=False)
    portal.manage_permission("List portal members", ["Manager"])
    answer = send("POST", body=body)
    assert answer.status_int == 400
    assert answer.json["type"] == "BadRequest"
    assert answer.json["message"].startswith(message)
    assert stored(portal) == []


@pytest.mark.parametrize("paused", [True, None, 0, "false"])
def test_digests_cannot_be_paused(portal, send, paused):
    send("POST", body=DAILY)
    answer = send("PATCH", f"{SERVICE}/site", {"paused": paused})
    assert answer.status_int == 400
    assert answer.json["message"] == "paused: Only false is allowed."


@pytest.mark.parametrize("body", [b"{", b"[]", b'"daily"', b"\xff", b""])
def test_what_is_no_json_object_is_rejected(portal, send, body):
    answer = send("POST", body=body)
    assert answer.status_int == 400
    assert stored(portal) == []


@pytest.mark.parametrize(
    "service",
    [SERVICE, "/++api++/@activity-feeds", "/++api++/garden/@activity-filters"],
)
@pytest.mark.parametrize("deep", [b"[", b'{"frequency":'])
def test_deeply_nested_json_is_rejected(portal, send, caplog, service, deep):
    """Without a charset, Plone itself decodes it to look for a login, and fails."""
    kind = "application/json; charset=utf-8"
    answer = send("POST", service, deep * 50_000, content_type=kind)
    assert (answer.status_int, answer.json) == (
        400,
        {"type": "BadRequest", "message": "No JSON object could be decoded"},
    )
    assert stored(portal) == []
    assert caplog.records == []


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", ""]
)
def test_forms_of_other_sites_change_nothing(portal, send, kind):
    """With a cookie, a browser sends them too, but not as JSON."""
    body = b'{"frequency": "daily"}'
    answer = send("POST", body=body, content_type=kind)
    assert answer.status_int == 400
    assert stored(portal) == []


def test_the_number_of_digests_is_limited(portal, send, monkeypatch):
    monkeypatch.setattr(own, "MAX_DIGESTS", 1)
    send("POST", body=DAILY)
    answer = send("POST", body=DAILY | {"filters": NEWS})
    assert (answer.status_int, answer.json["message"]) == (
        403,
        "You have 1 digests. Unsubscribe from one of them first.",
    )
    assert send("POST", body={"frequency": "weekly"}).status_int == 200


def test_subscribing_and_ending_again_and_again_leaves_no_records(portal, garden, send):
    """Without a run in between. Those of others and those that have not ended stay."""
    send("POST", body=DAILY, user="jane")
    send("DELETE", f"{SERVICE}/site", user="jane")
    send("POST", body=DAILY)
    for text in ("roses", "lilies", "poppies"):
        answer = send("POST", body=DAILY | {"filters": {"text": text}})
        send("DELETE", answer.json["@id"])
    send("POST", f"/garden{SERVICE}", body=DAILY)
    uid = api.content.get_uuid(garden)
    assert all_keys() == [("jane", ""), ("mary", ""), ("mary", uid)]


def test_getting_writes_nothing(portal, send, changed):
    send("POST", body=DAILY)
    for path in (SERVICE, f"{SERVICE}/site", f"{SERVICE}/nothing"):
        changed.clear()
        send("GET", path)
        assert changed == []


@pytest.mark.parametrize(
    "method, path",
    [
        ("POST", f"{SERVICE}/site"),
        ("PATCH", SERVICE),
        ("DELETE", SERVICE),
        ("GET", f"{SERVICE}/site/frequency"),
    ],
)
def test_what_is_no_digest_is_not_found(portal, send, method, path):
    body = DAILY if method in ("POST", "PATCH") else None
    assert send(method, path, body).status_int == 404
