"""Deleting content."""

from .expected import change
from .expected import entry
from .expected import folder
from .expected import PUBLIC
from plone import api
from plone.app.linkintegrity.exceptions import LinkIntegrityNotificationException

import pytest


def test_deleting_a_page(any_client, site, recorded):
    any_client.delete("news/party")
    assert recorded() == [change(entry("removed", "news/party"))]


def test_deleting_a_published_page(any_client, site, recorded):
    api.content.transition(site["news"]["party"], "publish")
    recorded()
    any_client.delete("news/party")
    assert recorded() == [change(entry("removed", "news/party", principals=PUBLIC))]


def test_deleting_a_file(site, add, recorded):
    add("news/minutes", "File")
    recorded()
    api.content.delete(site["news"]["minutes"])
    assert recorded() == [change(entry("removed", "news/minutes", portal_type="File"))]


def test_deleting_an_empty_folder(site, recorded):
    api.content.delete(site["archive"])
    assert recorded() == [change(folder("removed", "archive"))]


def test_deleting_a_folder_with_content(any_client, site, add, recorded):
    add("news/garden", "Folder")
    add("news/garden/fence")
    recorded()
    any_client.delete("news")
    assert recorded() == [change(folder("removed", "news", descendants=3))]


def test_deleting_several_pages_at_once(clients, site, add, recorded):
    add("news/fence")
    recorded()
    clients("contents").delete("news/fence", "news/party")
    [change_set] = recorded()
    assert sorted(change_set["entries"], key=lambda found: found["path"]) == [
        entry("removed", "news/fence"),
        entry("removed", "news/party"),
    ]


def test_deleting_a_folder_and_the_page_inside_that_was_selected_too(site, recorded):
    api.content.delete(objects=[site["news"]["party"], site["news"]])
    assert recorded() == [
        change(entry("removed", "news/party"), folder("removed", "news"))
    ]


@pytest.fixture
def linked(clients, site, add, recorded):
    """A page to which another links in its text, and a third one as a related item."""
    uid = api.content.get_uuid(site["news"]["party"])
    clients("rest").add_page("", "Link", f'<p><a href="resolveuid/{uid}">Party</a></p>')
    api.relation.create(add("related"), site["news"]["party"], "relatedItems")
    recorded()
    assert len(api.relation.get(target=site["news"]["party"])) == 2
    return "news/party"


def test_deleting_a_page_others_link_to(any_client, linked, recorded):
    any_client.delete(linked)
    assert recorded() == [change(entry("removed", linked, "Party"))]


def test_deleting_a_folder_with_a_page_others_link_to(any_client, linked, recorded):
    any_client.delete("news")
    assert recorded() == [change(folder("removed", "news", descendants=1))]


def test_a_deletion_refused_for_the_links_is_not_recorded(linked, site, recorded):
    with pytest.raises(LinkIntegrityNotificationException):
        api.content.delete(site["news"]["party"], check_linkintegrity=True)
    assert recorded() == []


def test_asking_for_confirmation_deletes_nothing(classic, site, recorded):
    classic.open("news", "delete_confirmation")
    classic.fill("Cancel")
    assert recorded() == []
