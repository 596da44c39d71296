"""The activity among the components of content."""

from collective.appendonly.feed import pages
from plone import api

import pytest


@pytest.fixture
def garden(portal, jane, acting):
    with acting("jane"):
        garden = api.content.create(portal, "Folder", "garden", title="The garden")
    with acting("jane"):
        api.content.transition(garden, "publish")


def component(answer):
    assert answer.status_int == 200
    return answer.json["@components"].get("activity")


@pytest.mark.parametrize("path", ["", "/garden"])
def test_it_is_listed_and_costs_nothing(garden, ask, path, monkeypatch):
    def read(*args, **others):
        raise AssertionError("The log was read.")

    monkeypatch.setattr(pages, "open_log", read)
    assert component(ask(f"{path}", "jane")) == {
        "@id": f"http://nohost:80/plone{path}/@activity"
    }


def test_it_is_listed_only_for_users_with_access(garden, ask, configure):
    assert component(ask("/garden")) is None
    assert component(ask("/garden?expand=activity")) is None
    configure(audience="nobody")
    assert component(ask("/garden?expand=activity", "jane")) is None


def test_expanded_it_is_the_response_of_the_service(garden, ask):
    expanded = component(ask("/garden", "jane", expand="activity"))
    answer = ask("/garden/@activity", "jane").json
    assert len(answer["items"]) == 2
    for found in (expanded, answer):
        found["news"] = found["news"].partition("latest=")[0]
    assert expanded == answer


def test_its_parameters_have_a_prefix(garden, ask):
    expanded = component(
        ask(
            "/garden",
            "jane",
            expand="activity",
            text="nothing like that",
            **{"expand.activity.b_size": 1, "expand.activity.actions": "created"},
        )
    )
    assert [item["summary"] for item in expanded["items"]] == [
        "Jane Miller created The garden"
    ]
    assert expanded["@id"] == (
        "http://nohost:80/plone/garden/@activity?actions=created&b_size=1"
    )


def test_an_invalid_parameter_does_not_affect_the_content(portal, garden, ask):
    answer = ask(
        "/garden", "jane", expand="activity", **{"expand.activity.older": "nonsense"}
    )
    assert answer.json["title"] == "The garden"
    assert component(answer) == {
        "@id": "http://nohost:80/plone/garden/@activity",
        "type": "BadRequest",
        "message": "Invalid cursor. Start again from the first page.",
    }
    assert portal.error_log.getLogEntries() == []


def test_a_site_without_the_add_on_lists_no_activity(garden, ask, uninstall):
    uninstall()
    assert component(ask("/garden?expand=activity", "jane")) is None
