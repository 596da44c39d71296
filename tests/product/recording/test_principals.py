"""The principals of an entry: those that could view the object at that moment."""

from .expected import PRIVATE
from .expected import PUBLIC
from plone import api
from zope.lifecycleevent import modified

import pytest


@pytest.fixture
def indexed(site):
    """The principals that can view an object, by the catalog, in the order of an entry."""

    def indexed(path):
        path = "/".join((*site.getPhysicalPath(), path))
        data = site.portal_catalog.getIndexDataForUID(path)
        return tuple(sorted(data["allowedRolesAndUsers"]))

    return indexed


@pytest.fixture
def only(recorded):
    """Commit, and return the one entry recorded."""

    def only():
        [change_set] = recorded()
        [found] = change_set["entries"]
        return found

    return only


def private(page):
    pass


def published(page):
    api.content.transition(page, "publish")


def pending(page):
    api.content.transition(page, "submit")


def shared_with_a_person(page):
    page.manage_setLocalRoles("joan", ["Editor"])
    page.reindexObjectSecurity()


def shared_with_a_group(page):
    page.manage_setLocalRoles("gardeners", ["Reader"])
    page.reindexObjectSecurity()


def shared_by_the_folder(page):
    shared_with_a_person(page.aq_parent)


def shared_by_the_folder_but_not_inherited(page):
    page.__ac_local_roles_block__ = True
    shared_with_a_person(page.aq_parent)


def shared_for_adding_only(page):
    page.manage_setLocalRoles("joan", ["Contributor", "Reviewer"])
    page.reindexObjectSecurity()


@pytest.fixture(
    params=[
        private,
        published,
        pending,
        shared_with_a_person,
        shared_with_a_group,
        shared_by_the_folder,
        shared_by_the_folder_but_not_inherited,
        shared_for_adding_only,
    ]
)
def page(request, site, recorded):
    """A page in many states."""
    request.param(site["news"]["party"])
    recorded()
    return site["news"]["party"]


def test_an_edit_has_the_principals_of_the_page(page, indexed, only):
    modified(page)
    assert only()["principals"] == indexed("news/party")


def test_a_removal_has_the_former_principals_of_the_page(page, indexed, only):
    before = indexed("news/party")
    api.content.delete(page)
    assert only()["principals"] == before


def test_the_source_of_a_move_has_the_principals_of_the_old_place(page, indexed, only):
    before = indexed("news/party")
    api.content.move(page, page.aq_parent.aq_parent["archive"])
    found = only()
    assert found["source"].principals == before
    assert found["principals"] == indexed("archive/party")


def test_the_source_of_a_copy_has_the_principals_of_the_original(page, indexed, only):
    api.content.copy(page, page.aq_parent.aq_parent["archive"])
    found = only()
    assert found["source"].principals == indexed("news/party")
    assert found["principals"] == indexed("archive/party")


@pytest.fixture
def minutes(site, add, recorded):
    """A file in a private folder. Files have no state: they are as public as the folder."""
    minutes = add("news/minutes", "File")
    published(site["archive"])
    recorded()
    return minutes


@pytest.mark.parametrize("act", [api.content.move, api.content.copy])
def test_a_file_moved_or_copied_to_a_public_folder(site, minutes, only, act):
    act(minutes, site["archive"])
    found = only()
    assert found["principals"] == PUBLIC
    assert found["source"].principals == PRIVATE


def test_a_file_moved_to_a_private_folder(site, minutes, add, recorded, only):
    add("archive/plan", "File")
    recorded()
    api.content.move(site["archive"]["plan"], site["news"])
    found = only()
    assert found["principals"] == PRIVATE
    assert found["source"].principals == PUBLIC


def test_a_file_moved_twice_in_one_transaction(site, minutes, only):
    """The entry names the first place, so it has the principals of that place."""
    api.content.move(minutes, site["archive"])
    api.content.move(site["archive"]["minutes"], site)
    assert only()["source"].principals == PRIVATE


def test_a_page_published_and_edited_is_public(site, only):
    modified(site["news"]["party"])
    published(site["news"]["party"])
    assert only()["principals"] == PUBLIC


def test_a_public_page_sent_back_has_its_present_principals(site, recorded, only):
    published(site["news"]["party"])
    recorded()
    api.content.transition(site["news"]["party"], "reject")
    assert only()["principals"] == PRIVATE
