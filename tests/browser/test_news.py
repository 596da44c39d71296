"""The page polls for new activity and adds it to the list on request, without a reload."""

from collective.appendonly.browser import news
from collective.appendonly.feed import items
from datetime import timedelta
from playwright.sync_api import expect
from plone import api
from tests.browser.people import log_in
from tests.product.people import acting
from tests.product.people import add_person

import pytest


pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def short_interval(monkeypatch):
    """Poll five times a second. The server runs in this process."""
    monkeypatch.setattr(news, "INTERVAL", 0.2)
    monkeypatch.setattr(news, "INTERVAL_AFTER_FAILURE", 0.2)


@pytest.fixture(autouse=True)
def one_by_one(monkeypatch):
    """List pages that are created within a moment on lines of their own."""
    monkeypatch.setattr(items, "NEAR", timedelta(-1))


@pytest.fixture
def jane(portal):
    add_person("jane", "Jane Miller", "Manager")
    add(portal, "Opening hours")


def add(portal, *titles):
    for title in titles:
        with acting("jane"):
            api.content.create(portal, "Document", title=title)


@pytest.fixture
def problems(page):
    """The JavaScript errors on the page."""
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    return problems


@pytest.fixture
def responses(page):
    """The responses to polling requests."""
    responses = []
    page.on(
        "response",
        lambda answer: "@@activity-news" in answer.url and responses.append(answer),
    )
    return responses


def sentences(page):
    return page.locator("#activity-list li.list-group-item > div > p:first-child")


def test_a_reader_adds_new_changes_with_the_keyboard(
    portal, jane, page, address, problems
):
    log_in(page, address, "jane")
    page.goto(f"{address}/@@activity")
    page.get_by_text("Filter", exact=True).click()
    words = page.get_by_label("Words in the title")
    words.fill("half a wo")
    visits = page.evaluate("history.length")
    # The page polls repeatedly while the reader types.
    with page.expect_response("**/@@activity-news*"):
        pass
    with page.expect_response("**/@@activity-news*"):
        pass
    expect(words).to_be_focused()
    expect(page.locator("#activity-news[role=status]")).to_have_text("")

    waiting = []
    page.route("**/@@activity-news*", lambda route: waiting.append(route))
    with page.expect_request("**/@@activity-news*"):
        pass
    add(portal, "Fees", "Pond", "Compost")
    page.unroute("**/@@activity-news*")
    for request in waiting:
        request.continue_()
    button = page.locator("#activity-news[role=status]").get_by_role("link")
    expect(button).to_have_text("3 new changes")
    expect(words).to_be_focused()
    # Polling stops until the reader loads the changes.
    expect(page.locator("#activity-news a[hidden]")).to_have_count(0)
    expect(sentences(page)).to_have_text(["Jane Miller created Page Opening hours"])
    add(portal, "Tools")

    button.focus()
    page.keyboard.press("Enter")
    expect(sentences(page)).to_have_text(
        [
            f"Jane Miller created Page {title}"
            for title in ("Tools", "Compost", "Pond", "Fees", "Opening hours")
        ]
    )
    expect(button).to_have_count(0)
    # Tab moves the focus to the list.
    page.keyboard.press("Tab")
    expect(page.locator("#activity-list a").first).to_be_focused()
    assert page.url == f"{address}/@@activity"
    assert page.evaluate("history.length") == visits
    expect(words).to_have_value("half a wo")

    # Polling continues.
    with page.expect_response("**/@@activity-news*"):
        pass
    add(portal, "Shed")
    expect(button).to_have_text("1 new change")
    assert problems == []


def test_polling_continues_after_a_server_error_and_no_click_reloads_the_page(
    portal, jane, page, address, problems
):
    log_in(page, address, "jane")
    page.goto(f"{address}/@@activity")
    failed = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.route("**/@@activity-news*", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        pass
    with page.expect_event("requestfailed"):
        pass
    page.evaluate("window.isTheSamePage = true")
    page.get_by_role("heading", level=1).click()
    page.route("**/@@activity-news*", lambda route: route.fulfill(status=503))
    with page.expect_response(lambda answer: answer.status == 503):
        pass
    page.get_by_role("heading", level=1).click()
    page.unroute("**/@@activity-news*")
    add(portal, "Fees")
    expect(page.locator("#activity-news[role=status]")).to_have_text("1 new change")
    assert page.evaluate("window.isTheSamePage")
    assert problems == []


def test_polling_stops_when_the_session_has_ended(
    portal, jane, page, address, problems, responses
):
    log_in(page, address, "jane")
    page.clock.install()
    page.goto(f"{address}/@@activity")
    with page.expect_response("**/@@activity-news*"):
        pass
    page.context.clear_cookies()
    with page.expect_response(lambda answer: "/login?" in answer.url):
        pass
    asked = len(responses)
    page.evaluate("window.isTheSamePage = true")
    page.get_by_role("heading", level=1).click()
    add(portal, "Fees")
    page.clock.run_for("10:00")
    assert len(responses) == asked
    expect(page.get_by_role("heading", level=1)).to_have_text("Activity")
    expect(page.locator("#activity-news[role=status]")).to_have_text("")
    assert page.evaluate("window.isTheSamePage")
    assert problems == []


def test_a_reader_filters_the_activity_without_javascript(
    portal, jane, open_page, address
):
    add(portal, "Fees")
    page = open_page(java_script_enabled=False)
    log_in(page, address, "jane")
    page.goto(f"{address}/@@activity")
    expect(sentences(page)).to_have_count(2)
    expect(page.locator("#activity-news a")).to_be_hidden()
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Words in the title").fill("fees")
    page.get_by_role("button", name="Apply").click()
    expect(sentences(page)).to_have_text(["Jane Miller created Page Fees"])
    page.get_by_role("link", name="Clear filters").click()
    expect(sentences(page)).to_have_count(2)
