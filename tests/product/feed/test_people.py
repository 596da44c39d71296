"""Activity about users and groups is visible to managers of users."""

from collective.appendonly.entry import GROUP
from collective.appendonly.entry import USER
from collective.appendonly.feed import feed
from collective.appendonly.feed import VisibleEntry
from collective.appendonly.interfaces import SETTINGS_PREFIX
from collective.appendonly.permissions import MANAGE_USERS
from dataclasses import replace
from plone import api
from plone.app.testing import TEST_USER_ID
from tests.product.people import reading

import pytest
import transaction


PASSWORD = "correct horse battery"
PEOPLE = ("anonymous", "member", "editor", "administrator", "manager")


@pytest.fixture
def site(portal):
    """A site with users of all roles and a log for everybody, with a new user in a group."""
    api.portal.set_registry_record(f"{SETTINGS_PREFIX}.audience", "everybody")
    for name in PEOPLE[1:]:
        api.user.create(f"{name}@example.org", name, PASSWORD)
    api.user.grant_roles("editor", roles=["Editor", "Reviewer", "Contributor"])
    api.user.grant_roles("administrator", roles=["Site Administrator"])
    api.user.grant_roles("manager", roles=["Manager"])
    api.content.create(portal, "Folder", "folder")
    transaction.commit()
    api.portal.set_registry_record(f"{SETTINGS_PREFIX}.actions_left_out", ())
    transaction.commit()
    api.user.create("joan@example.org", "joan", PASSWORD)
    api.group.create("gardeners")
    api.group.add_user("gardeners", username="joan")
    transaction.commit()
    return portal


def seen(context, person):
    """Return the entries about users and groups that *person* can view."""
    transaction.commit()
    with reading(person):
        return [
            entry
            for item in feed(context, limit=100).items
            for entry in item.entries
            if entry.portal_type in (USER, GROUP)
        ]


def readers(context):
    """Return the users that see all three entries about users and groups."""
    counts = {person: len(seen(context, person)) for person in PEOPLE}
    assert set(counts.values()) <= {0, 3}
    return " ".join(person for person in PEOPLE if counts[person])


def test_only_managers_of_users_see_them(site):
    assert readers(site) == "administrator manager"


def test_entries_about_users_have_titles_and_no_urls(site):
    nowhere = {"actor": TEST_USER_ID, "uid": "", "path": "", "url": None}
    assert seen(site, "administrator") == [
        VisibleEntry(("user_created",), title="joan", portal_type=USER, **nowhere),
        VisibleEntry(
            ("group_created",), title="gardeners", portal_type=GROUP, **nowhere
        ),
        VisibleEntry(
            ("group_joined",),
            title="joan",
            portal_type=USER,
            group="gardeners",
            **nowhere,
        ),
    ]
    assert not any(entry.is_gone for entry in seen(site, "administrator"))


def test_losing_the_permission_hides_past_entries(site):
    site.manage_permission(MANAGE_USERS, ["Manager"])
    assert readers(site) == "manager"


def test_gaining_the_permission_does_not_show_past_entries(site):
    site.manage_permission(MANAGE_USERS, ["Manager", "Site Administrator", "Editor"])
    assert readers(site) == "administrator manager"
    api.group.create("cooks")
    assert [entry.title for entry in seen(site, "editor")] == ["cooks"]


def test_they_are_shown_for_the_site_only(site):
    assert readers(site["folder"]) == ""


def test_entries_about_anything_else_are_hidden(site, log):
    [(_, newest), *_] = list(log.older())
    log.push(
        replace(
            newest,
            entries=tuple(replace(e, portal_type="Page") for e in newest.entries),
        )
    )
    assert readers(site) == "administrator manager"
    with api.env.adopt_user("manager"):
        kinds = {
            e.portal_type for item in feed(site, limit=100).items for e in item.entries
        }
    assert "Page" not in kinds
