"""Renaming, moving and copying content."""

from .clients import each
from .expected import entry
from .expected import folder
from .expected import only
from .expected import PRIVATE
from .expected import PUBLIC
from collective.appendonly.entry import Source
from plone import api

import pytest


def test_renaming_a_page(any_client, site, recorded):
    any_client.rename("news/party", "feast")
    assert recorded() == only(
        entry("renamed", "news/feast", "Party", source="news/party")
    )


def test_renaming_a_page_and_its_title(any_client, site, recorded):
    any_client.rename("news/party", "feast", "Feast")
    assert recorded() == only(
        entry("renamed edited", "news/feast", source="news/party", fields=("title",))
    )


def test_changing_only_the_title_where_one_renames(any_client, site, recorded):
    any_client.rename("news/party", "party", "Feast")
    assert recorded() == only(entry("edited", "news/party", "Feast", fields=("title",)))


@pytest.mark.parametrize("name", each("api", "rest", "contents"))
def test_renaming_to_the_same_name_changes_nothing(clients, name, site, recorded):
    clients(name).rename("news/party", "party")
    assert recorded() == []


def test_saving_the_rename_form_unchanged_is_an_edit_of_nothing(classic, recorded):
    """The event does not name the fields, so they are not known."""
    classic.rename("news/party", "party")
    assert recorded() == only(entry("edited", "news/party"))


def test_renaming_a_folder_with_content(any_client, site, recorded):
    any_client.rename("news", "events")
    assert recorded() == only(
        folder("renamed", "events", "News", source="news", descendants=1)
    )


def test_renaming_in_the_edit_form(classic, site, recorded):
    classic.edit("news/party", id="feast")
    assert recorded() == only(
        entry("renamed", "news/feast", "Party", source="news/party")
    )


@pytest.mark.parametrize("action, recorded_as", [("move", "moved"), ("copy", "copied")])
def test_moving_or_copying_a_page(any_client, site, recorded, action, recorded_as):
    getattr(any_client, action)("news/party", "archive")
    assert recorded() == only(entry(recorded_as, "archive/party", source="news/party"))


@pytest.mark.parametrize("action, recorded_as", [("move", "moved"), ("copy", "copied")])
def test_moving_or_copying_a_folder(any_client, site, recorded, action, recorded_as):
    getattr(any_client, action)("news", "archive")
    assert recorded() == only(
        folder(recorded_as, "archive/news", source="news", descendants=1)
    )


def test_moving_a_page_to_the_top_of_the_site(any_client, site, recorded):
    any_client.move("news/party", "")
    assert recorded() == only(entry("moved", "party", source="news/party"))


def test_moving_a_page_to_where_its_name_is_taken(any_client, site, add, recorded):
    add("archive/party")
    recorded()
    any_client.move("news/party", "archive")
    assert recorded() == only(
        entry("moved renamed", "archive/copy_of_party", "Party", source="news/party")
    )


def test_cutting_without_pasting_changes_nothing(classic, site, recorded):
    classic.click_action("news/party", "cut")
    assert recorded() == []


def test_copying_a_page_next_to_itself(any_client, site, recorded):
    any_client.copy("news/party", "news")
    assert recorded() == only(
        entry("copied", "news/copy_of_party", "Party", source="news/party")
    )


def test_copying_a_published_page_makes_a_private_one(any_client, site, recorded):
    api.content.transition(site["news"]["party"], "publish")
    recorded()
    any_client.copy("news/party", "archive")
    assert recorded() == only(
        entry("copied", "archive/party", source=Source("news/party", PUBLIC))
    )


@pytest.mark.parametrize(
    "act, actions", [(api.content.copy, "copied"), (api.content.move, "moved renamed")]
)
def test_moving_or_copying_under_another_name(site, recorded, act, actions):
    act(site["news"]["party"], site["archive"], "feast")
    assert recorded() == only(
        entry(actions, "archive/feast", "Party", source="news/party")
    )


@pytest.mark.parametrize("act", [api.content.move, api.content.copy])
def test_files_and_images_go_along_with_their_folder(act, site, add, recorded):
    add("news/minutes", "File")
    add("news/fence", "Image")
    recorded()
    act(site["news"], site["archive"])
    [change_set] = recorded()
    assert change_set["entries"][0]["descendants"] == ((3, PRIVATE),)
