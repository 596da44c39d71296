"""Activity about comments, users and groups on the activity page."""

from collective.appendonly.interfaces import SETTINGS_PREFIX
from lxml import html
from plone import api
from plone.app.discussion.interfaces import IConversation
from plone.app.testing import applyProfile
from zope.component import createObject

import pytest
import transaction


def urls(contents):
    """Return the URL that each line links to, None without a link."""
    listed = html.fromstring(contents).cssselect("li.list-group-item")
    # Without the link of the actor.
    links = [line.cssselect("a:not([href*='?actor='])") for line in listed]
    return [found[0].get("href") if found else None for found in links]


def icons(contents, kind):
    """Return the classes of the icons of *kind*, "User" or "Group"."""
    found = html.fromstring(contents).cssselect(f"span[title={kind}] svg")
    return {" ".join(sorted(icon.classes)) for icon in found}


@pytest.mark.whole_pages
def test_line_links_to_comment(portal, jane, acting, browse, lines):
    applyProfile(portal, "plone.app.discussion:default")
    with acting("jane"):
        page = api.content.create(portal, "Document", "party", title="Party")
    with acting("jane"):
        comment = createObject("plone.Comment")
        comment.creator, comment.text = "jane", "Shall we dance?"
        number = IConversation(page).addComment(comment)
    browser = browse("/@@activity", user="jane")
    assert lines(browser.contents)[0] == "Jane Miller commented on Page Party"
    url, _ = urls(browser.contents)
    assert url == f"{page.absolute_url()}#{number}"
    browser.open(url)
    [element] = html.fromstring(browser.contents).cssselect(f"[id='{number}']")
    assert "Shall we dance?" in element.text_content()


def test_icons_of_users_and_groups(portal, person, acting, browse, lines):
    api.portal.set_registry_record(f"{SETTINGS_PREFIX}.actions_left_out", ())
    transaction.commit()
    person("anne", "Anne Boss", "Site Administrator")
    with acting("anne"):
        api.group.create("gardeners")
    with acting("anne"):
        api.group.add_user("gardeners", username="anne")
    browser = browse("/@@activity", user="anne")
    assert lines(browser.contents)[:2] == [
        "Anne Boss added User Anne Boss to a group Group: gardeners",
        "Anne Boss added the group Group gardeners",
    ]
    assert urls(browser.contents)[:2] == [None, None]
    assert icons(browser.contents, "User") == {"bi bi-person me-1 plone-icon"}
    assert icons(browser.contents, "Group") == {"bi bi-people me-1 plone-icon"}
