"""The maintenance job of a site: requests, steps, interruptions, and its view."""

from collective.appendonly.feed.keys import key_created
from collective.appendonly.feed.keys import new_key
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.operations.maintenance import erasure_requests as erasures
from collective.appendonly.operations.maintenance import maintain
from collective.appendonly.operations.maintenance import MaintenanceReport
from collective.appendonly.operations.maintenance import run as maintenance
from collective.appendonly.operations.maintenance.erasure import erase_all
from collective.appendonly.operations.maintenance.erasure_requests import ERASURES
from collective.appendonly.operations.maintenance.lock import locked
from collective.appendonly.structures.interfaces import IAccumulator
from collective.appendonly.zcml.provisioning import deprovision
from functools import partial
from plone import api
from plone.app.testing import TEST_USER_NAME
from plone.app.testing import TEST_USER_PASSWORD
from Products.PluggableAuthService.events import PrincipalDeleted
from tests.product.operations.maintenance.diary import actors
from tests.product.operations.maintenance.diary import elsewhere
from tests.product.operations.maintenance.diary import interrupted
from tests.product.operations.maintenance.diary import request
from tests.product.operations.maintenance.diary import requested
from tests.product.operations.maintenance.diary import setting
from transaction.interfaces import TransientError
from zope.component import queryUtility
from zope.component.hooks import setSite
from zope.event import notify
from ZPublisher.utils import basic_auth_encode

import os
import pytest
import socket
import transaction


PACKAGE = "collective.appendonly"
CREDENTIALS = basic_auth_encode(TEST_USER_NAME, TEST_USER_PASSWORD)


@pytest.fixture
def bob(person):
    return person("bob")


@pytest.fixture
def manager(browse):
    """A browser of the site's manager."""
    return browse("/@@ok", TEST_USER_NAME, TEST_USER_PASSWORD)


# Requests


def test_deleting_a_user_requests_the_erasure(erasing, bob):
    api.user.delete(username="bob")
    transaction.commit()
    ((user_id, pseudonym),) = erasures.erasure_requests()
    assert user_id == "bob"
    assert pseudonym.startswith("erased:")


def test_the_setting_may_turn_it_off(bob):
    api.user.delete(username="bob")
    assert requested() == []


def test_a_deletion_that_is_not_committed_requests_nothing(erasing, bob):
    api.user.delete(username="bob")
    assert requested() == ["bob"]
    transaction.abort()
    assert requested() == []


def test_deleting_a_user_over_the_rest_api_counts(portal, erasing, bob, manager):
    headers = {"Accept": "application/json", "Authorization": CREDENTIALS}
    manager.testapp.delete(f"{portal.absolute_url()}/@users/bob", headers=headers)
    transaction.begin()
    assert api.user.get(userid="bob") is None
    assert requested() == ["bob"]


def test_deleting_a_user_in_the_control_panel_counts(portal, erasing, bob, manager):
    manager.open(f"{portal.absolute_url()}/@@usergroup-userprefs?showAll=y")
    manager.getControl(name="delete:list").getControl(value="bob").selected = True
    manager.getControl(name="form.button.Modify").click()
    transaction.begin()
    assert api.user.get(userid="bob") is None
    assert requested() == ["bob"]


def test_a_group_is_not_erased(erasing):
    api.group.create("bobs")
    api.portal.get_tool("acl_users")._doDelUser("bobs")
    assert requested() == []
    api.group.delete("bobs")
    assert requested() == []


def test_a_user_with_the_id_of_a_group_is_not_erased_but_the_feed_ends(erasing, bob):
    # Plone refuses the second of them. A directory may have both.
    api.portal.get_tool("acl_users").source_groups.addGroup("bob")
    new_key("bob")
    api.user.delete(username="bob")
    assert api.group.get("bob") is not None
    assert requested() == []
    assert key_created("bob") is None


def test_an_existing_user_is_not_erased(erasing, bob):
    notify(PrincipalDeleted("bob"))
    assert requested() == []


def test_the_event_may_have_a_user_object(erasing, bob):
    gone = bob.getUser()
    api.portal.get_tool("acl_users").source_users.removeUser("bob")
    notify(PrincipalDeleted(gone))
    assert requested() == ["bob"]


def test_deleting_users_goes_on_without_a_site(portal, erasing):
    setSite(None)
    try:
        notify(PrincipalDeleted("bob"))
    finally:
        setSite(portal)
    assert requested() == []


def test_deleting_users_goes_on_after_uninstalling(bob, uninstall, caplog):
    uninstall()
    assert queryUtility(IActivityLog) is None
    api.user.delete(username="bob")
    assert api.user.get(userid="bob") is None
    assert [r for r in caplog.records if r.name.startswith(PACKAGE)] == []


