"""Who sees values, notes and roles: those who can view the history, or change the sharing."""

from collective.appendonly.feed import count
from collective.appendonly.feed import everything
from collective.appendonly.feed import feed
from collective.appendonly.feed import news
from collective.appendonly.feed import visibility
from collective.appendonly.feed.cursor import to_cursor
from collective.appendonly.feed.places import Places
from collective.appendonly.interfaces import BEGINNING
from collective.appendonly.permissions import ACCESS_VERSIONS
from collective.appendonly.permissions import DELEGATE_ROLES
from collective.appendonly.permissions import MANAGE_USERS
from datetime import timezone
from plone import api
from plone.app.dexterity.behaviors.metadata import IDublinCore
from Products.DCWorkflow.utils import modifyRolesForPermission
from tests.product.people import reading
from zope.annotation.interfaces import IAnnotations

import pytest
import transaction


VALUES = {"title": ["Fete", "Party"], "description": ["", "At noon"]}
ROLES = {"tom": [[], ["Editor"]]}
NOTE = "A better word"
DETAILS = {"values": VALUES, "roles": ROLES, "comment": NOTE}

ALL = (VALUES, NOTE, ROLES)
WITHOUT_ROLES = (VALUES, NOTE, {})
NOTHING = ({}, "", {})


@pytest.fixture
def shown(garden):
    """Return the values, the note and the roles in the newest entry that a user sees."""

    def shown(user, context=garden):
        transaction.commit()
        # Plone remembers local roles for a request.
        remembered = IAnnotations(garden.REQUEST)
        for name in list(remembered):
            del remembered[name]
        with reading(user):
            entry = feed(context).items[0].entries[0]
        return dict(entry.values), entry.note, dict(entry.roles)

    return shown


@pytest.mark.parametrize(
    "roles, expected",
    [
        ([], NOTHING),
        (["Reader"], NOTHING),
        (["Contributor"], WITHOUT_ROLES),
        (["Editor"], ALL),
        (["Reviewer"], ALL),
        (["Site Administrator"], ALL),
    ],
)
def test_the_permissions_of_the_history_and_of_the_sharing_page_are_required(
    garden, push, person, shown, roles, expected
):
    person("tom", "Tom", *roles)
    push(**DETAILS)
    assert shown("tom") == expected
    with reading("tom"):
        [item] = everything(garden)
    [entry] = item.entries
    assert (entry.values, entry.note, entry.roles) == expected


def test_anonymous_users_see_nothing(garden, push, configure, shown):
    configure(audience="everybody")
    push(**DETAILS)
    assert shown(None) == NOTHING


def test_a_local_role_counts_where_it_was_given(garden, push, mary, shown):
    api.user.grant_roles("mary", roles=["Editor"], obj=garden["party"])
    push("garden/hours", **DETAILS)
    assert shown("mary") == NOTHING
    push("party", **DETAILS)
    assert shown("mary") == ALL


def test_a_local_role_in_the_folder_counts_unless_it_is_blocked(
    garden, push, mary, shown
):
    push("garden/hours", **DETAILS)
    api.user.grant_roles("mary", roles=["Contributor"], obj=garden["garden"])
    assert shown("mary") == WITHOUT_ROLES
    garden["garden"]["hours"].__ac_local_roles_block__ = True
    assert shown("mary") == NOTHING


@pytest.mark.parametrize(
    "permission, expected",
    [
        (ACCESS_VERSIONS, ({}, "", ROLES)),
        (DELEGATE_ROLES, WITHOUT_ROLES),
        # The catalog does not know of it.
        ("View", NOTHING),
    ],
)
def test_a_permission_that_the_object_itself_denies(
    garden, push, jane, shown, permission, expected
):
    push(**DETAILS)
    assert shown("jane") == ALL
    # As a workflow does.
    modifyRolesForPermission(garden["party"], permission, ("Manager",))
    assert shown("jane") == expected


def test_the_folder_decides_about_what_was_removed(garden, push, jane, mary, shown):
    hours = garden["garden"]["hours"]
    api.user.grant_roles("mary", roles=["Owner"], obj=hours)
    push("garden/hours", **DETAILS)
    assert shown("mary") == ALL
    entry = push.entry("garden/hours", **DETAILS)
    api.content.delete(hours)
    transaction.commit()
    push("garden", **{**vars(entry), "actions": ("removed",)})
    assert shown("mary") == NOTHING
    assert shown("jane") == ALL
    api.user.grant_roles("mary", roles=["Contributor"], obj=garden["garden"])
    assert shown("mary") == WITHOUT_ROLES


def test_another_object_in_its_place_is_not_asked(garden, push, mary, shown):
    """The catalog has the place of an object that was moved without it."""
    push(**DETAILS)
    party = garden["party"]
    garden._delOb("party")
    garden._setOb("ball", party.aq_base)
    garden._setOb("party", garden["garden"]["hours"].aq_base)
    api.user.grant_roles("mary", roles=["Editor"], obj=garden["party"])
    assert shown("mary") == NOTHING


def test_a_field_that_has_got_a_read_permission(garden, push, jane, shown, protect):
    push(**DETAILS)
    assert shown("jane") == ALL
    protect(IDublinCore, "title")
    assert shown("jane") == ({"description": VALUES["description"]}, NOTE, ROLES)


def test_values_are_hidden_if_the_type_cannot_be_asked(
    garden, push, jane, shown, monkeypatch
):
    def broken(portal_type):
        raise ZeroDivisionError(portal_type)

    push(**DETAILS)
    monkeypatch.setattr(visibility, "protected_fields", broken)
    assert shown("jane") == ({}, NOTE, ROLES)


def test_nothing_is_shown_if_the_permission_cannot_be_checked(
    garden, push, jane, shown, monkeypatch
):
    def broken(self, uid, path):
        raise ZeroDivisionError(path)

    push(**DETAILS)
    monkeypatch.setattr(Places, "find", broken)
    assert shown("jane") == NOTHING


def test_what_managers_of_users_see_about_users(garden, push, jane, shown):
    push(
        actions=("user_created",),
        uid="",
        path="",
        title="tom",
        portal_type="user",
        **DETAILS,
    )
    garden.manage_permission(MANAGE_USERS, ["Editor"])
    assert shown("jane") == ALL


def test_no_object_is_asked_where_nothing_of_it_is_shown(
    garden, push, jane, log, monkeypatch
):
    push()
    push(**DETAILS)
    asked = []
    monkeypatch.setattr(
        Places, "find", lambda self, uid, path: asked.append(path) or garden["party"]
    )
    with reading("jane"):
        page = feed(garden, values=False)
        counts = count(garden, timezone.utc)
        new = news(garden, to_cursor(log, BEGINNING))
        assert asked == []
        assert [item.entries[0].values for item in page.items] == [{}, {}]
        assert (sum(counts.days.values()), new.count) == (2, 2)
        # Once for each permission, and only about the entry with details.
        feed(garden)
    assert asked == ["party", "party"]
