"""What the activity page asks every half a minute, and what it is told."""

from collective.appendonly.browser.news import Poll
from lxml import html
from tests.product.feed.conftest import SECRET
from urllib.parse import parse_qs
from urllib.parse import unquote
from urllib.parse import urlsplit
from ZODB.Connection import Connection

import pytest
import transaction


def question(contents):
    """Return the address that the page will ask at, None if it won't."""
    found = html.fromstring(contents).cssselect("#activity-news a[hidden]")
    assert len(found) < 2
    for element in found:
        assert element.get("class") == "pat-inject"
        assert element.get("data-pat-inject") == "trigger: autoload; delay: 30s"
        url, _, place = element.get("href").partition("#")
        assert place == "activity-news"
        return url
    return None


def said(contents):
    """Return what a reader is told, without what is never shown."""
    [news] = html.fromstring(contents).cssselect("#activity-news")
    return " ".join(news.text_content().split())


@pytest.fixture
def ask(browse):
    """Return a browser that is told what the page at a path would be told now."""

    def ask(path="/@@activity", user="jane", before=lambda: None):
        url = question(browse(path, user=user).contents)
        before()
        return browse(url.partition("/plone")[2], user=user)

    return ask


def test_nothing_new_is_an_answer_that_asks_again(garden, push, jane, ask, browse):
    push()
    browser = ask()
    assert browser.headers["status"] == "200 OK"
    assert browser.headers["cache-control"] == "private, no-store"
    assert said(browser.contents) == ""
    assert html.fromstring(browser.contents).cssselect("#portal-top") == []
    for _ in range(3):
        url = question(browser.contents)
        assert urlsplit(url).path == "/plone/@@activity-news"
        browser = browse(url.partition("/plone")[2], user="jane")
        assert said(browser.contents) == ""


@pytest.mark.parametrize(
    "number, text",
    [
        (1, "1 new change"),
        (3, "3 new changes"),
        (99, "99 new changes"),
        (100, "More than 99 new changes"),
    ],
)
def test_what_is_new_is_counted_and_a_link_loads_it(
    garden, push, jane, ask, lines, number, text
):
    push()

    def before():
        for minutes in range(number):
            push("garden", minutes, actions=("moved",))

    browser = ask(before=before)
    assert said(browser.contents) == text
    # From now on it is the reader's turn.
    assert question(browser.contents) is None
    [link] = html.fromstring(browser.contents).cssselect("a")
    assert link.get("class") == "btn btn-primary pat-inject"
    assert link.get("data-pat-inject") == (
        "source: #activity-list; target: #activity-list"
        " && source: #activity-news; target: #activity-news"
    )
    browser.getLink(text).click()
    assert browser.url == f"{garden.absolute_url()}/@@activity"
    assert lines(browser.contents)[0] == "Jane Miller moved Folder Garden"
    assert question(browser.contents)


def test_what_one_may_not_see_is_no_news(garden, push, jane, mary, ask):
    push()

    def before():
        push(principals=SECRET)
        push("garden", actor="mary")

    assert said(ask(before=before).contents) == "1 new change"
    assert said(ask("/party/@@activity", before=before).contents) == ""
    path = "/@@activity?actor=jane"
    assert said(ask(path, before=before).contents) == ""
    path = "/@@activity?types=Folder&text=garden"
    browser = ask(path, before=before)
    assert said(browser.contents) == "1 new change"
    browser.getLink("1 new change").click()
    assert parse_qs(urlsplit(browser.url).query) == {
        "types": ["Folder"],
        "text": ["garden"],
    }


def test_only_a_first_page_asks_and_only_if_something_can_come(
    garden, push, jane, browse
):
    # Also of an empty log: or it would tell whether anything was ever recorded.
    assert question(browse("/@@activity", user="jane").contents)
    for number in range(25):
        push("party", number, actions=("moved",))
    browser = browse("/@@activity", user="jane")
    assert question(browser.contents)
    assert question(browse("/@@activity?text=x", user="jane").contents)
    assert question(browse("/@@activity?to=2026-11-23", user="jane").contents) is None
    browser.getLink("Older").click()
    assert question(browser.contents) is None


def test_the_page_knows_what_to_do_without_an_answer(garden, push, jane, browse):
    """Or the pattern would reload the page at the next click anywhere in it."""
    push()
    page = html.fromstring(browse("/@@activity?text=%22%25%23", user="jane").contents)
    metadata = {
        meta.get("name"): meta.get("content")
        for meta in page.cssselect("head meta[name^=pat-inject-status]")
    }
    [asking] = page.cssselect("#activity-news a[hidden]")
    assert metadata == dict(Poll(asking.get("href").partition("#")[0]).otherwise)
    for status in (0, 502, 503, 504):
        document, _, place = metadata[f"pat-inject-status-{status}"].rpartition("#")
        assert place == "activity-news"
        markup = unquote(document.removeprefix("data:text/html,"))
        [again] = html.fromstring(markup).cssselect("#activity-news > a[hidden]")
        assert again.get("href") == asking.get("href")
        assert again.get("data-pat-inject") == "trigger: autoload; delay: 300s"
    for status in (401, 403, 404, 500):
        assert metadata[f"pat-inject-status-{status}"] == (
            'data:text/html,<p id="activity-news"></p>#activity-news'
        )


@pytest.mark.parametrize(
    "query, text",
    [
        ("", "The list is of an earlier log of this site, which is gone."),
        (
            "latest=nonsense",
            "The list is of an earlier log of this site, which is gone.",
        ),
        (
            "latest=a&latest=b",
            "The list is of an earlier log of this site, which is gone.",
        ),
        ("latest:int=1", "The list is of an earlier log of this site, which is gone."),
        (
            "latest=x&from=never",
            "Give a day as 2026-11-23, or a time as 2026-11-23T09:30:00+00:00.",
        ),
    ],
)
def test_a_question_that_is_none_is_answered_by_400_and_a_sentence(
    garden, jane, browse, caplog, query, text
):
    browser = browse(f"/@@activity-news?{query}", user="jane")
    assert browser.headers["status"] == "400 Bad Request"
    assert said(browser.contents) == f"{text}See the newest activity"
    assert question(browser.contents) is None
    browser.getLink("See the newest activity").click()
    assert browser.headers["status"] == "200 OK"
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert garden.error_log.getLogEntries() == []


def test_whose_session_ended_is_told_nothing_and_asks_no_more(
    garden, push, jane, browse
):
    push()
    url = question(browse("/@@activity", user="jane").contents)
    push()
    browser = browse(url.partition("/plone")[2])
    assert "/login" in browser.url
    assert html.fromstring(browser.contents).cssselect("#activity-news") == []


def test_one_record_of_the_log_is_loaded_when_nothing_happened(
    garden, push, jane, browse, functional, monkeypatch
):
    for number in range(40):
        push(minutes=number, actions=("moved",))
    url = question(browse("/@@activity", user="jane").contents)
    transaction.commit()
    functional["zodbDB"].cacheMinimize()
    loaded = []
    setstate = Connection.setstate

    def noticing(self, obj):
        if type(obj).__module__.startswith("collective.appendonly."):
            loaded.append(type(obj).__name__)
        setstate(self, obj)

    monkeypatch.setattr(Connection, "setstate", noticing)
    assert said(browse(url.partition("/plone")[2], user="jane").contents) == ""
    # The one record is the stack: the log itself is but a name.
    assert sorted(loaded) == ["ActivityLog", "AppendStack"]
