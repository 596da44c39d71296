"""The permission to view the activity."""

from AccessControl.Permission import Permission
from collective.appendonly.feed import feed
from collective.appendonly.feed import FeedPage
from collective.appendonly.feed import may_read
from collective.appendonly.interfaces import SETTINGS_PREFIX
from collective.appendonly.permissions import VIEW_ACTIVITY
from plone import api
from plone.app.testing import login
from plone.app.testing import logout
from plone.app.testing import SITE_OWNER_NAME

import pytest
import transaction


@pytest.fixture
def site(portal):
    """A site with a public page, and a member without further permissions."""
    api.user.create("mary@example.org", "mary", "correct horse battery")
    page = api.content.create(portal, "Document", "page", title="Page")
    api.content.transition(page, "publish")
    transaction.commit()
    return portal


@pytest.fixture
def as_person(site):
    """Log in as a member or as the owner of the server, or log out."""

    def as_person(name):
        logout()
        if name == "owner":
            login(site.aq_parent, SITE_OWNER_NAME)
        elif name != "anonymous":
            login(site, name)

    return as_person


@pytest.mark.parametrize(
    "audience, readers",
    [
        ("nobody", []),
        ("members", ["mary", "owner"]),
        ("everybody", ["anonymous", "mary", "owner"]),
    ],
)
def test_the_audience_decides(site, as_person, configure, audience, readers):
    configure(audience=audience)
    for name in ("anonymous", "mary", "owner"):
        as_person(name)
        assert may_read(site) == may_read(site["page"]) == (name in readers)
        titles = [item.entries[0].title for item in feed(site).items]
        assert titles == (["Page"] if name in readers else [])


def test_members_need_the_permission(site, as_person):
    Permission(VIEW_ACTIVITY, (), site["page"]).setRoles(("Editor",))
    as_person("mary")
    assert may_read(site)
    assert not may_read(site["page"])
    assert feed(site["page"]) == FeedPage()


@pytest.fixture
def quiet(site):
    """A public folder with a page, whose activity only editors can view."""
    folder = api.content.create(site, "Folder", "quiet", title="Quiet")
    page = api.content.create(folder, "Document", "whisper", title="Whisper")
    for obj in (folder, page):
        api.content.transition(obj, "publish")
    transaction.commit()
    Permission(VIEW_ACTIVITY, (), folder).setRoles(("Editor",))
    return folder


def titles(site):
    transaction.commit()
    return [entry.title for item in feed(site).items for entry in item.entries]


@pytest.mark.parametrize(
    "role, shown", [("Reader", []), ("Editor", ["Quiet", "Whisper"])]
)
def test_what_is_in_a_folder_without_the_permission_is_not_listed_elsewhere(
    site, quiet, as_person, role, shown
):
    quiet.manage_setLocalRoles("mary", [role])
    as_person("mary")
    assert titles(site) == [*shown, "Page"]


def test_what_was_removed_from_such_a_folder_is_not_listed_either(
    site, quiet, as_person
):
    api.content.move(quiet["whisper"], site)
    transaction.commit()
    whisper = api.content.copy(site["whisper"], quiet, "copy")
    api.content.transition(whisper, "publish")
    transaction.commit()
    api.content.delete(whisper)
    transaction.commit()
    as_person("mary")
    assert titles(site) == ["Whisper", "Whisper", "Page"]
    # Where it was moved from is not told.
    assert feed(site).items[0].entries[0].source is None


def test_a_workflow_may_set_the_permission_on_a_page(site, as_person):
    workflow = site.portal_workflow["simple_publication_workflow"]
    workflow.permissions += (VIEW_ACTIVITY,)
    Permission(VIEW_ACTIVITY, (), site["page"]).setRoles(("Editor",))
    as_person("mary")
    assert titles(site) == []


def test_everybody_needs_none(site, as_person, configure):
    configure(audience="everybody")
    site.manage_permission(VIEW_ACTIVITY, [])
    as_person("anonymous")
    assert may_read(site)


def test_an_unknown_audience_is_nobody(site, as_person):
    record = f"{SETTINGS_PREFIX}.audience"
    site.portal_registry.records._values[record] = "friends of friends"
    as_person("owner")
    assert not may_read(site)
    assert feed(site) == FeedPage()


def test_without_permission_nothing_is_shown_or_loaded(site, as_person, configure, log):
    configure(audience="nobody")
    as_person("owner")
    records = (log.stack, log.archive)
    for record in records:
        record._p_deactivate()
    for cursors in ({}, {"older": "nonsense"}, {"newer": "nonsense"}):
        assert feed(site, **cursors) == FeedPage()
    assert [record._p_changed for record in records] == [None, None]
