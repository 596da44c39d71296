"""The published activity page."""

from AccessControl.SecurityManagement import newSecurityManager
from AccessControl.users import UnrestrictedUser
from collective.appendonly.browser import page
from collective.appendonly.feed import FeedPage
from collective.appendonly.feed.cursor import to_cursor
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import Position
from collective.appendonly.log import STACK
from collective.appendonly.zcml.provisioning import deprovision
from lxml import html
from plone import api
from tests.product.layers import database_of
from tests.product.layers import site_with
from tests.product.people import acting
from tests.product.people import add_jane
from types import SimpleNamespace
from zope.component import getMultiAdapter
from zope.component import getUtility
from zope.lifecycleevent import modified

import pytest
import transaction


def text_of(contents):
    """Return the text of the page without the lines, the forms and the links to other formats."""
    [main] = html.fromstring(contents).cssselect("#content")
    aside = "ul.list-group, ul.list-inline, details, h2, #activity-news, footer"
    for element in main.cssselect(aside):
        element.drop_tree()
    return " ".join(main.text_content().split())


def fill(portal):
    add_jane()
    for number in range(45):
        with acting("jane"):
            api.content.create(portal, "Document", f"p{number}", title=f"P{number}")


functional = database_of(site_with(fill), needed_by="pages")


@pytest.fixture
def pages(portal):
    """45 pages created by Jane, one per transaction."""


def created(*numbers):
    return [f"Jane Miller created Page P{number}" for number in numbers]


@pytest.mark.large
def test_batches_cover_all_activity(pages, browse, lines, one_by_one):
    browser = browse("/@@activity", user="jane")
    assert text_of(browser.contents) == (
        "Activity Activity on this site, newest first. Older"
    )
    assert lines(browser.contents) == created(*range(44, 24, -1))
    browser.getLink("Older").click()
    assert lines(browser.contents) == created(*range(24, 4, -1))
    browser.getLink("Older").click()
    assert lines(browser.contents) == created(*range(4, -1, -1))
    assert text_of(browser.contents).endswith("newest first. Newer")
    browser.getLink("Newer").click()
    assert lines(browser.contents) == created(*range(24, 4, -1))
    assert text_of(browser.contents).endswith("newest first. Newer Older")
    browser.getLink("Newer").click()
    assert lines(browser.contents) == created(*range(44, 24, -1))


def test_new_activity_does_not_shift_batches(
    portal, pages, acting, browse, lines, one_by_one
):
    browser = browse("/@@activity", user="jane")
    with acting("jane"):
        api.content.delete(portal["p44"])
    browser.getLink("Older").click()
    assert lines(browser.contents) == created(*range(24, 4, -1))


def test_page_of_an_object(portal, jane, acting, browse, lines):
    with acting("jane"):
        garden = api.content.create(portal, "Folder", "garden", title="Garden")
    with acting("jane"):
        hours = api.content.create(garden, "Document", "hours", title="Hours & more")
    with acting("jane"):
        api.content.create(portal, "Document", "other", title="Other")
    browser = browse("/garden/@@activity", user="jane")
    assert lines(browser.contents) == [
        "Jane Miller created Page Hours & more",
        "Jane Miller created Folder Garden",
    ]
    assert text_of(browser.contents) == "Activity Activity in “Garden”, newest first."
    browser = browse("/garden/hours/@@activity", user="jane")
    assert lines(browser.contents) == ["Jane Miller created Page Hours & more"]
    assert text_of(browser.contents) == (
        "Activity Changes to “Hours & more”, newest first."
    )
    with acting("jane"):
        hours.title = ""
    browser = browse("/garden/hours/@@activity", user="jane")
    assert "Changes to “hours”" in text_of(browser.contents)


def test_list_and_form_have_few_line_breaks_between_tags(portal, jane, acting, browse):
    with acting("jane"):
        for name in ("Hall", "Shed"):
            api.content.create(portal, "Document", name.lower(), title=name)
    page = html.fromstring(browse("/@@activity", user="jane").contents)
    for part in page.cssselect("#activity-filters, #activity-list ul.list-group"):
        blank = len(part.xpath(".//text()[normalize-space() = '']"))
        assert blank < len(part.cssselect("*")) / 2
    # What a browser puts on lines of their own is not run together in the text.
    [line] = page.cssselect("#activity-list ul.list-group > li")
    assert (
        line.text_content().split()[:9]
        == "JM Jane Miller created 2 items Page Hall Page".split()
    )


