"""Putting the content of a folder into another order. Not recorded unless the site wants it."""

from .expected import entry
from .expected import folder
from .expected import only
from .expected import PUBLIC
from plone import api
from Products.MailHost.MailHost import MailHost
from zope.lifecycleevent import modified

import pytest


NAMES = ["api", "rest", "contents"]
REORDERED = only(folder("reordered", "news"))


@pytest.fixture(params=NAMES)
def client(request, clients):
    return clients(request.param)


@pytest.fixture
def garden(site, add, recorded):
    """The folder ``news`` with three pages; reordering is recorded."""
    add("news/fence")
    add("news/gate")
    api.portal.set_registry_record("collective.appendonly.actions_left_out", ())
    recorded()
    return site["news"]


def test_by_default_it_is_not_recorded(client, site, add, recorded):
    add("news/fence")
    recorded()
    client.move_to_top("news", "fence")
    assert site["news"].objectIds() == ["fence", "party"]
    assert recorded() == []


def test_moving_a_page_to_the_top(client, garden, recorded):
    client.move_to_top("news", "gate")
    assert garden.objectIds() == ["gate", "party", "fence"]
    assert recorded() == REORDERED


def test_moving_a_page_to_where_it_is(client, garden, recorded):
    client.move_to_top("news", "party")
    assert recorded() == []


def test_moving_a_folder_to_the_top_of_the_site(client, garden, site, recorded):
    client.move_to_top("", "archive")
    assert site.contentIds() == ["archive", "news"]
    assert recorded() == only(
        entry("reordered", "", "Plone site", "Plone Site", PUBLIC)
    )


@pytest.mark.parametrize(
    "name, expected", [("contents", REORDERED), ("rest", REORDERED), ("api", [])]
)
def test_sorting_makes_one_entry(clients, name, garden, expected, recorded):
    """Code that sorts fires no event."""
    clients(name).sort("news")
    assert garden.objectIds() == ["fence", "gate", "party"]
    assert recorded() == expected


def test_moving_there_and_back(garden, recorded):
    garden.moveObjectsUp(["gate"])
    garden.moveObjectsDown(["gate"])
    assert recorded() == []


def test_coming_and_going_is_no_reordering(garden, site, add, recorded):
    add("news/wall")
    assert [found["actions"] for c in recorded() for found in c["entries"]] == [
        ("created",)
    ]
    api.content.rename(garden["fence"], "hedge")
    api.content.move(garden["gate"], site["archive"])
    api.content.delete(garden["party"])
    api.content.copy(garden["wall"], garden, "path")
    [change_set] = recorded()
    assert [(found["actions"], found["path"]) for found in change_set["entries"]] == [
        (("renamed",), "news/hedge"),
        (("moved",), "archive/gate"),
        (("removed",), "news/party"),
        (("copied",), "news/path"),
    ]


def test_adding_to_a_folder_and_reordering_it(garden, add, recorded):
    add("news/wall")
    garden.moveObjectsToTop(["gate"])
    [change_set] = recorded()
    assert [(found["actions"], found["path"]) for found in change_set["entries"]] == [
        (("created",), "news/wall"),
        (("reordered",), "news"),
    ]


def test_editing_a_folder_and_reordering_it(garden, recorded):
    garden.title = "Old News"
    modified(garden)
    garden.moveObjectsToTop(["gate"])
    assert recorded() == only(
        folder("edited reordered", "news", "Old News", fields=("title",))
    )


def test_a_new_folder_is_in_its_first_order(garden, add, recorded):
    new = add("garden", "Folder")
    add("garden/roses")
    add("garden/tulips")
    new.moveObjectsToTop(["tulips"])
    [change_set] = recorded()
    assert [found["actions"] for found in change_set["entries"]] == [("created",)] * 3


def test_a_folder_without_an_order(garden, add, recorded):
    garden.setOrdering("unordered")
    add("news/wall")
    [change_set] = recorded()
    assert [found["path"] for found in change_set["entries"]] == ["news/wall"]


@pytest.mark.parametrize("name", ["MailHost", "garden"])
def test_code_that_sets_an_attribute_of_the_site(garden, site, name, recorded):
    """Its events come with the site as it is stored, without its place."""
    setattr(site, name, MailHost(name))
    assert recorded() == []


def test_code_that_fires_an_event_about_the_site_as_it_is_stored(
    garden, site, recorded
):
    site.title = "Our site"
    modified(site.aq_base)
    assert recorded() == only(
        entry("edited", "", "Our site", "Plone Site", PUBLIC, fields=("title",))
    )
