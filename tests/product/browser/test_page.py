"""The activity page, as it comes out of the publisher."""

from AccessControl.SecurityManagement import newSecurityManager
from AccessControl.users import UnrestrictedUser
from collective.appendonly.browser import page
from collective.appendonly.feed import FeedPage
from collective.appendonly.feed.cursor import to_cursor
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import Position
from lxml import html
from plone import api
from types import SimpleNamespace
from zope.component import getMultiAdapter
from zope.component import getUtility

import pytest
import transaction


def said(contents):
    """Return the text of the page's content, without the lines."""
    [main] = html.fromstring(contents).cssselect("#content")
    for element in main.cssselect("ul.list-group, footer"):
        element.drop_tree()
    return " ".join(main.text_content().split())


@pytest.fixture
def pages(portal, jane, acting):
    """45 pages that Jane made one after the other."""
    for number in range(45):
        with acting("jane"):
            api.content.create(portal, "Document", f"p{number}", title=f"P{number}")


def created(*numbers):
    return [f"Jane Miller created Page P{number}" for number in numbers]


def test_it_tells_the_whole_story_leaf_by_leaf(pages, browse, lines):
    browser = browse("/@@activity", user="jane")
    assert said(browser.contents) == (
        "Activity What happened on this site, newest first. Older"
    )
    assert lines(browser.contents) == created(*range(44, 24, -1))
    browser.getLink("Older").click()
    assert lines(browser.contents) == created(*range(24, 4, -1))
    browser.getLink("Older").click()
    assert lines(browser.contents) == created(*range(4, -1, -1))
    assert said(browser.contents).endswith("newest first. Newer")
    browser.getLink("Newer").click()
    assert lines(browser.contents) == created(*range(24, 4, -1))
    assert said(browser.contents).endswith("newest first. Newer Older")
    browser.getLink("Newer").click()
    assert lines(browser.contents) == created(*range(44, 24, -1))


def test_what_happens_meanwhile_moves_no_page(portal, pages, acting, browse, lines):
    browser = browse("/@@activity", user="jane")
    with acting("jane"):
        api.content.delete(portal["p44"])
    browser.getLink("Older").click()
    assert lines(browser.contents) == created(*range(24, 4, -1))


def test_each_object_has_its_own(portal, jane, acting, browse, lines):
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
    assert said(browser.contents) == "Activity What happened in “Garden”, newest first."
    browser = browse("/garden/hours/@@activity", user="jane")
    assert lines(browser.contents) == ["Jane Miller created Page Hours & more"]
    assert said(browser.contents) == (
        "Activity What happened to “Hours & more”, newest first."
    )
    with acting("jane"):
        hours.title = ""
    browser = browse("/garden/hours/@@activity", user="jane")
    assert "What happened to “hours”" in said(browser.contents)


def test_a_visitor_is_asked_to_log_in(portal, browse):
    browser = browse("/@@activity")
    assert browser.url.startswith(f"{portal.absolute_url()}/login")


def test_a_site_without_the_add_on_has_no_such_page(portal, mary, browse):
    portal.portal_setup.runAllImportStepsFromProfile("collective.appendonly:uninstall")
    transaction.commit()
    assert browse("/@@activity", user="mary").headers["status"] == "404 Not Found"


def test_the_permission_decides(portal, mary, browse):
    portal.manage_permission("collective.appendonly: View activity", ["Manager"])
    transaction.commit()
    browser = browse("/@@activity", user="mary")
    assert "Insufficient Privileges" in browser.contents
    assert 'id="section-activity"' not in browse("", user="mary").contents


def test_an_empty_page_says_why(portal, mary, browse, monkeypatch):
    browser = browse("/@@activity", user="mary")
    assert said(browser.contents) == (
        "Activity What happened on this site, newest first."
        " Nothing has happened here yet that you may see. As soon as somebody creates,"
        " edits, moves, publishes or removes something, it is listed on this page."
    )
    monkeypatch.setattr(page, "feed", lambda *_, **__: FeedPage(older="somewhere"))
    browser = browse("/@@activity", user="mary")
    assert said(browser.contents) == (
        "Activity What happened on this site, newest first."
        " Nothing that you may see happened in this stretch of time. There may be"
        " something further back. Look further back"
    )
    assert browser.getLink("Look further back").url == (
        f"{portal.absolute_url()}/@@activity?older=somewhere"
    )
    monkeypatch.setattr(page, "feed", lambda *_, **__: FeedPage(newer="somewhere"))
    browser = browse("/@@activity", user="mary")
    assert said(browser.contents) == (
        "Activity What happened on this site, newest first."
        " There is nothing further back. Newer"
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
def test_a_cursor_that_is_none_is_answered_by_400_and_a_sentence(
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
    assert said(browser.contents) == (
        "Activity What happened on this site, newest first."
        " This address does not lead to a place in the activity log. It may be"
        " incomplete, or belong to an earlier log of this site, which is gone."
        " See the newest activity"
    )
    assert "Traceback" not in browser.contents
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert portal.error_log.getLogEntries() == []
    browser.getLink("See the newest activity").click()
    assert browser.headers["status"] == "200 OK"
    assert lines(browser.contents) == ["test_user_1_ created Page Page"]


def test_the_emergency_user_sees_what_the_catalog_has_for_it(
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