@pytest.mark.parametrize(
    "name", ["activity", "activity-calendar", "activity-controlpanel"]
)
def test_anonymous_user_is_asked_to_log_in(portal, browse, name):
    browser = browse(f"/@@{name}")
    assert browser.url.startswith(f"{portal.absolute_url()}/login")


@pytest.mark.parametrize("name", ["activity", "activity-calendar"])
def test_no_page_on_site_without_add_on(mary, browse, uninstall, name):
    uninstall()
    assert browse(f"/@@{name}", user="mary").headers["status"] == "404 Not Found"


def test_view_permission_is_required(portal, mary, browse):
    portal.manage_permission("collective.appendonly: View activity", ["Manager"])
    transaction.commit()
    browser = browse("/@@activity", user="mary")
    assert "Insufficient Privileges" in browser.contents
    assert 'id="section-activity"' not in browse("", user="mary").contents


def test_empty_page_has_an_explanation(portal, mary, browse, monkeypatch):
    browser = browse("/@@activity", user="mary")
    assert text_of(browser.contents) == (
        "Activity Activity on this site, newest first."
        " No activity you can see here yet. This page lists content that is created, edited, moved, published or removed."
    )
    monkeypatch.setattr(page, "feed", lambda *_, **__: FeedPage(older="somewhere"))
    browser = browse("/@@activity", user="mary")
    assert text_of(browser.contents) == (
        "Activity Activity on this site, newest first."
        " No activity you can see in this period. There may be older activity. Show older activity"
    )
    assert browser.getLink("Show older activity").url == (
        f"{portal.absolute_url()}/@@activity?older=somewhere"
    )
    monkeypatch.setattr(page, "feed", lambda *_, **__: FeedPage(newer="somewhere"))
    browser = browse("/@@activity", user="mary")
    assert text_of(browser.contents) == (
        "Activity Activity on this site, newest first. No older activity. Newer"
    )


@pytest.mark.parametrize(
    "query",
    [
        "older=",
        "older=nonsense",
        "newer=nonsense",
        "older=%3Cscript%3E",
        "older=%00",
        "older=%FF",
        "older=%C3%BC",
        f"older={'A' * 5000}",
        "older=nonsense&older=nonsense",
        "older={valid}&older={valid}",
        "older={valid}&newer={valid}",
        "older:int=1",
        "older:list={valid}",
        "older.x:record={valid}",
        "older={foreign}",
        "newer={foreign}",
    ],
)
def test_invalid_cursor_returns_400_with_message(
    portal, jane, browse, lines, caplog, query
):
    api.content.create(portal, "Document", "page", title="Page")
    transaction.commit()
    here = getUtility(IActivityLog)
    cursors = {
        "valid": to_cursor(here, Position(0, 0)),
        "foreign": to_cursor(SimpleNamespace(epoch="0badcafe"), Position(0, 0)),
    }
    browser = browse("/@@activity?" + query.format(**cursors), user="jane")
    assert browser.headers["status"] == "400 Bad Request"
    assert text_of(browser.contents) == (
        "Activity Activity on this site, newest first."
        " This URL does not point to a position in the activity log. It may be incomplete, or belong to an earlier log of this site that no longer exists."
        " Show the newest activity"
    )
    assert "Traceback" not in browser.contents
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert portal.error_log.getLogEntries() == []
    browser.getLink("Show the newest activity").click()
    assert browser.headers["status"] == "200 OK"
    assert lines(browser.contents) == ["test_user_1_ created Page Page"]


def outputs(contents):
    """Return the links to other formats, with their URLs."""
    [nav] = html.fromstring(contents).cssselect("#content-core > nav:first-child")
    return {
        link.text_content().strip(): link.get("href") for link in nav.cssselect("a")
    }