def test_deleting_users_goes_on_when_the_request_fails(portal, erasing, bob, caplog):
    deprovision(portal, ERASURES)
    api.user.delete(username="bob")
    assert api.user.get(userid="bob") is None
    (record,) = [r for r in caplog.records if r.name.startswith(PACKAGE)]
    assert "erasure of the deleted user 'bob'" in record.getMessage()
    assert record.exc_info


def test_uninstalling_removes_the_requests(portal, uninstall):
    erasures.request_erasure("bob")
    uninstall()
    assert queryUtility(IAccumulator, name=ERASURES) is None
    api.addon.install(PACKAGE)
    assert requested() == []


# The job


def test_without_settings_and_requests_nothing_is_done(portal, diary, changed):
    before = changed[:]
    assert maintain(portal) == MaintenanceReport()
    # It is remembered, and nothing else.
    assert {type(obj).__name__ for obj in changed[len(before) :]} == {
        "OOBTree",
        "PersistentMapping",
    }
    assert actors(diary) == ["jane", "bob"] * 20


def test_retention_discards_by_age_and_number(portal, diary):
    setting("retention_days", 30)
    assert maintain(portal) == MaintenanceReport(discarded=8)
    assert actors(diary) == ["jane", "bob"] * 16
    setting("retention_entries", 20)
    assert maintain(portal) == MaintenanceReport(discarded=8)
    assert actors(diary) == ["jane", "bob"] * 12


def test_a_deleted_user_is_erased_and_the_request_removed(portal, diary, erasing, bob):
    api.user.delete(username="bob")
    ((_, pseudonym),) = erasures.erasure_requests()
    assert maintain(portal) == MaintenanceReport(people=1, changed=20)
    assert actors(diary) == ["jane", pseudonym] * 20
    assert requested() == []
    assert maintain(portal) == MaintenanceReport()


def test_two_users_get_two_pseudonyms(portal, diary):
    erasures.request_erasure("bob")
    erasures.request_erasure("jane")
    names = dict(erasures.erasure_requests())
    assert maintain(portal) == MaintenanceReport(people=2, changed=40)
    assert actors(diary) == [names["jane"], names["bob"]] * 20
    assert names["jane"] != names["bob"]


def test_two_requests_for_a_user_are_both_removed(portal, diary):
    erasures.request_erasure("bob")
    erasures.request_erasure("bob")
    assert maintain(portal) == MaintenanceReport(people=1, changed=20)
    assert len(set(actors(diary))) == 2
    assert requested() == []


def test_the_site_need_not_be_the_current_one(portal, diary):
    request("bob")
    setSite(None)
    try:
        assert maintain(portal) == MaintenanceReport(people=1, changed=20)
    finally:
        setSite(portal)
    assert "bob" not in actors(diary)


def test_progress_is_reported(portal, diary):
    erasures.request_erasure("bob")
    reports = []
    maintain(portal, lambda done, total: reports.append((done, total)))
    assert reports[-1] == (40, 40)


@pytest.mark.parametrize("steps", range(4))
def test_the_next_job_completes_an_interrupted_one(portal, diary, monkeypatch, steps):
    by_layer = partial(erase_all, batch=1)
    monkeypatch.setattr(maintenance, "erase_all", by_layer)
    erasures.request_erasure("bob")
    request("jane")
    names = dict(erasures.erasure_requests())
    with interrupted(after=steps) as progress:
        maintain(portal, progress)
    assert requested() == ["bob", "jane"]
    partly = actors(diary)
    assert partly[0] == names["jane"]
    maintain(portal)
    assert actors(diary) == [names["jane"], names["bob"]] * 20
    assert requested() == []


@pytest.mark.parametrize("when", ["begins", "ends"])
def test_a_user_deleted_meanwhile_waits_for_the_next_job(portal, diary, when):
    request("bob")
    reports = []

    def delete_jane(done, total):
        if not reports and (when == "begins" or done == total):
            reports.append((done, total))
            with elsewhere(portal):
                erasures.request_erasure("jane")

    assert maintain(portal, delete_jane).people == 1
    assert reports == [(16 if when == "begins" else 40, 40)]
    transaction.begin()
    assert requested() == ["jane"]
    assert maintain(portal) == MaintenanceReport(people=1, changed=20)
    assert not {"bob", "jane"} & set(actors(diary))


def test_users_wait_while_a_part_is_unreadable(portal, diary):
    diary.stack.push(b"9 from the future", diary.archive.addLayer)
    erasures.request_erasure("bob")
    assert maintain(portal) == MaintenanceReport(changed=20, waiting=1, indexed=1)
    assert requested() == ["bob"]


