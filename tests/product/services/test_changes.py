"""``@activity-changes``: the words that differ between two versions."""

from plone import api
from tests.product.layers import database_of
from tests.product.layers import site_with
from tests.product.people import acting
from tests.product.people import add_jane
from tests.product.people import add_mary
from zope.lifecycleevent import modified

import pytest


def fill(portal):
    add_jane()
    add_mary()
    with acting("jane"):
        page = api.content.create(portal, "Document", "party", title="A party")
        api.content.transition(page, "publish")
    for title in ("Summer party", "Garden party"):
        with acting("jane"):
            page.title = title
            modified(page)


functional = database_of(site_with(fill), scope="module")

SERVICE = "/++api++/party/@activity-changes"
BOTH = {"from": "1", "to": "2"}


def test_the_words_that_differ(portal, ask):
    answer = ask(SERVICE, "jane", **BOTH)
    assert answer.status_int == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    found = answer.json
    assert found.pop("@id").endswith(f"/plone{SERVICE}?from=1&to=2")
    assert found == {
        "changes": [
            {
                "field": "title",
                "title": "Title",
                "passages": [
                    [
                        {"text": "Summer", "change": "removed"},
                        {"text": " ", "change": None},
                        {"text": "Garden", "change": "added"},
                        {"text": " party", "change": None},
                    ]
                ],
            }
        ],
        "complete": True,
    }


@pytest.mark.parametrize("user", ["mary", None])
def test_users_who_cannot_view_versions_are_refused(portal, ask, user):
    answer = ask(SERVICE, user, **BOTH)
    assert (answer.status_int, answer.json["type"]) == (401, "Unauthorized")
    assert "Summer" not in answer.text


@pytest.mark.parametrize(
    "parameters",
    [{}, {"from": "0"}, {"from": "0", "to": "3"}, {"from": "x", "to": "1"}],
)
def test_other_versions_are_not_found(portal, ask, parameters):
    answer = ask(SERVICE, "jane", **parameters)
    assert (answer.status_int, answer.json["type"]) == (404, "NotFound")


def test_a_site_has_no_versions(portal, ask):
    answer = ask("/++api++/@activity-changes", "jane", **BOTH)
    assert answer.status_int == 404


def test_a_comparison_changes_nothing(portal, ask, changed):
    ask(SERVICE, "jane", **BOTH)
    changed.clear()
    assert ask(SERVICE, "jane", **BOTH).status_int == 200
    assert changed == []
