"""Who sees what happens to users and groups: those who manage them."""

from AccessControl.SpecialUsers import nobody
from collective.appendonly.entry import GROUP
from collective.appendonly.entry import USER
from collective.appendonly.feed import feed
from collective.appendonly.feed import VisibleEntry
from collective.appendonly.interfaces import SETTINGS_PREFIX
from dataclasses import replace
from plone import api
from plone.app.testing import TEST_USER_ID

import pytest
import transaction


MANAGE_PEOPLE = "Plone Site Setup: Users and Groups"
PASSWORD = "correct horse battery"
PEOPLE = ("visitor", "member", "editor", "administrator", "manager")


@pytest.fixture
def site(portal):
    """A site with people of all kinds and a log for all, in which somebody was put in a group."""
    api.portal.set_registry_record(f"{SETTINGS_PREFIX}.audience", "everybody")
    for name in PEOPLE[1:]:
        api.user.create(f"{name}@example.org", name, PASSWORD)
    api.user.grant_roles("editor", roles=["Editor", "Reviewer", "Contributor"])
    api.user.grant_roles("administrator", roles=["Site Administrator"])
    api.user.grant_roles("manager", roles=["Manager"])
    api.content.create(portal, "Folder", "folder")
    transaction.commit()
    api.portal.set_registry_record(f"{SETTINGS_PREFIX}.actions_left_out", set())
    transaction.commit()
    api.user.create("joan@example.org", "joan", PASSWORD)
    api.group.create("gardeners")
    api.group.add_user("gardeners", username="joan")
    transaction.commit()
    return portal


def seen(context, person):
    """Return the entries about people that *person* sees."""
    transaction.commit()
    user = {"user": nobody} if person == "visitor" else {"username": person}
    with api.env.adopt_user(**user):
        return [
            entry
            for item in feed(context, limit=100).items
            for entry in item.entries
            if entry.portal_type in (USER, GROUP)
        ]


def readers(context):
    """Return who sees entries about people, and all three of them."""
    counts = {person: len(seen(context, person)) for person in PEOPLE}
    assert set(counts.values()) <= {0, 3}
    return " ".join(person for person in PEOPLE if counts[person])


def test_they_are_for_those_who_manage_people(site):
    assert readers(site) == "administrator manager"


def test_what_they_see(site):
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


def test_who_manages_people_no_more_sees_no_more_of_the_past(site):
    site.manage_permission(MANAGE_PEOPLE, ["Manager"])
    assert readers(site) == "manager"


def test_who_manages_people_from_now_on_sees_nothing_of_the_time_before(site):
    site.manage_permission(MANAGE_PEOPLE, ["Manager", "Site Administrator", "Editor"])
    assert readers(site) == "administrator manager"
    api.group.create("cooks")
    assert [entry.title for entry in seen(site, "editor")] == ["cooks"]


def test_they_belong_to_the_site_and_not_to_its_folders(site):
    assert readers(site["folder"]) == ""


def test_what_is_neither_content_nor_a_person_is_for_nobody(site, log):
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
