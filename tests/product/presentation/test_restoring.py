"""Links to where changes can be taken back: versions of Plone, and the undo of Zope."""

from collective.appendonly.feed import feed
from collective.appendonly.presentation import versions
from collective.appendonly.presentation.restoring import Restoring
from collective.appendonly.presentation.versions import Versions
from dataclasses import replace
from lxml import html
from plone import api
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from tests.product.layers import database_of
from tests.product.layers import site_with
from tests.product.people import acting
from tests.product.people import add_jane
from tests.product.people import add_person
from ZODB.DB import DB
from ZODB.POSException import ReadConflictError
from zope.lifecycleevent import modified

import pytest
import transaction


pytestmark = pytest.mark.large


def fill(portal):
    add_jane()
    add_person("ada", "Ada Admin", "Manager")
    with acting("jane"):
        page = api.content.create(portal, "Document", "party", title="Party")
        api.content.transition(page, "publish")
    for title in ("Ball", "Dance", "Feast"):
        with acting("jane"):
            page.title = title
            modified(page)


functional = database_of(site_with(fill))


@pytest.fixture
def page(portal):
    """A public page by Jane, with the versions 0 (Party), 1 (Ball), 2 (Dance) and 3 (Feast)."""
    return portal["party"]


@pytest.fixture
def entries(portal):
    """Return what a user sees of the log, newest first: three edits on top."""

    def entries(user="jane"):
        with api.env.adopt_user(username=user):
            return [item.entries[0] for item in feed(portal).items]

    return entries


@pytest.fixture
def revert(http_request):
    """Return the link to revert that a user gets."""

    def revert(entry, user="jane"):
        with api.env.adopt_user(username=user):
            return Versions(http_request).revert(entry)

    return revert


def links(browser, text):
    found = html.fromstring(browser.contents).cssselect("#activity-list a")
    return [
        link.get("href")
        for link in found
        if " ".join((link.text or "").split()) == text
    ]


# Versions


def test_each_edit_but_the_last_one_can_be_reverted_to(page, entries, revert):
    offered = [revert(entry) for entry in entries()]
    form = f"{page.absolute_url()}/@@versions_history_form"
    assert offered == [
        None,
        f"{form}?version_id=2#version_preview",
        f"{form}?version_id=1#version_preview",
        None,
    ]


def test_reverting_on_the_page_of_plone(portal, page, entries, revert, browse, log):
    _feast, dance, *_ = entries()
    browser = browse(revert(dance).removeprefix(portal.absolute_url()), "jane")
    assert browser.headers["status"] == "200 OK"
    shown = html.fromstring(browser.contents)
    assert (
        "Dance"
        in shown.cssselect("[name=version_preview]")[0].getparent().text_content()
    )
    [form] = [
        form
        for form in shown.cssselect("form")
        if "revertversion" in (form.get("action") or "")
        and form.fields.get("version_id") == "2"
    ]
    data = "&".join(f"{name}={value}" for name, value in form.form_values())
    browser.post(form.get("action"), data)
    transaction.begin()
    assert page.title == "Dance"
    assert entries()[0].actions == ("reverted",)


def test_the_activity_page_has_the_links(portal, page, browse):
    url = f"{page.absolute_url()}/@@versions_history_form?version_id="
    text = "Revert to this version"
    browser = browse("/@@activity", "jane")
    # Edits in a row are one line, and the newest of them is the current version.
    assert links(browser, text) == []
    with acting("jane"):
        api.content.create(portal, "Document", "other", title="Other")
    with acting("jane"):
        page.title = "Rest"
        modified(page)
    browser = browse("/@@activity", "jane")
    assert links(browser, text) == [f"{url}3#version_preview"]


def test_a_purged_version_cannot_be_reverted_to(page, entries, revert):
    api.portal.get_tool("portal_repository").purge(page, 1)
    transaction.commit()
    offered = [bool(revert(entry)) for entry in entries()]
    assert offered == [False, True, False, False]


@pytest.mark.parametrize(
    "permission",
    [
        "View",
        "CMFEditions: Access previous versions",
        "CMFEditions: Revert to previous versions",
    ],
)
def test_each_permission_is_needed(portal, page, entries, revert, permission):
    _feast, dance, *_ = entries()
    # Workflows set the first one on each page.
    place = page if permission == "View" else portal
    place.manage_permission(permission, ["Manager"])
    assert revert(dance) is None


