"""Members save filters as bookmarks, and find them on *My activity*."""

from collective.appendonly.feed import Filters
from collective.appendonly.feed.saved import filters_of
from collective.appendonly.feed.saved import MOST
from collective.appendonly.feed.saved import save_filter
from datetime import timezone
from lxml import html
from plone import api
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from urllib.parse import urlencode

import pytest
import transaction


HOURS = "Mary Member edited Page Hours"


@pytest.fixture
def story(garden, push, jane, mary):
    """A change by Jane, and one by Mary."""
    push("party", 0)
    push("garden/hours", 10, actor="mary")
    return garden


def saved(user="mary"):
    transaction.begin()
    return [tuple(each) for each in filters_of(user)]


def message(browser):
    found = html.fromstring(browser.contents).cssselect(".portalMessage")
    return " ".join(found[0].text_content().split()).partition("_mtype_")[2]


def listed(browser):
    """Return the saved filters on the page, with their URLs."""
    rows = html.fromstring(browser.contents).cssselect("#saved-filters li")
    return {
        " ".join(row.cssselect("div")[0].text_content().split()): [
            link.get("href") for link in row.cssselect("a")
        ]
        for row in rows
    }


def save(browser, name, **others):
    form = browser.getForm(action="@@activity-filter$")
    for field, value in {"name": name, **others}.items():
        form.getControl(name=field).value = value
    form.submit()


def test_save_open_and_remove_a_filter(story, browse, lines):
    browser = browse("/garden/@@activity?actor=mary&types=Document", "mary")
    save(browser, "Pages by me")
    url = f"{story.absolute_url()}/garden/@@activity?actor=mary&types=Document"
    assert browser.url == url
    assert message(browser) == (
        "info Info: Filter saved. You can find it under My activity."
    )
    uid = api.content.get_uuid(story["garden"])
    assert saved() == [("Pages by me", uid, "actor=mary&types=Document")]
    browser = browse("/@@my-activity", "mary")
    assert listed(browser) == {"Pages by me Garden": [url]}
    browser.getLink("Pages by me").click()
    assert lines(browser.contents) == [HOURS]
    browser = browse("/@@my-activity", "mary")
    browser.getControl("Remove: Pages by me").click()
    assert browser.url == f"{story.absolute_url()}/@@my-activity"
    assert message(browser) == "info Info: Filter removed."
    assert listed(browser) == {}
    assert saved() == []


def test_they_are_listed_by_name_and_belong_to_one_user(story, browse):
    for path, name in [
        ("/@@activity?by=others", "Others"),
        ("/@@my-activity?types=Document", "my pages"),
        ("/party/@@activity?from=2026-11-01&text=%C3%BC", "Ü"),
    ]:
        save(browse(path, "mary"), name)
    here = story.absolute_url()
    assert listed(browse("/@@my-activity", "mary")) == {
        "my pages The whole site": [f"{here}/@@activity?actor=mary&types=Document"],
        "Others The whole site": [f"{here}/@@activity?by=others"],
        "Ü Party": [f"{here}/party/@@activity?from=2026-11-01&text=%C3%BC"],
    }
    assert listed(browse("/@@my-activity", "jane")) == {}
    assert "saved filters" not in browse("/@@my-activity", "jane").contents


def test_the_same_name_replaces_the_filter(story, browse):
    save(browse("/@@activity?by=others", "mary"), "Mine")
    save(browse("/@@activity?actor=mary", "mary"), " Mine ")
    assert saved() == [("Mine", "", "actor=mary")]


def test_a_name_is_one_line(story, acting, browse):
    """A browser would send other line ends, and Remove would not find it."""
    with acting("mary"):
        name = "My\n pages\u2028\tand\r\nfiles"
        save_filter(story, name, Filters(others=True), timezone.utc)
    assert saved() == [("My pages and files", "", "by=others")]
    browser = browse("/@@my-activity", "mary")
    browser.getControl("Remove: My pages and files").click()
    assert saved() == []


def test_what_the_page_refuses_is_not_saved(story, browse, configure):
    story.manage_permission("List portal members", ["Manager"])
    configure(people_pages=True)
    browser = browse("/@@activity?actor=jane", "mary")
    configure(people_pages=False)
    save(browser, "Jane")
    assert message(browser) == "error Error: You are not allowed to filter by user."
    assert saved() == []


def test_without_filters_there_is_nothing_to_save(story, browse):
    for path in (
        "/@@activity",
        "/@@activity?b_size=50",
        "/@@my-activity",
        "/@@activity?from=never",
        "/@@activity-calendar?types=Document",
    ):
        assert "activity-save-filter" not in browse(path, "mary").contents
    browser = browse("/@@activity?by=others", "mary")
    save(browser, "x", by="")
    assert message(browser) == "error Error: You cannot save filters here."
    assert saved() == []


