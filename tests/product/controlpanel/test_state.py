"""The state of the log, above the settings, and the button that checks it."""

from collective.appendonly.doctor import check
from collective.appendonly.doctor.check import LAST_CHECK
from collective.appendonly.doctor.provoking import Outcome
from collective.appendonly.doctor.provoking import Provoked
from collective.appendonly.recording import clock
from datetime import datetime
from datetime import timezone
from lxml import html
from zope.annotation.interfaces import IAnnotations

import pytest
import transaction


@pytest.fixture(autouse=True)
def now(monkeypatch):
    now = datetime(2026, 11, 25, 12, 0, tzinfo=timezone.utc)
    monkeypatch.setattr(clock, "utc_now", lambda: now)


def words(element):
    return " ".join(element.text_content().split())


def state(browser):
    """Return the summary, and verdict and title of each finding, in their order."""
    [section] = html.fromstring(browser.contents).cssselect("#activity-state")
    [summary] = section.cssselect("summary")
    return words(summary), [words(title) for title in section.cssselect("h3")]


def messages(browser):
    found = html.fromstring(browser.contents).cssselect(".portalMessage")
    return [words(message) for message in found]


def kept(portal):
    transaction.begin()
    return IAnnotations(portal).get(LAST_CHECK)


def test_it_is_told_worst_first_and_each_by_a_word(form):
    assert state(form.browser) == (
        "State of the log Warning There are 4 things to look at.",
        [
            "Warning Maintenance",
            "Warning Mail",
            "Unknown Edits at the same moment",
            "Unknown The stack, and the pace of edits",
            "Good The server of the database",
            "Good Stack and archive",
            "Good Version",
        ],
    )


def test_icons_say_nothing_that_the_words_do_not(form):
    page = html.fromstring(form.browser.contents)
    icons = page.cssselect("#activity-state .badge svg")
    assert len(icons) == 8
    assert [icon for icon in icons if icon.findtext(".//{*}title")] == []


def test_a_check_answers_with_what_it_found_and_is_kept(portal, form):
    browser = form.browser
    browser.getControl("Check now").click()
    assert browser.url == f"{portal.absolute_url()}/@@activity-controlpanel"
    [message] = messages(browser)
    assert message.endswith(
        "Two changes of the log at the same moment were merged when this was checked,"
        " Nov 25, 2026 12:00 PM."
    )
    assert "Good Edits at the same moment" in state(browser)[1]
    assert kept(portal)["outcome"] == "merged"


def test_what_is_bad_is_there_at_once(form, monkeypatch):
    refused = Provoked(Outcome.REFUSED, "process")
    monkeypatch.setattr(check, "provoke", lambda database: refused)
    form.browser.getControl("Check now").click()
    [message] = messages(form.browser)
    assert "Two changes of the log at the same moment conflicted" in message
    page = html.fromstring(form.browser.contents)
    assert page.cssselect("#activity-state[open]")
    assert state(form.browser)[1][0] == "Bad Edits at the same moment"


def test_a_check_that_fails_says_why_and_keeps_the_last_one(portal, form, monkeypatch):
    form.browser.getControl("Check now").click()
    before = kept(portal)
    failed = Provoked(Outcome.FAILED, "process", error="OSError: disk full")
    monkeypatch.setattr(check, "provoke", lambda database: failed)
    form.browser.getControl("Check now").click()
    [message] = messages(form.browser)
    assert message.endswith("could not be checked: OSError: disk full")
    assert kept(portal) == before


def test_without_the_token_of_the_page_nothing_is_checked(portal, form):
    form.browser.post(form.browser.url, "check=1")
    assert form.browser.headers["status"].startswith("403")
    assert kept(portal) is None


def test_a_link_checks_nothing(portal, ada, browse, changed):
    browse("/@@overview-controlpanel", ada)
    changed.clear()
    browser = browse("/@@activity-controlpanel?check=1", ada)
    assert browser.headers["status"] == "200 OK"
    assert messages(browser) == []
    assert changed == []
    assert kept(portal) is None


@pytest.mark.parametrize("roles", [None, [], ["Editor", "Reviewer", "Contributor"]])
def test_others_may_neither_see_it_nor_check(portal, person, browse, roles):
    user = None if roles is None else person("mary", *roles)
    browser = browse("/@@activity-controlpanel", user)
    assert "activity-state" not in browser.contents
    browser.post(f"{portal.absolute_url()}/@@activity-controlpanel", "check=1")
    assert "activity-state" not in browser.contents
    assert kept(portal) is None


def test_errors_are_no_markup(form, monkeypatch):
    failed = Provoked(Outcome.FAILED, "process", error="<script>alert(1)</script>")
    monkeypatch.setattr(check, "provoke", lambda database: failed)
    form.browser.getControl("Check now").click()
    assert "could not be checked" in form.browser.contents
    assert "<script>alert(1)" not in form.browser.contents
