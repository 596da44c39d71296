"""Who did it."""

from .telling import change
from .telling import entry
from .telling import folder
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

EDITED = entry("edited", "news/party", "Party")
ARCHIVE_EDITED = folder("edited", "archive", "Archive")


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
    return of_all, [told.get("actor", of_all) for told in change_set["entries"]]


@pytest.mark.parametrize("name", ["rest", "classic"])
def test_a_person_who_logs_in(doors, name, joan, recorded):
    doors(name, joan, PASSWORD).transition("news/party", "publish")
    [change_set] = recorded()
    assert actors(change_set) == (joan, [joan])


def test_a_manager_from_above_the_site(doors, site, recorded):
    admin = doors("rest", SITE_OWNER_NAME, SITE_OWNER_PASSWORD)
    admin.transition("news/party", "publish")
    [change_set] = recorded()
    assert actors(change_set) == (SITE_OWNER_NAME, [SITE_OWNER_NAME])


def test_it_is_the_id_that_is_recorded_not_the_login_name(doors, site, joan, recorded):
    site.acl_users.source_users.updateUser(joan, "joan@example.org")
    recorded()
    doors("rest", "joan@example.org", PASSWORD).transition("news/party", "publish")
    [change_set] = recorded()
    assert actors(change_set) == (joan, [joan])


def test_code_that_acts_as_somebody_else(site, joan, recorded):
    with api.env.adopt_user(joan):
        modified(site["news"]["party"])
    assert recorded() == [change(EDITED, actor=joan)]


def test_code_that_acts_with_other_roles(site, recorded):
    with api.env.adopt_roles(["Editor"]):
        modified(site["news"]["party"])
    assert recorded() == [change(EDITED)]


def test_each_entry_names_its_own_actor_where_there_are_several(site, joan, recorded):
    modified(site["archive"])
    with api.env.adopt_user(joan):
        modified(site["news"]["party"])
    assert recorded() == [change(ARCHIVE_EDITED, EDITED | {"actor": joan})]


def test_of_several_who_change_one_object_the_last_is_named(site, joan, recorded):
    modified(site["archive"])
    modified(site["news"]["party"])
    with api.env.adopt_user(joan):
        modified(site["news"]["party"])
    [change_set] = recorded()
    assert actors(change_set) == (TEST_USER_ID, [TEST_USER_ID, joan])


def test_who_moves_a_folder_did_not_edit_the_page_inside(site, joan, recorded):
    with api.env.adopt_user(joan):
        modified(site["news"]["party"])
    api.content.rename(site["news"], "old-news")
    [change_set] = recorded()
    assert [(told["path"], told.get("actor")) for told in change_set["entries"]] == [
        ("old-news/party", None),
        ("old-news", TEST_USER_ID),
    ]
    assert change_set["actor"] == joan


def test_who_commits_is_not_who_did_it(site, joan, recorded):
    modified(site["news"]["party"])
    login(site, joan)
    assert recorded() == [change(EDITED)]


def test_nobody_is_logged_in(site, recorded):
    logout()
    modified(site["archive"])
    assert recorded() == [change(ARCHIVE_EDITED, actor=None)]


def test_nobody_and_somebody_in_one_transaction(site, recorded):
    modified(site["news"]["party"])
    logout()
    modified(site["archive"])
    assert recorded() == [change(EDITED, ARCHIVE_EDITED | {"actor": None})]


def test_there_is_no_security_manager(site, recorded):
    noSecurityManager()
    modified(site["archive"])
    assert recorded() == [change(ARCHIVE_EDITED, actor=None)]


@pytest.mark.parametrize(
    "user", [system, UnrestrictedUser("emergency", "", [], [])], ids=str
)
def test_a_user_that_is_in_no_user_folder(site, recorded, user):
    newSecurityManager(None, user)
    modified(site["news"]["party"])
    assert recorded() == [change(EDITED, actor=None)]