def test_what_the_page_would_refuse_is_not_saved(story, browse):
    browser = browse("/@@activity?types=Document", "mary")
    save(browser, "x", types="document")
    assert message(browser) == "error Error: Unknown content type: document"
    assert saved() == []


@pytest.mark.parametrize("name", ["", "x" * 101])
def test_a_name_that_cannot_be_used_is_refused(story, browse, name):
    browser = browse("/@@activity?by=others", "mary")
    save(browser, name)
    assert message(browser) == "error Error: Enter a name of at most 100 characters."
    assert browser.url.endswith("/@@activity?by=others")
    assert saved() == []


def test_so_many_and_no_more(story, browse, acting):
    with acting("mary"):
        for number in range(MOST):
            name = f"Filter {number:02}"
            save_filter(story, name, Filters(others=True), timezone.utc)
    browser = browse("/@@activity?by=others", "mary")
    save(browser, "One more")
    assert message(browser) == (
        "error Error: You can save up to 20 filters. Remove one first."
    )
    assert [name for name, *_ in saved()] == [f"Filter {n:02}" for n in range(MOST)]
    # One of them can still be changed.
    save(browse("/@@activity?actor=mary", "mary"), "Filter 07")
    assert saved()[7] == ("Filter 07", "", "actor=mary")


def test_a_place_that_is_gone_or_hidden_has_no_link(story, browse):
    save(browse("/garden/@@activity?by=others", "mary"), "A")
    save(browse("/party/@@activity?by=others", "mary"), "B")
    api.content.transition(story["garden"], "retract")
    api.content.delete(story["party"])
    transaction.commit()
    gone = "Content that no longer exists or that you cannot view"
    browser = browse("/@@my-activity", "mary")
    assert listed(browser) == {f"A {gone}": [], f"B {gone}": []}
    assert "Garden" not in browser.contents
    browser.getControl("Remove: A").click()
    assert list(listed(browser)) == [f"B {gone}"]


def test_a_filter_follows_its_folder(story, browse):
    save(browse("/garden/@@activity?by=others", "mary"), "A")
    api.content.rename(story["garden"], "park")
    transaction.commit()
    [[url]] = listed(browse("/@@my-activity", "mary")).values()
    assert url == f"{story.absolute_url()}/park/@@activity?by=others"


def test_names_are_escaped(story, browse):
    save(browse("/@@activity?by=others", "mary"), "<b>&amp;\u202e</b>")
    browser = browse("/@@my-activity", "mary")
    assert list(listed(browser)) == ["<b>&amp;</b> The whole site"]
    browser.getControl("Remove: <b>&amp;</b>").click()
    assert saved() == []


@pytest.fixture
def post(portal, browse):
    """Send a form without looking at the page first."""

    def post(path, user=None, **fields):
        browser = browse("/@@ok", user)
        browser.followRedirects = False
        browser.post(f"{portal.absolute_url()}{path}", urlencode(fields))
        return browser

    return post


@pytest.mark.parametrize("path", ["/@@activity-filter", "/@@activity-filter-remove"])
def test_a_form_from_elsewhere_changes_nothing(story, post, browse, path):
    save(browse("/@@activity?by=others", "mary"), "A")
    before = saved()
    post(path, "mary", name="A", actor="jane")
    assert saved() == before != []


@pytest.mark.parametrize("path", ["/@@activity-filter", "/@@activity-filter-remove"])
def test_anonymous_users_are_asked_to_log_in(story, post, configure, path):
    configure(audience="everybody")
    browser = post(path, name="A", by="others")
    assert "login" in browser.headers["location"]


@pytest.mark.parametrize("path", ["/@@activity-filter", "/@@activity-filter-remove"])
def test_a_get_changes_nothing(story, browse, changed, path):
    save(browse("/@@activity?by=others", "mary"), "A")
    changed.clear()
    browse(f"{path}?name=A&actor=jane", "mary")
    assert changed == []
    assert saved() == [("A", "", "by=others")]


def test_users_of_the_zope_root_and_those_without_access_save_nothing(
    story, browse, configure
):
    browser = browse(
        "/@@activity?by=others", SITE_OWNER_NAME, password=SITE_OWNER_PASSWORD
    )
    assert "activity-save-filter" not in browser.contents
    browser = browse("/@@activity?by=others", "mary")
    configure(audience="nobody")
    save(browser, "A")
    assert saved() == []