def test_conflicts_with_edits_are_retried(portal, diary, monkeypatch):
    setting("retention_days", 30)
    request("bob")
    conflicts = [TransientError, TransientError]

    def discard(log, **options):
        if conflicts:
            raise conflicts.pop()
        return 8

    monkeypatch.setattr(maintenance, "apply_retention", discard)
    assert maintain(portal).discarded == 8
    assert conflicts == []


# The view


def url(portal):
    return f"{portal.absolute_url()}/@@activity-maintenance"


def token(browser, portal):
    browser.open(f"{portal.absolute_url()}/@@authenticator/token")
    return browser.contents


@pytest.fixture
def post(portal):
    """Request the maintenance job in a browser, with the token of its user."""

    def post(browser):
        browser.post(url(portal), f"_authenticator={token(browser, portal)}")

    return post


def test_a_post_runs_the_job_and_returns_a_message(diary, manager, post):
    setting("retention_days", 30)
    request("bob")
    post(manager)
    assert manager.headers["Status"].startswith("200")
    assert manager.headers["Content-Type"].startswith("text/plain")
    assert manager.contents == "Change sets discarded: 8; users erased: 1."
    transaction.begin()
    assert len(diary) == 32
    assert "bob" not in actors(diary)


def test_a_post_with_nothing_to_do(diary, manager, post):
    post(manager)
    assert manager.contents == "There was nothing to do."


def test_a_post_reports_waiting_users(diary, manager, post):
    diary.stack.push(b"9 from the future", diary.archive.addLayer)
    request("bob")
    post(manager)
    assert manager.contents == (
        "Change sets discarded: 0; users still to be erased because part of the log cannot"
        " be read: 1. Layers indexed: 1."
    )


def test_a_post_reports_a_running_job(portal, diary, manager, post):
    request("bob")
    with locked(portal):
        post(manager)
    assert manager.headers["Status"].startswith("409")
    assert manager.contents == (
        f"Another maintenance job (process {os.getpid()} on {socket.gethostname()}) has been"
        " running since 2026-11-23 09:30 UTC, so this one has done nothing. Users to erase: 1."
    )
    assert requested() == ["bob"]


def test_a_post_that_fails_has_status_500(diary, manager, post, monkeypatch):
    def fail(*args, **options):
        raise OSError("No space left")

    monkeypatch.setattr(maintenance, "apply_retention", fail)
    request("bob")
    post(manager)
    assert manager.headers["Status"].startswith("500")
    assert manager.contents == (
        "Change sets discarded: 0; users erased: 1. An error occurred while"
        " discarding old changes. See the server log."
    )
    assert "bob" not in actors(diary)


def test_a_get_does_nothing_and_is_refused(portal, diary, manager):
    setting("retention_days", 30)
    request("bob")
    tid = portal._p_jar.db().lastTransaction()
    manager.open(f"{url(portal)}?_authenticator={token(manager, portal)}")
    assert manager.headers["Status"].startswith("405")
    assert manager.headers["Allow"] == "POST"
    assert manager.contents == "The maintenance job only accepts POST requests."
    transaction.begin()
    assert portal._p_jar.db().lastTransaction() == tid


@pytest.mark.parametrize("body", ["", "_authenticator=guessed"])
def test_a_post_without_a_valid_token_is_refused(portal, diary, manager, body):
    request("bob")
    manager.post(url(portal), body)
    assert manager.headers["Status"].startswith("403")
    transaction.begin()
    assert requested() == ["bob"]


@pytest.fixture
def as_mary(person, browse, post):
    """Request the maintenance job as Mary, who has one role."""

    def as_mary(role):
        person("mary", "", *filter(None, [role]))
        request("bob")
        browser = browse("/@@ok", "mary")
        post(browser)
        transaction.begin()
        return browser.contents

    return as_mary


@pytest.mark.parametrize("role", [None, "Editor"])
def test_it_takes_the_permission_to_manage_the_activity(as_mary, diary, role):
    answer = as_mary(role)
    assert "erased" not in answer
    assert "Insufficient Privileges" in answer
    assert requested() == ["bob"]
    assert "bob" in actors(diary)


def test_site_administrators_have_that_permission(as_mary, diary):
    answer = as_mary("Site Administrator")
    assert answer == "Change sets discarded: 0; users erased: 1."
    assert requested() == []
    assert "bob" not in actors(diary)


def test_the_view_is_gone_after_uninstalling(portal, manager, uninstall):
    uninstall()
    manager.post(url(portal), "")
    assert manager.headers["Status"].startswith("404")
