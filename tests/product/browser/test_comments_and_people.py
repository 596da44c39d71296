"""What happened to comments and to people, on the activity page."""

from collective.appendonly.interfaces import SETTINGS_PREFIX
from lxml import html
from plone import api
from plone.app.discussion.interfaces import IConversation
from plone.app.testing import applyProfile
from zope.component import createObject

import transaction


def addresses(contents):
    """Return the address that each line leads to; None where there is no link."""
    listed = html.fromstring(contents).cssselect("li.list-group-item")
    # Not that of the actor.
    links = [line.cssselect("a:not([href*='?actor='])") for line in listed]
    return [found[0].get("href") if found else None for found in links]


def icons(contents, kind):
    """Return what the icons of *kind*, "User" or "Group", look like."""
    found = html.fromstring(contents).cssselect(f"span[title={kind}] svg")
    return {" ".join(sorted(icon.classes)) for icon in found}


def test_a_link_leads_to_the_comment(portal, jane, acting, browse, lines):
    applyProfile(portal, "plone.app.discussion:default")
    with acting("jane"):
        page = api.content.create(portal, "Document", "party", title="Party")
    with acting("jane"):
        comment = createObject("plone.Comment")
        comment.creator, comment.text = "jane", "Shall we dance?"
        number = IConversation(page).addComment(comment)
    browser = browse("/@@activity", user="jane")
    assert lines(browser.contents)[0] == "Jane Miller commented on Page Party"
    address, _ = addresses(browser.contents)
    assert address == f"{page.absolute_url()}#{number}"
    browser.open(address)
    [element] = html.fromstring(browser.contents).cssselect(f"[id='{number}']")
    assert "Shall we dance?" in element.text_content()


def test_users_and_groups_have_icons(portal, person, acting, browse, lines):
    api.portal.set_registry_record(f"{SETTINGS_PREFIX}.actions_left_out", set())
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
    assert addresses(browser.contents)[:2] == [None, None]
    assert icons(browser.contents, "User") == {"bi bi-person me-1 plone-icon"}
    assert icons(browser.contents, "Group") == {"bi bi-people me-1 plone-icon"}
