"""Publishing, sending back, and other transitions."""

from .clients import each
from .clients.client import Refused
from .expected import change
from .expected import entry
from .expected import folder
from .expected import only
from .expected import PRIVATE
from .expected import PUBLISHED
from collective.appendonly.feed import feed
from functools import partial
from plone import api

import pytest


published = partial(entry, "transitioned", **PUBLISHED)
published_folder = partial(folder, "transitioned", **PUBLISHED)


def by_path(change_set):
    """A copy of *change_set*, for actions in no certain order."""
    entries = sorted(change_set["entries"], key=lambda found: found["path"])
    return change_set | {"entries": entries}


def test_publishing_a_page(any_client, site, recorded):
    any_client.transition("news/party", "publish")
    assert recorded() == only(published("news/party"))


def test_publishing_a_page_with_a_comment(any_client, site, recorded):
    any_client.transition("news/party", "publish", "Schön so")
    assert recorded() == only(published("news/party", comment="Schön so"))


def test_the_comment_of_an_earlier_transition_is_not_recorded_again(client, recorded):
    client.transition("news/party", "publish", "Schön so")
    recorded()
    client.transition("news/party", "reject")
    [change_set] = recorded()
    assert "comment" not in change_set["entries"][0]


def test_publishing_a_folder_leaves_its_content_alone(any_client, site, recorded):
    any_client.transition("news", "publish")
    assert recorded() == only(published_folder("news"))


def test_submitting_a_page_for_review(any_client, site, recorded):
    any_client.transition("news/party", "submit")
    assert recorded() == only(
        entry(
            "transitioned",
            "news/party",
            principals=tuple(sorted({*PRIVATE, "Reviewer"})),
            transitions=("submit",),
            old_state="private",
            new_state="pending",
        )
    )


@pytest.mark.parametrize("transition", ["reject", "retract"])
def test_sending_a_page_back(any_client, transition, site, recorded):
    api.content.transition(site["news"]["party"], "submit")
    recorded()
    any_client.transition("news/party", transition)
    assert recorded() == only(
        entry(
            "transitioned",
            "news/party",
            transitions=(transition,),
            old_state="pending",
            new_state="private",
        )
    )


@pytest.mark.parametrize("name", each("api", "contents"))
def test_publishing_several_pages_at_once(clients, name, site, add, recorded):
    add("news/fence")
    recorded()
    clients(name).transition_several(["news/fence", "news/party"], "publish")
    [change_set] = recorded()
    assert by_path(change_set) == change(
        published("news/fence"), published("news/party")
    )


@pytest.mark.large
def test_publishing_50_pages_in_the_contents_view(contents, site, add, recorded):
    paths = [f"archive/{number:02}" for number in range(50)]
    for path in paths:
        add(path)
    recorded()
    contents.transition_several(paths, "publish")
    assert recorded() == only(*map(published, paths))
    [item, *_] = feed(site).items
    assert len(item.entries) == 50


@pytest.mark.parametrize("name", each("api", "rest", "contents"))
def test_publishing_a_folder_with_its_content(clients, name, site, recorded):
    clients(name).transition_with_content("news", "publish")
    assert recorded() == only(published_folder("news"), published("news/party"))


def test_publishing_the_default_page_publishes_its_folder_too(classic, site, recorded):
    site["news"].setDefaultPage("party")
    recorded()
    classic.transition("news/party", "publish")
    assert recorded() == only(published("news/party"), published_folder("news"))


def test_publishing_with_dates(clients, site, recorded):
    dates = {"effective": "2020-12-01T00:00:00", "expires": "2099-12-01T00:00:00"}
    clients("rest").transition("news/party", "publish", **dates)
    assert recorded() == only(
        entry(
            "edited transitioned",
            "news/party",
            fields=("effective", "expires"),
            **PUBLISHED,
        )
    )


def test_looking_at_the_state_form_changes_nothing(classic, site, recorded):
    classic.open("news/party", "content_status_history")
    assert recorded() == []


def test_publishing_what_is_public_already_changes_nothing(clients, site, recorded):
    """The REST API answers as if it had been done."""
    clients("rest").transition("news/party", "publish")
    recorded()
    clients("rest").transition("news/party", "publish")
    assert recorded() == []


def test_a_transition_that_is_refused_is_not_recorded(clients, site, recorded):
    clients("rest").transition("news/party", "publish")
    recorded()
    with pytest.raises(Refused, match="No workflow provides"):
        clients("rest").transition("news/party", "submit")
    assert recorded() == []
