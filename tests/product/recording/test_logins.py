"""Logins, logouts and failed logins: recorded where a site asks for it."""

from .expected import entry
from .expected import NOW
from .expected import only
from collective.appendonly import clock
from collective.appendonly.entry import USER
from collective.appendonly.recording.sources import logins
from collective.appendonly.recording.sources.logins import Failures
from datetime import timedelta
from plone import api
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from Products.PlonePAS.events import UserLoggedOutEvent
from tests.product.people import PASSWORD
from zope.event import notify

import pytest


pytestmark = pytest.mark.site_actions

ADMINISTRATORS = ("Manager", "Site Administrator")


@pytest.fixture(autouse=True)
def site(site, left_out, recorded, monkeypatch):
    """A site that records logins, with a user whose login name is not her ID."""
    monkeypatch.setattr(logins, "FAILURES", Failures())
    api.user.create("joan@example.org", "joan", PASSWORD)
    site.acl_users.source_users.updateUser("joan", "joan.doe")
    left_out()
    recorded()
    return site


def about(action, name="joan", **details):
    others = {"details": details} if details else {}
    return entry(action, "", name, USER, ADMINISTRATORS, **others)


@pytest.fixture
def form(browse):
    """Log in with the form of the Classic UI. Returns the browser."""

    def form(name, password=PASSWORD):
        browser = browse("/login")
        browser.getControl(name="__ac_name").value = name
        browser.getControl(name="__ac_password").value = password
        browser.getControl(name="buttons.login").click()
        return browser

    return form


@pytest.fixture
def rest(site, browse):
    """Log in with the REST API. Returns the token."""

    def rest(name, password=PASSWORD, address=""):
        answer = browse("/login").testapp.post_json(
            f"{site.absolute_url()}/@login",
            {"login": name, "password": password},
            headers={"Accept": "application/json"},
            extra_environ={"REMOTE_ADDR": address} if address else {},
            expect_errors=True,
        )
        return answer.json.get("token")

    return rest


@pytest.fixture(params=["form", "rest"])
def log_in(request):
    return request.getfixturevalue(request.param)


def test_logging_in(log_in, recorded):
    for _ in range(2):
        log_in("joan.doe")
        assert recorded() == only(about("logged_in"), actor="joan")


def test_logging_in_with_python(site, recorded):
    with api.env.adopt_user(user=api.user.get("joan")):
        site.portal_membership.loginUser(site.REQUEST)
    assert recorded() == only(about("logged_in"), actor="joan")


def test_an_administrator_of_the_server_logs_in(form, recorded):
    form(SITE_OWNER_NAME, SITE_OWNER_PASSWORD)
    name = SITE_OWNER_NAME
    assert recorded() == only(about("logged_in", name), actor=name)


def test_logging_out(form, site, recorded):
    browser = form("joan.doe")
    recorded()
    browser.open(f"{site.absolute_url()}/logout")
    assert recorded() == only(about("logged_out"), actor="joan")


def test_logging_out_with_the_rest_api(rest, browse, site, recorded):
    token = rest("joan.doe")
    recorded()
    headers = {"Accept": "application/json", "Authorization": f"Bearer {token}"}
    url = f"{site.absolute_url()}/@logout"
    browse("/login").testapp.post_json(url, {}, headers=headers, expect_errors=True)
    assert recorded() == only(about("logged_out"), actor="joan")


def test_logging_out_without_having_logged_in(site, recorded):
    """The REST API fires the event for anonymous users, too."""
    users = site.acl_users
    notify(UserLoggedOutEvent(users._createAnonymousUser(users.plugins)))
    assert recorded() == []


def test_a_wrong_password(log_in, recorded, stored):
    log_in("joan.doe", "hunter2")
    assert recorded() == only(about("login_failed", attempts=1), actor=None)
    assert b"hunter" not in stored()


def test_a_name_that_no_user_has(log_in, recorded, stored):
    """It may be the password that was typed."""
    log_in("hunter2", "joan.doe")
    assert recorded() == only(about("login_failed", "", attempts=1), actor=None)
    assert b"hunter" not in stored()


def test_a_form_that_is_not_filled_in_is_no_attempt(form, recorded):
    form("", "")
    form("joan.doe", "")
    assert recorded() == []


def test_requests_with_credentials_are_no_logins(browse, site, recorded):
    browse("", user="joan.doe")
    browse("", user="joan.doe", password="wrong")
    assert recorded() == []


def test_addresses_are_recorded_if_the_settings_say_so(rest, recorded, configure):
    rest("joan.doe", address="203.0.113.9")
    assert recorded() == only(about("logged_in"), actor="joan")
    configure(record_client_addresses=True)
    recorded()
    rest("joan.doe", address="203.0.113.9")
    login = about("logged_in", address="203.0.113.9")
    assert recorded() == only(login, actor="joan")
    rest("joan.doe", "hunter2", address="203.0.113.9")
    failure = about("login_failed", attempts=1, address="203.0.113.9")
    assert recorded() == only(failure, actor=None)


@pytest.mark.parametrize("action", ["logged_in", "logged_out", "login_failed"])
def test_an_excluded_action_makes_no_note(
    form, site, left_out, recorded, action, monkeypatch
):
    left_out(action)
    recorded()
    notes = []
    monkeypatch.setattr(logins, "note", lambda *args, **kwargs: notes.append(args[2]))
    browser = form("joan.doe")
    browser.open(f"{site.absolute_url()}/logout")
    form("joan.doe", "hunter2")
    assert sorted(notes) == sorted(
        {"logged_in", "logged_out", "login_failed"} - {action}
    )


def test_an_excluded_user(form, configure, recorded):
    configure(users_left_out=("joan",))
    recorded()
    form("joan.doe")
    assert recorded() == []


def test_twenty_failed_logins_make_five_entries(rest, recorded):
    for _ in range(20):
        rest("joan.doe", "hunter2")
    attempts = [
        found["details"]["attempts"]
        for change_set in recorded()
        for found in change_set["entries"]
    ]
    assert attempts == [1, 2, 4, 8, 16]


# The counter of failed logins.


@pytest.fixture
def now(monkeypatch):
    moment = [NOW]
    monkeypatch.setattr(clock, "utc_now", lambda: moment[0])
    return moment


def recorded_of(failures, names):
    return [found for name in names if (found := failures.count("/Plone", name))]


def test_a_million_failures(now):
    failures = Failures()
    found = recorded_of(failures, ["joan"] * 1_000_000)
    assert found == [("joan", 2**power) for power in range(20)]


def test_many_users_count_as_one(now):
    failures = Failures(users=3)
    names = ["a", "b", "c", "d", "e", "f", "a"]
    assert recorded_of(failures, names) == [
        ("a", 1),
        ("b", 1),
        ("c", 1),
        ("", 1),
        ("", 2),
        ("a", 2),
    ]


@pytest.mark.parametrize("hours, number", [(0.9, 2), (1, 1), (-0.9, 2), (-1, 1)])
def test_after_an_hour_counting_starts_again(now, hours, number):
    failures = Failures()
    failures.count("/Plone", "joan")
    now[0] += timedelta(hours=hours)
    assert failures.count("/Plone", "joan") == ("joan", number)


def test_sites_are_counted_apart(now):
    failures = Failures()
    assert failures.count("/one", "joan") == failures.count("/two", "joan")
