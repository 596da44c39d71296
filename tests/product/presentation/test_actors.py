"""Users as readers see them."""

from AccessControl.SecurityManagement import newSecurityManager
from AccessControl.users import emergency_user
from collective.appendonly.entry import pseudonym
from collective.appendonly.presentation.actors import Actor
from collective.appendonly.presentation.actors import Actors
from collective.appendonly.presentation.actors import initials
from OFS.Image import Image
from plone import api
from plone.app.testing import logout
from plone.app.testing import SITE_OWNER_NAME
from Products.PluggableAuthService.interfaces.plugins import IPropertiesPlugin
from Products.PluggableAuthService.PluggableAuthService import PluggableAuthService
from Products.PluggableAuthService.plugins.BasePlugin import BasePlugin
from zope.interface import implementer

import pytest


SOMEONE = Actor(None, "Someone")


@pytest.fixture
def actor(http_request):
    return Actors(http_request).actor


def test_a_member_has_a_full_name_and_initials(jane, actor):
    assert actor("jane") == Actor("jane", "Jane Miller", "JM")


def test_a_member_without_full_name_has_an_id(person, actor):
    person("anna")
    assert actor("anna") == Actor("anna", "anna", "A")


def test_a_member_with_a_portrait_is_shown_by_it(portal, jane, actor):
    portal.portal_memberdata._setPortrait(Image("jane", "", b"GIF89a"), "jane")
    assert actor("jane").portrait == (
        f"{portal.absolute_url()}/portal_memberdata/portraits/jane"
    )


def test_a_deleted_account_is_shown_by_its_id(jane, actor):
    api.user.delete(username="jane")
    assert actor("jane") == Actor("jane", "jane", "J")


@pytest.mark.parametrize("user_id", [None, ""])
def test_an_unknown_user_is_shown_without_a_name(portal, actor, user_id):
    # Not the current user, as the membership tool returns.
    assert actor(user_id) == SOMEONE


def test_users_of_the_zope_root_have_names(portal, actor):
    assert actor(SITE_OWNER_NAME) == Actor(SITE_OWNER_NAME, SITE_OWNER_NAME, "A")


@pytest.mark.parametrize(
    "user_id, letters",
    [
        ("x/../y", "X"),
        ("jane@example.org", "J"),
        ("uid=jane,ou=people", "U"),
        ("Jürgen Groß", "JG"),
        ("<b>", "B"),
        ("..", ""),
        ("getUserById", "G"),
        ("portraits", "P"),
        ("10", "1"),
    ],
)
def test_odd_ids_are_ids(portal, actor, user_id, letters):
    assert actor(user_id) == Actor(user_id, user_id, letters)
    portal.acl_users.source_users.addUser(user_id, user_id, "correct horse battery")
    actors = Actors(portal.REQUEST)
    assert actors.actor(user_id) == Actor(user_id, user_id, letters)


def test_a_lone_surrogate_is_shown_as_a_question_mark(person, actor):
    person("anna", "An\ud800na")
    assert actor("anna").name == "An?na"


@pytest.mark.parametrize(
    "name, letters",
    [
        ("Jane Miller", "JM"),
        ("Bob van der Berg", "BB"),
        ("  carla  ", "C"),
        ("élodie ça", "ÉÇ"),
        ("ßen ǆ", "SǄ"),
        ("Ana Ana", "AA"),
        ("(Bob) - „Jim“", "BJ"),
        ("山田 太郎", "山太"),
        ("---", ""),
        ("", ""),
    ],
)
def test_initials_are_of_the_first_and_the_last_word(name, letters):
    assert initials(name) == letters


def test_anonymous_users_get_names_only_if_plone_shows_authors(
    portal, jane, http_request
):
    logout()
    assert Actors(http_request).actor("jane") == SOMEONE
    portal.portal_registry["plone.allow_anon_views_about"] = True
    assert Actors(http_request).actor("jane") == Actor("jane", "Jane Miller", "JM")


def test_the_emergency_user_gets_names(portal, jane, actor):
    newSecurityManager(None, emergency_user)
    assert actor("jane") == Actor("jane", "Jane Miller", "JM")


def test_each_user_is_looked_up_once(portal, jane, http_request, monkeypatch):
    asked = []
    find = PluggableAuthService.searchUsers

    def asking(self, **criteria):
        asked.append(criteria["id"])
        return find(self, **criteria)

    monkeypatch.setattr(PluggableAuthService, "searchUsers", asking)
    actor = Actors(http_request).actor
    assert [actor(user_id) for user_id in ("jane", "gone", "jane", "gone")] == [
        Actor("jane", "Jane Miller", "JM"),
        Actor("gone", "gone", "G"),
    ] * 2
    assert asked == ["jane", "gone"]


def test_a_name_needs_no_lookup_of_groups_and_roles(jane, actor, monkeypatch):
    def asking(self, *_, **__):
        raise AssertionError("PAS looks for groups.")

    monkeypatch.setattr(PluggableAuthService, "_getGroupsForPrincipal", asking)
    assert actor("jane") == Actor("jane", "Jane Miller", "JM")


@implementer(IPropertiesPlugin)
class Directory(BasePlugin):
    """A plugin with names of its own, such as an external directory."""

    def getPropertiesForUser(self, user, request=None):
        return {"fullname": f"{user.getUserName().title()} of the directory"}


def test_the_first_plugin_with_a_name_is_used(portal, jane, actor, http_request):
    users = portal.acl_users
    users._setObject("directory", Directory("directory"))
    users.plugins.activatePlugin(IPropertiesPlugin, "directory")
    assert Actors(http_request).actor("jane").name == "Jane Miller"
    users.plugins.movePluginsTop(IPropertiesPlugin, ["directory"])
    assert Actors(http_request).actor("jane").name == "Jane of the directory"
    assert users.getUserById("jane").getProperty("fullname") == "Jane of the directory"


def test_an_erased_user_is_a_former_user(portal, actor):
    assert actor(pseudonym()) == Actor(None, "A former user")
