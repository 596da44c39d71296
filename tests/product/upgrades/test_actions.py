"""The upgrade of the actions that lead from content to its activity."""

from collective.appendonly.upgrades import to_1007
from plone import api

import pytest


FORMER = {
    "object": "object/@@activity/is_offered|nothing",
    "document_actions": (
        "python:member is None and path('object/@@activity/is_offered|nothing')"
    ),
}


@pytest.fixture
def actions(portal):
    tool = api.portal.get_tool("portal_actions")
    return {category: tool[category]["activity"] for category in FORMER}


def conditions(actions):
    return {category: action.available_expr for category, action in actions.items()}


def test_the_upgrade_gives_the_actions_the_conditions_of_a_new_site(portal, actions):
    new = conditions(actions)
    for category, action in actions.items():
        action.manage_changeProperties(available_expr=FORMER[category])
    to_1007(portal.portal_setup)
    assert conditions(actions) == new
    assert all("is_offered_" in condition for condition in new.values())


def test_the_upgrade_leaves_what_a_site_has_changed_or_removed(portal, actions):
    actions["object"].manage_changeProperties(available_expr="python:False")
    tool = api.portal.get_tool("portal_actions")
    del tool["document_actions"]["activity"]
    to_1007(portal.portal_setup)
    assert actions["object"].available_expr == "python:False"
    assert "activity" not in tool["document_actions"]