def test_members_get_no_link(mary, entries, revert, browse):
    _feast, dance, *_ = entries("mary")
    assert dance.version == 2
    assert revert(dance, "mary") is None


def test_another_page_in_the_place_of_a_removed_one(
    portal, page, entries, revert, acting
):
    _feast, dance, *_ = entries()
    api.content.delete(page)
    with acting("jane"):
        api.content.create(portal, "Document", "party", title="Other")
    assert revert(dance) is None
    assert [revert(entry) for entry in entries()] == [None] * len(entries())


def test_a_type_without_versions(entries, revert):
    _feast, dance, *_ = entries()
    api.portal.get_tool("portal_repository").setVersionableContentTypes([])
    assert revert(dance) is None


def test_a_broken_history_is_logged_and_has_no_link(
    entries, revert, monkeypatch, caplog
):
    def bug(obj):
        raise KeyError("A bug.")

    _feast, dance, *_ = entries()
    monkeypatch.setattr(versions, "available_versions", bug)
    assert revert(dance) is None
    assert "The versions of 'party' could not be looked up." in caplog.text


def test_a_conflict_is_retried(entries, revert, monkeypatch):
    def conflict(obj):
        raise ReadConflictError

    _feast, dance, *_ = entries()
    monkeypatch.setattr(versions, "available_versions", conflict)
    with pytest.raises(ReadConflictError):
        revert(dance)


def test_looking_for_links_changes_nothing(entries, revert, changed):
    for entry in entries():
        revert(entry)
    assert changed == []


# Undo


@pytest.fixture
def undoable(monkeypatch):
    """A database that can undo, as a FileStorage. The one of tests cannot."""
    monkeypatch.setattr(DB, "supportsUndo", lambda self: True)


@pytest.fixture
def removed(page, acting):
    with acting("jane"):
        api.content.delete(page)


OWNER = (SITE_OWNER_NAME, SITE_OWNER_PASSWORD)
UNDO = "Restore with Zope's undo"


def test_managers_of_zope_get_a_link_to_its_undo_form(
    portal, removed, undoable, browse
):
    [url] = links(browse("/@@activity", *OWNER), UNDO)
    root = portal.absolute_url().rpartition("/")[0]
    name = portal._p_jar.db().database_name
    assert url == f"{root}/Control_Panel/Database/{name}/manage_UndoForm"


def test_several_removed_pages_have_one_link(portal, undoable, browse, acting):
    with acting("jane"):
        pages = [
            api.content.create(portal, "Document", f"page-{number}")
            for number in range(3)
        ]
    with acting("jane"):
        api.content.delete(objects=pages)
    assert len(links(browse("/@@activity", *OWNER), UNDO)) == 1


def test_others_get_none(removed, undoable, browse):
    assert links(browse("/@@activity", "ada"), UNDO) == []
    assert links(browse("/@@activity", "jane"), UNDO) == []


def test_a_database_that_cannot_undo_has_none(removed, browse):
    assert links(browse("/@@activity", *OWNER), UNDO) == []


def test_what_is_there_has_none(page, undoable, browse):
    assert links(browse("/@@activity", *OWNER), UNDO) == []


def test_what_was_edited_and_removed_later_has_one(
    portal, removed, undoable, http_request
):
    user = portal.getPhysicalRoot().acl_users.getUser(SITE_OWNER_NAME)
    with api.env.adopt_user(user=user):
        entries = [item.entries[0] for item in feed(portal).items]
        offered = [Restoring().undo(entry) for entry in entries]
    assert entries[0].actions == ("removed",)
    assert [bool(url) for url in offered] == [True, *[False] * (len(entries) - 1)]


def test_what_was_brought_back_has_none(portal, removed, undoable, http_request):
    user = portal.getPhysicalRoot().acl_users.getUser(SITE_OWNER_NAME)
    with api.env.adopt_user(user=user):
        entry = feed(portal).items[0].entries[0]
        back = replace(entry, url="http://nohost/plone/party")
        assert Restoring().undo(entry)
        assert Restoring().undo(back) is None
