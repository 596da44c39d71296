"""Who may see what an entry tells of: those who could see the object at that moment."""

from .telling import PRIVATE
from .telling import PUBLIC
from plone import api
from zope.lifecycleevent import modified

import pytest


@pytest.fixture
def indexed(site):
    """Who may see an object as the catalog has it, in the order of an entry."""

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
        [told] = change_set["entries"]
        return told

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


def test_an_edit_is_told_to_those_who_may_see_the_page(page, indexed, only):
    modified(page)
    assert only()["principals"] == indexed("news/party")


def test_a_removal_is_told_to_those_who_could_see_the_page(page, indexed, only):
    before = indexed("news/party")
    api.content.delete(page)
    assert only()["principals"] == before


def test_a_move_is_told_with_those_who_could_see_the_page_where_it_was(
    page, indexed, only
):
    before = indexed("news/party")
    api.content.move(page, page.aq_parent.aq_parent["archive"])
    told = only()
    assert told["source"].principals == before
    assert told["principals"] == indexed("archive/party")


def test_a_copy_is_told_with_those_who_may_see_the_original(page, indexed, only):
    api.content.copy(page, page.aq_parent.aq_parent["archive"])
    told = only()
    assert told["source"].principals == indexed("news/party")
    assert told["principals"] == indexed("archive/party")


@pytest.fixture
def minutes(site, add, recorded):
    """A file in a private folder. Files have no state: they are as public as the folder."""
    minutes = add("news/minutes", "File")
    published(site["archive"])
    recorded()
    return minutes


def test_a_file_moved_from_a_private_to_a_public_folder(site, minutes, only):
    api.content.move(minutes, site["archive"])
    told = only()
    assert told["principals"] == PUBLIC
    assert told["source"].principals == PRIVATE


def test_a_file_moved_from_a_public_to_a_private_folder(site, minutes, add, recorded):
    add("archive/plan", "File")
    recorded()
    api.content.move(site["archive"]["plan"], site["news"])
    [change_set] = recorded()
    [told] = change_set["entries"]
    assert told["principals"] == PRIVATE
    assert told["source"].principals == PUBLIC


def test_a_file_moved_twice_in_one_transaction(site, minutes, only):
    """What is told of is the first place, so it is told to those who could see that."""
    api.content.move(minutes, site["archive"])
    api.content.move(site["archive"]["minutes"], site)
    assert only()["source"].principals == PRIVATE


def test_a_file_copied_from_a_private_to_a_public_folder(site, minutes, only):
    api.content.copy(minutes, site["archive"])
    told = only()
    assert told["principals"] == PUBLIC
    assert told["source"].principals == PRIVATE


def test_a_page_published_and_edited_is_told_to_all(site, only):
    modified(site["news"]["party"])
    published(site["news"]["party"])
    assert only()["principals"] == PUBLIC


def test_sending_a_public_page_back_is_told_to_those_who_may_see_it_now(site, recorded):
    published(site["news"]["party"])
    recorded()
    api.content.transition(site["news"]["party"], "reject")
    [change_set] = recorded()
    assert change_set["entries"][0]["principals"] == PRIVATE
