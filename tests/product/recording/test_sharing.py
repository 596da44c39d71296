"""Sharing content and the site: who has which role there."""

from .property_doors import PROPERTY_DOORS
from .telling import change
from .telling import entry
from .telling import PRIVATE
from .telling import PUBLIC
from plone import api
from plone.app.workflow.events import LocalrolesModifiedEvent
from zope.event import notify

import pytest
import transaction


SHARED = (*sorted([*PRIVATE, "user:AuthenticatedUsers"]),)


@pytest.fixture
def doors(portal, functional):
    return lambda name, *login: PROPERTY_DOORS[name](portal, functional["app"], *login)


@pytest.fixture
def api_door(doors):
    return doors("api")


@pytest.fixture
def joan(site, recorded):
    api.user.create("joan@example.org", "joan", "correct horse battery")
    recorded()
    return "joan"


def shared(principals):
    return [change(entry("shared", "news/party", "Party", principals=principals))]


def with_user(name):
    return tuple(sorted([*PRIVATE, f"user:{name}"]))


def test_sharing_a_page(door, site, recorded):
    door.share("news/party")
    assert recorded() == shared(SHARED)


def test_sharing_a_folder_tells_nothing_of_what_is_inside(door, site, recorded):
    door.share("news")
    assert recorded() == [change(entry("shared", "news", "News", "Folder", SHARED))]


def test_sharing_the_site(door, site, recorded):
    door.share("")
    assert recorded() == [
        change(entry("shared", "", "Plone site", "Plone Site", PUBLIC))
    ]


@pytest.mark.parametrize("name", ["rest", "classic", "api"])
def test_inheriting_no_roles(doors, name, site, recorded):
    doors(name).block_inheritance("news/party")
    [change_set] = recorded()
    assert [(told["actions"], told["path"]) for told in change_set["entries"]] == [
        (("shared",), "news/party")
    ]


def test_saving_the_form_unchanged(doors, site, recorded):
    doors("classic").share("news/party")
    recorded()
    doors("classic").share_unchanged("news/party")
    assert recorded() == []


def test_giving_the_same_roles_once_more(doors, site, recorded):
    doors("rest").share("news/party")
    recorded()
    doors("rest").share("news/party")
    assert recorded() == []


def test_giving_a_role_by_code(api_door, joan, recorded):
    api_door.grant("news/party", joan, "Reader")
    assert recorded() == shared(with_user("joan"))


def test_giving_a_role_that_changes_who_may_see_nothing(api_door, joan, recorded):
    api_door.grant("news/party", joan, "Reviewer")
    assert recorded() == shared(PRIVATE)


def test_taking_a_role_by_code(api_door, joan, recorded):
    api_door.grant("news/party", joan, "Reader")
    recorded()
    api_door.revoke("news/party", joan)
    assert recorded() == shared(PRIVATE)


def test_giving_the_same_role_by_code(api_door, joan, recorded):
    api_door.grant("news/party", joan, "Reader", "Editor")
    recorded()
    api_door.grant("news/party", joan, "Editor", "Reader")
    assert recorded() == []


def test_giving_a_role_without_telling_the_catalog(site, joan, recorded):
    """Nothing tells of it. It isn't effective in listings and searches either."""
    api.user.grant_roles(joan, roles=["Reader"], obj=site["news"]["party"])
    assert recorded() == []


def test_removing_a_user_who_had_roles(api_door, site, joan, recorded):
    api_door.grant("news/party", joan, "Reader")
    api_door.grant("news", joan, "Reader")
    recorded()
    api.user.delete("joan")
    assert "joan" not in site["news"]["party"].__ac_local_roles__
    assert recorded() == []


def test_roles_and_a_title_changed_by_code(api_door, site, joan, recorded):
    page = site["news"]["party"]
    page.title = "Feast"
    page.manage_setLocalRoles(joan, ["Reader"])
    page.reindexObject()
    assert recorded() == [
        change(
            entry(
                "edited shared",
                "news/party",
                "Feast",
                principals=with_user("joan"),
                fields=("title",),
            )
        )
    ]


def test_sharing_that_is_rolled_back(site, recorded):
    page = site["news"]["party"]
    savepoint = transaction.savepoint()
    page.manage_setLocalRoles("AuthenticatedUsers", ["Reader"])
    page.reindexObjectSecurity()
    notify(LocalrolesModifiedEvent(page, site.REQUEST))
    savepoint.rollback()
    assert recorded() == []


def test_sharing_left_out(api_door, doors, site, joan, recorded):
    api.portal.set_registry_record("collective.appendonly.actions_left_out", {"shared"})
    doors("rest").share("news/party")
    api_door.grant("news/party", joan, "Reader")
    assert recorded() == []
