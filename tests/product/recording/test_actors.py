"""The actors of change sets and entries."""

from .expected import entry
from .expected import folder
from .expected import only
from AccessControl.SecurityManagement import newSecurityManager
from AccessControl.SecurityManagement import noSecurityManager
from AccessControl.SpecialUsers import system
from AccessControl.users import UnrestrictedUser
from plone import api
from plone.app.testing import login
from plone.app.testing import logout
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from plone.app.testing import TEST_USER_ID
from zope.lifecycleevent import modified

import pytest


PASSWORD = "correct horse battery"

EDITED = entry("edited", "news/party")
ARCHIVE_EDITED = folder("edited", "archive")


@pytest.fixture
def joan(site, recorded):
    """An editor."""
    api.user.create("joan@example.org", "joan", PASSWORD)
    api.user.grant_roles("joan", roles=["Editor", "Site Administrator"])
    recorded()
    return "joan"


def actors(change_set):
    """The actor of the change set, and of each entry."""
    of_all = change_set["actor"]
    return of_all, [found.get("actor", of_all) for found in change_set["entries"]]


@pytest.mark.parametrize("name", ["rest", "classic"])
def test_a_user_who_logs_in(clients, name, joan, recorded):
    clients(name, joan, PASSWORD).transition("news/party", "publish")
    [change_set] = recorded()
    assert actors(change_set) == (joan, [joan])


def test_a_manager_from_above_the_site(clients, site, recorded):
    admin = clients("rest", SITE_OWNER_NAME, SITE_OWNER_PASSWORD)
    admin.transition("news/party", "publish")
    [change_set] = recorded()
    assert actors(change_set) == (SITE_OWNER_NAME, [SITE_OWNER_NAME])


def test_the_id_is_recorded_not_the_login_name(clients, site, joan, recorded):
    site.acl_users.source_users.updateUser(joan, "joan@example.org")
    recorded()
    clients("rest", "joan@example.org", PASSWORD).transition("news/party", "publish")
    [change_set] = recorded()
    assert actors(change_set) == (joan, [joan])


def test_code_that_acts_as_another_user(site, joan, recorded):
    with api.env.adopt_user(joan):
        modified(site["news"]["party"])
    assert recorded() == only(EDITED, actor=joan)


def test_code_that_acts_with_other_roles(site, recorded):
    with api.env.adopt_roles(["Editor"]):
        modified(site["news"]["party"])
    assert recorded() == only(EDITED)


def test_entries_name_their_actors_if_there_are_several(site, joan, recorded):
    modified(site["archive"])
    with api.env.adopt_user(joan):
        modified(site["news"]["party"])
    assert recorded() == only(ARCHIVE_EDITED, EDITED | {"actor": joan})


def test_the_last_of_several_actors_of_one_object(site, joan, recorded):
    modified(site["archive"])
    modified(site["news"]["party"])
    with api.env.adopt_user(joan):
        modified(site["news"]["party"])
    [change_set] = recorded()
    assert actors(change_set) == (TEST_USER_ID, [TEST_USER_ID, joan])


def test_the_actor_of_a_page_in_a_moved_folder(site, joan, recorded):
    with api.env.adopt_user(joan):
        modified(site["news"]["party"])
    api.content.rename(site["news"], "old-news")
    [change_set] = recorded()
    assert [(found["path"], found.get("actor")) for found in change_set["entries"]] == [
        ("old-news/party", None),
        ("old-news", TEST_USER_ID),
    ]
    assert change_set["actor"] == joan


def test_the_user_of_the_commit_is_not_the_actor(site, joan, recorded):
    modified(site["news"]["party"])
    login(site, joan)
    assert recorded() == only(EDITED)


def test_no_user_is_logged_in(site, recorded):
    logout()
    modified(site["archive"])
    assert recorded() == only(ARCHIVE_EDITED, actor=None)


def test_with_and_without_a_user_in_one_transaction(site, recorded):
    modified(site["news"]["party"])
    logout()
    modified(site["archive"])
    assert recorded() == only(EDITED, ARCHIVE_EDITED | {"actor": None})


def test_there_is_no_security_manager(site, recorded):
    noSecurityManager()
    modified(site["archive"])
    assert recorded() == only(ARCHIVE_EDITED, actor=None)


@pytest.mark.parametrize(
    "user", [system, UnrestrictedUser("emergency", "", [], [])], ids=str
)
def test_a_user_that_is_in_no_user_folder(site, recorded, user):
    newSecurityManager(None, user)
    modified(site["news"]["party"])
    assert recorded() == only(EDITED, actor=None)
