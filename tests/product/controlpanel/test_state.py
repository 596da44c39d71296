"""The status of the log in the control panel, and the button for a check."""

from collective.appendonly.operations.doctor import conflict_test
from collective.appendonly.operations.doctor import window
from collective.appendonly.operations.doctor.conflict_test import ConflictTest
from collective.appendonly.operations.doctor.conflict_test import LAST_CHECK
from collective.appendonly.operations.doctor.conflict_test import Outcome
from lxml import html
from tests.product.operations.doctor.conftest import now
from zope.annotation.interfaces import IAnnotations

import pytest
import transaction


__all__ = ["now"]


def words(element):
    return " ".join(element.text_content().split())


def state(browser):
    """Return the summary, and status and title of each finding, in order."""
    [section] = html.fromstring(browser.contents).cssselect("#activity-state")
    [summary] = section.cssselect("summary")
    return words(summary), [words(title) for title in section.cssselect("h3")]


def messages(browser):
    found = html.fromstring(browser.contents).cssselect(".portalMessage")
    return [words(message) for message in found]


def stored(portal):
    transaction.begin()
    return IAnnotations(portal).get(LAST_CHECK)


NEW_SITE = [
    "Unknown Concurrent edits",
    "Unknown Stack size and edit rate",
    "Good Database server",
    "Good Stack and archive",
    "Good Search",
    "Good Maintenance",
    "Good Version",
    "Good Email",
]


def test_a_new_site_has_no_problems(form):
    assert state(form.browser) == ("Log status Good No problems found.", NEW_SITE)


def test_findings_that_need_attention_come_first(ada, browse, configure):
    configure(retention_days=30)
    maintenance = "Good Maintenance"
    assert state(browse("/@@activity-controlpanel", ada)) == (
        "Log status Warning One finding needs attention.",
        ["Warning Maintenance", *(title for title in NEW_SITE if title != maintenance)],
    )


def test_a_check_that_fails_needs_attention(ada, browse, monkeypatch):
    monkeypatch.delattr(window, "_newest")
    summary, [first, *_] = state(browse("/@@activity-controlpanel", ada))
    assert summary == "Log status Unknown One finding needs attention."
    assert first == "Unknown Check failed: window"


def test_icons_are_decorative(form):
    page = html.fromstring(form.browser.contents)
    icons = page.cssselect("#activity-state .badge svg")
    assert len(icons) == 9
    assert [icon for icon in icons if icon.findtext(".//{*}title")] == []


def test_result_of_check_is_shown_and_stored(portal, form):
    browser = form.browser
    browser.getControl("Check now").click()
    assert browser.url == f"{portal.absolute_url()}/@@activity-controlpanel"
    [message] = messages(browser)
    assert message.endswith(
        "At the last check (Nov 25, 2026 12:00 PM), two concurrent changes to the log were"
        " merged."
    )
    assert "Good Concurrent edits" in state(browser)[1]
    assert stored(portal)["outcome"] == "merged"


def test_status_is_unfolded_if_bad(form, monkeypatch):
    refused = ConflictTest(Outcome.REFUSED, "process")
    monkeypatch.setattr(conflict_test, "provoke_conflicts", lambda database: refused)
    form.browser.getControl("Check now").click()
    [message] = messages(form.browser)
    assert "two concurrent changes to the log conflicted" in message
    page = html.fromstring(form.browser.contents)
    assert page.cssselect("#activity-state[open]")
    assert state(form.browser)[1][0] == "Bad Concurrent edits"


def test_failed_check_is_reported_and_keeps_last_result(portal, form, monkeypatch):
    form.browser.getControl("Check now").click()
    before = stored(portal)
    failed = ConflictTest(Outcome.FAILED, "process", error="OSError: disk full")
    monkeypatch.setattr(conflict_test, "provoke_conflicts", lambda database: failed)
    form.browser.getControl("Check now").click()
    [message] = messages(form.browser)
    assert message.endswith("edits are merged: OSError: disk full")
    assert stored(portal) == before


def test_check_requires_token(portal, form):
    form.browser.post(form.browser.url, "check=1")
    assert form.browser.headers["status"].startswith("403")
    assert stored(portal) is None


def test_get_does_not_check(portal, ada, browse, changed):
    browse("/@@overview-controlpanel", ada)
    changed.clear()
    browser = browse("/@@activity-controlpanel?check=1", ada)
    assert browser.headers["status"] == "200 OK"
    assert messages(browser) == []
    assert changed == []
    assert stored(portal) is None


@pytest.mark.parametrize("roles", [None, [], ["Editor", "Reviewer", "Contributor"]])
def test_status_and_check_require_manage_permission(portal, person, browse, roles):
    user = None if roles is None else person("mary", *roles)
    browser = browse("/@@activity-controlpanel", user)
    assert "activity-state" not in browser.contents
    browser.post(f"{portal.absolute_url()}/@@activity-controlpanel", "check=1")
    assert "activity-state" not in browser.contents
    assert stored(portal) is None


def test_error_messages_are_escaped(form, monkeypatch):
    failed = ConflictTest(Outcome.FAILED, "process", error="<script>alert(1)</script>")
    monkeypatch.setattr(conflict_test, "provoke_conflicts", lambda database: failed)
    form.browser.getControl("Check now").click()
    assert "could not be checked" in form.browser.contents
    assert "<script>alert(1)" not in form.browser.contents
