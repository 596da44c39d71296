"""Adding content."""

from .expected import change
from .expected import entry
from .expected import folder
from plone import api

import pytest


def test_adding_a_page(client, site, recorded):
    client.add_page("news", "Garden Fence")
    assert recorded() == [change(entry("created", "news/garden-fence", "Garden Fence"))]


def test_adding_a_page_at_the_top_of_the_site(client, site, recorded):
    client.add_page("", "Imprint")
    assert recorded() == [change(entry("created", "imprint"))]


def test_adding_a_folder(client, site, recorded):
    client.add_folder("news", "Garden")
    assert recorded() == [change(folder("created", "news/garden"))]


def test_adding_a_file(client, site, recorded):
    client.add_file("news", "minutes.txt")
    assert recorded() == [
        change(entry("created", "news/minutes.txt", "minutes.txt", "File"))
    ]


def test_adding_an_image(client, site, recorded):
    client.add_image("news", "fence.png")
    assert recorded() == [
        change(entry("created", "news/fence.png", "fence.png", "Image"))
    ]


@pytest.mark.parametrize("portal_type", ["News Item", "Event", "Link", "Collection"])
def test_adding_content_of_another_type(site, recorded, portal_type):
    api.content.create(site["news"], portal_type, title="Fence")
    assert recorded() == [
        change(entry("created", "news/fence", portal_type=portal_type))
    ]


def test_adding_content_under_an_id_that_is_given(site, add, recorded):
    add("news/fence")
    assert recorded() == [change(entry("created", "news/fence"))]


def test_adding_several_pages_at_once(site, add, recorded):
    add("news/one")
    add("news/two")
    assert recorded() == [
        change(entry("created", "news/one"), entry("created", "news/two"))
    ]


def test_adding_a_folder_with_content(site, add, recorded):
    add("news/garden", "Folder")
    add("news/garden/fence")
    assert recorded() == [
        change(folder("created", "news/garden"), entry("created", "news/garden/fence"))
    ]


def test_opening_the_form_and_leaving_it_adds_nothing(classic, site, recorded):
    classic.open("news", "++add++Document")
    classic.fill("cancel")
    assert recorded() == []


def test_a_form_with_an_error_adds_nothing(classic, site, recorded):
    classic.open("news", "++add++Document")
    classic.fill("save")
    assert recorded() == []