@pytest.mark.whole_pages
def test_links_to_other_formats_keep_filters(portal, jane, mary, browse):
    here = portal.absolute_url()
    contents = browse("/@@activity?types=Document&text=a+b", user="jane").contents
    query = "types=Document&text=a+b"
    assert outputs(contents) == {
        "Calendar": f"{here}/@@activity-calendar?{query}",
        "Atom": f"{here}/@@activity.atom?{query}",
        "RSS": f"{here}/@@activity.rss?{query}",
        "CSV": f"{here}/@@activity-export?{query}&format=csv",
        "JSON Lines": f"{here}/@@activity-export?{query}&format=jsonl",
        "Personal feed URL": f"{here}/@@activity-addresses",
    }
    assert [
        (link.get("type"), link.get("href"))
        for link in html.fromstring(contents).cssselect("head link[href*='@@activity']")
    ] == [
        ("application/atom+xml", f"{here}/@@activity.atom?{query}"),
        ("application/rss+xml", f"{here}/@@activity.rss?{query}"),
    ]
    for url in outputs(contents).values():
        path = url.partition("/plone")[2]
        assert browse(path, user="jane").headers["status"] == "200 OK"


def test_only_permitted_formats_are_linked(portal, mary, browse, configure):
    export = "collective.appendonly: Export activity"
    portal.manage_permission(export, ["Manager"])
    configure(audience="everybody")
    assert list(outputs(browse("/@@activity", user="mary").contents)) == [
        "Calendar",
        "Atom",
        "RSS",
        "Personal feed URL",
    ]
    assert list(outputs(browse("/@@activity").contents)) == ["Calendar", "Atom", "RSS"]


def test_edit_links_to_version_comparison(portal, jane, mary, acting, browse):
    with acting("jane"):
        page_ = api.content.create(portal, "Document", "page", title="Page")
    for title in ("Page Two", "Page Three"):
        with acting("jane"):
            page_.title = title
            modified(page_)
    with acting("jane"):
        api.content.transition(page_, "publish")
    browser = browse("/@@activity", user="jane")
    [link] = html.fromstring(browser.contents).cssselect("a[aria-label^=Compare]")
    assert link.text == "Compare versions"
    assert link.get("aria-label") == "Compare versions of “Page Three”"
    browser.getLink("Compare versions").click()
    assert browser.headers["status"] == "200 OK"
    text = html.fromstring(browser.contents).text_content()
    assert "Page Three" in text
    # No link for readers without access to previous versions.
    assert "Compare versions" not in browse("/@@activity", user="mary").contents


def test_edits_of_several_pages_link_to_a_comparison_each(
    portal, jane, acting, browse, lines
):
    for name in ("one", "two"):
        with acting("jane"):
            api.content.create(portal, "Document", name, title=name)
    for name in ("one", "two"):
        with acting("jane"):
            portal[name].title = name.title()
            modified(portal[name])
    browser = browse("/@@activity", user="jane")
    assert lines(browser.contents)[0].startswith("Jane Miller edited 2 items Page Two")
    links = html.fromstring(browser.contents).cssselect("a[aria-label^=Compare]")
    assert [link.get("aria-label") for link in links] == [
        "Compare versions of “Two”",
        "Compare versions of “One”",
    ]
    for link in links:
        browser.open(link.get("href"))
        assert browser.headers["status"] == "200 OK"


def test_broken_log_is_reported_to_managers_only(portal, jane, person, browse):
    person("ada", "Ada Admin", "Manager")
    deprovision(portal, STACK)
    transaction.commit()
    managers = text_of(browse("/@@activity", user="ada").contents)
    assert managers == (
        "Activity Activity on this site, newest first."
        " The activity log cannot be read because part of it is missing from the database. Nothing is recorded until it is restored; editing is not affected. See the server log for details. Configure what is recorded and who can view it"
    )
    assert text_of(browse("/@@activity", user="jane").contents) == (
        "Activity Activity on this site, newest first."
        " No activity you can see here yet. This page lists content that is created, edited, moved, published or removed."
    )


def test_empty_page_links_managers_to_settings(portal, person, browse):
    person("ada", "Ada Admin", "Manager")
    browser = browse("/@@activity", user="ada")
    browser.getLink("Configure what is recorded and who can view it").click()
    assert browser.url == f"{portal.absolute_url()}/@@activity-controlpanel"
    assert browser.headers["status"] == "200 OK"


def test_emergency_user_sees_what_catalog_allows(
    portal, jane, acting, http_request, lines
):
    with acting("jane"):
        public = api.content.create(portal, "Document", "page", title="Page")
        api.content.create(portal, "Document", "private", title="Private")
        api.content.transition(public, "publish")
    emergency_user = UnrestrictedUser("emergency", "", ("manage",), [])
    newSecurityManager(None, emergency_user.__of__(portal.acl_users))
    view = getMultiAdapter((portal, http_request), name="activity")
    assert lines(view()) == ["Jane Miller created and published Page Page"]
