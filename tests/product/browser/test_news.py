"""Polling for new activity."""

from collective.appendonly.browser.news import Poll
from lxml import html
from tests.product.feed.conftest import SECRET
from urllib.parse import parse_qs
from urllib.parse import unquote
from urllib.parse import urlsplit

import pytest


def poll_url(contents):
    """Return the URL that the page polls, None if it does not poll."""
    found = html.fromstring(contents).cssselect("#activity-news a[hidden]")
    assert len(found) < 2
    for element in found:
        assert element.get("class") == "pat-inject"
        assert element.get("data-pat-inject") == "trigger: autoload; delay: 30s"
        url, _, place = element.get("href").partition("#")
        assert place == "activity-news"
        return url
    return None


def text_of(contents):
    """Return the visible text."""
    [news] = html.fromstring(contents).cssselect("#activity-news")
    return " ".join(news.text_content().split())


@pytest.fixture
def poll(browse):
    """Return a browser with the response to the next poll of the page at a path."""

    def poll(path="/@@activity", user="jane", before=lambda: None):
        url = poll_url(browse(path, user=user).contents)
        before()
        return browse(url.partition("/plone")[2], user=user)

    return poll


def test_without_new_activity_polling_continues(garden, push, jane, poll, browse):
    push()
    browser = poll()
    assert browser.headers["status"] == "200 OK"
    assert browser.headers["cache-control"] == "private, no-store"
    assert text_of(browser.contents) == ""
    assert html.fromstring(browser.contents).cssselect("#portal-top") == []
    for _ in range(3):
        url = poll_url(browser.contents)
        assert urlsplit(url).path == "/plone/@@activity-news"
        browser = browse(url.partition("/plone")[2], user="jane")
        assert text_of(browser.contents) == ""


@pytest.mark.parametrize(
    "number, text",
    [
        (1, "1 new change"),
        (3, "3 new changes"),
        (99, "99 new changes"),
        (100, "More than 99 new changes"),
    ],
)
def test_new_changes_are_counted_and_linked(
    garden, push, jane, poll, lines, number, text
):
    push()

    def before():
        for times in range(number):
            push("garden", 30 * times, actions=("moved",))

    browser = poll(before=before)
    assert text_of(browser.contents) == text
    # The element no longer polls: it waits for a click.
    assert poll_url(browser.contents) is None
    [link] = html.fromstring(browser.contents).cssselect("a")
    assert link.get("class") == "btn btn-primary pat-inject"
    assert link.get("data-pat-inject") == (
        "source: #activity-list; target: #activity-list"
        " && source: #activity-news; target: #activity-news"
    )
    browser.getLink(text).click()
    assert browser.url == f"{garden.absolute_url()}/@@activity"
    assert lines(browser.contents)[0] == "Jane Miller moved Folder Garden"
    assert poll_url(browser.contents)


def test_invisible_changes_are_not_counted(garden, push, jane, mary, poll):
    push()

    def before():
        push(principals=SECRET)
        push("garden", actor="mary")

    assert text_of(poll(before=before).contents) == "1 new change"
    assert text_of(poll("/party/@@activity", before=before).contents) == ""
    path = "/@@activity?actor=jane"
    assert text_of(poll(path, before=before).contents) == ""
    path = "/@@activity?types=Folder&text=garden"
    browser = poll(path, before=before)
    assert text_of(browser.contents) == "1 new change"
    browser.getLink("1 new change").click()
    assert parse_qs(urlsplit(browser.url).query) == {
        "types": ["Folder"],
        "text": ["garden"],
    }


def test_only_first_batch_polls(garden, push, jane, browse):
    # Also for an empty log: otherwise it would reveal whether anything was recorded.
    assert poll_url(browse("/@@activity", user="jane").contents)
    for number in range(25):
        push("party", 30 * number, actions=("moved",))
    browser = browse("/@@activity", user="jane")
    assert poll_url(browser.contents)
    assert poll_url(browse("/@@activity?text=x", user="jane").contents)
    assert poll_url(browse("/@@activity?to=2026-11-23", user="jane").contents) is None
    browser.getLink("Older").click()
    assert poll_url(browser.contents) is None


@pytest.mark.whole_pages
def test_page_defines_fallbacks_for_failed_requests(garden, push, jane, browse):
    """Otherwise the pattern would reload the page at the next click anywhere in it."""
    push()
    page = html.fromstring(browse("/@@activity?text=%22%25%23", user="jane").contents)
    metadata = {
        meta.get("name"): meta.get("content")
        for meta in page.cssselect("head meta[name^=pat-inject-status]")
    }
    [polling] = page.cssselect("#activity-news a[hidden]")
    assert metadata == dict(Poll(polling.get("href").partition("#")[0]).fallbacks)
    for status in (0, 502, 503, 504):
        document, _, place = metadata[f"pat-inject-status-{status}"].rpartition("#")
        assert place == "activity-news"
        markup = unquote(document.removeprefix("data:text/html,"))
        [retry] = html.fromstring(markup).cssselect("#activity-news > a[hidden]")
        assert retry.get("href") == polling.get("href")
        assert retry.get("data-pat-inject") == "trigger: autoload; delay: 300s"
    for status in (401, 403, 404, 500):
        assert metadata[f"pat-inject-status-{status}"] == (
            'data:text/html,<p id="activity-news"></p>#activity-news'
        )


EARLIER = "This list belongs to an earlier log of this site that no longer exists."


@pytest.mark.parametrize(
    "query, text",
    [
        ("", EARLIER),
        ("latest=nonsense", EARLIER),
        ("latest=a&latest=b", EARLIER),
        ("latest:int=1", EARLIER),
        (
            "latest=x&from=never",
            "Enter a date such as 2026-11-23, or a time such as"
            " 2026-11-23T09:30:00+00:00.",
        ),
    ],
)
def test_invalid_polling_request_returns_400_with_message(
    garden, jane, browse, caplog, query, text
):
    browser = browse(f"/@@activity-news?{query}", user="jane")
    assert browser.headers["status"] == "400 Bad Request"
    assert text_of(browser.contents) == f"{text}Show the newest activity"
    assert poll_url(browser.contents) is None
    browser.getLink("Show the newest activity").click()
    assert browser.headers["status"] == "200 OK"
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert garden.error_log.getLogEntries() == []


def test_expired_session_stops_polling(garden, push, jane, browse):
    push()
    url = poll_url(browse("/@@activity", user="jane").contents)
    push()
    browser = browse(url.partition("/plone")[2])
    assert "/login" in browser.url
    assert html.fromstring(browser.contents).cssselect("#activity-news") == []


def test_polling_loads_one_record(garden, push, jane, browse, loaded):
    for number in range(40):
        push(minutes=number, actions=("moved",))
    url = poll_url(browse("/@@activity", user="jane").contents)
    records = loaded()
    assert text_of(browse(url.partition("/plone")[2], user="jane").contents) == ""
    # The record is the stack: the log itself has no state.
    assert sorted(records) == ["ActivityLog", "AppendStack"]
