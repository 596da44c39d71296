"""Deleting content."""

from .telling import change
from .telling import entry
from .telling import folder
from .telling import PRIVATE
from .telling import PUBLIC
from plone import api
from plone.app.linkintegrity.exceptions import LinkIntegrityNotificationException

import pytest


def test_deleting_a_page(any_door, site, recorded):
    any_door.delete("news/party")
    assert recorded() == [change(entry("removed", "news/party", "Party"))]


def test_deleting_a_published_page(any_door, site, recorded):
    api.content.transition(site["news"]["party"], "publish")
    recorded()
    any_door.delete("news/party")
    assert recorded() == [
        change(entry("removed", "news/party", "Party", principals=PUBLIC))
    ]


def test_deleting_a_file(site, add, recorded):
    add("news/minutes", "File")
    recorded()
    api.content.delete(site["news"]["minutes"])
    assert recorded() == [change(entry("removed", "news/minutes", "Minutes", "File"))]


def test_deleting_an_empty_folder(site, recorded):
    api.content.delete(site["archive"])
    assert recorded() == [change(folder("removed", "archive", "Archive"))]


def test_deleting_a_folder_with_content(any_door, site, add, recorded):
    add("news/garden", "Folder")
    add("news/garden/fence")
    recorded()
    any_door.delete("news")
    assert recorded() == [
        change(folder("removed", "news", "News", descendants=((3, PRIVATE),)))
    ]


def test_deleting_several_pages_at_once(doors, site, add, recorded):
    add("news/fence")
    recorded()
    doors("contents").delete("news/fence", "news/party")
    [change_set] = recorded()
    assert sorted(change_set["entries"], key=lambda told: told["path"]) == [
        entry("removed", "news/fence", "Fence"),
        entry("removed", "news/party", "Party"),
    ]


def test_deleting_a_folder_and_the_page_inside_that_was_selected_too(site, recorded):
    api.content.delete(objects=[site["news"]["party"], site["news"]])
    assert recorded() == [
        change(
            entry("removed", "news/party", "Party"),
            folder("removed", "news", "News"),
        )
    ]


@pytest.fixture
def linked(doors, site, add, recorded):
    """A page to which another links in its text, and a third one as a related item."""
    uid = api.content.get_uuid(site["news"]["party"])
    doors("rest").add_page("", "Link", f'<p><a href="resolveuid/{uid}">Party</a></p>')
    api.relation.create(add("related"), site["news"]["party"], "relatedItems")
    recorded()
    assert len(api.relation.get(target=site["news"]["party"])) == 2
    return "news/party"


def test_deleting_a_page_others_link_to(any_door, linked, recorded):
    any_door.delete(linked)
    assert recorded() == [change(entry("removed", linked, "Party"))]


def test_deleting_a_folder_with_a_page_others_link_to(any_door, linked, recorded):
    any_door.delete("news")
    assert recorded() == [
        change(folder("removed", "news", "News", descendants=((1, PRIVATE),)))
    ]


def test_a_deletion_refused_for_the_links_is_not_recorded(linked, site, recorded):
    with pytest.raises(LinkIntegrityNotificationException):
        api.content.delete(site["news"]["party"], check_linkintegrity=True)
    assert recorded() == []


def test_asking_for_confirmation_deletes_nothing(classic, site, recorded):
    classic.open("news", "delete_confirmation")
    classic.fill("Cancel")
    assert recorded() == []
