"""``@@activity-people``: users by name, for the filter form."""

from plone import api
from plone.base.interfaces import INavigationRoot
from zope.interface import alsoProvides

import json
import pytest
import transaction


@pytest.fixture
def find(portal, browse):
    """Return the users that are found, as pairs of id and text."""

    def find(query="", user="jane"):
        browser = browse(f"/@@activity-people?{query}", user)
        assert browser.headers["status"] == "200 OK"
        assert browser.headers["content-type"] == "application/json; charset=utf-8"
        assert browser.headers["cache-control"] == "private, no-store"
        found = json.loads(browser.contents)
        assert found["total"] == len(found["results"])
        return [(each["id"], each["text"]) for each in found["results"]]

    return find


@pytest.fixture
def people(jane, mary, person):
    person("mary-2", "Mary Miller")
    person("unnamed", "")


@pytest.mark.parametrize(
    "query, found",
    [
        ("query=Miller", [("jane", "Jane Miller"), ("mary-2", "Mary Miller")]),
        ("query=member", [("mary", "Mary Member")]),
        # An id is found as a whole.
        ("query=unnamed", [("unnamed", "unnamed")]),
        ("query=jane", [("jane", "Jane Miller")]),
        ("query=unname", []),
        ("query=nobody-of-that-name", []),
        ("query=%20", None),
        ("", None),
        ("query=a&query=b", None),
        ("query.x:record=a", None),
        ("query=%7B%22criteria%22%3A1%7D", []),
        ("query=%FF%00", []),
    ],
)
def test_users_are_found_by_name_or_id(people, find, query, found):
    everybody = [
        ("jane", "Jane Miller"),
        ("mary", "Mary Member"),
        ("mary-2", "Mary Miller"),
        ("unnamed", "unnamed"),
    ]
    answer = [user for user in find(query) if user in everybody]
    assert sorted(answer) == (everybody if found is None else found)


def test_a_site_with_many_users_lists_none_without_a_query(people, find):
    api.portal.set_registry_record("plone.many_users", True)
    transaction.commit()
    assert find() == []
    assert find("query=member") == [("mary", "Mary Member")]


def test_only_those_who_can_list_members_get_names(portal, people, browse, person):
    person("ada", "Ada Admin", "Manager")
    portal.manage_permission("List portal members", ["Manager"])
    transaction.commit()
    for user in ("jane", "mary", None):
        assert "Miller" not in browse("/@@activity-people?query=mill", user).contents
    assert "Miller" in browse("/@@activity-people?query=mill", "ada").contents


def test_the_members_of_the_site_are_not_listed_by_a_right_in_a_subsite(
    portal, people, browse
):
    subsite = api.content.create(portal, "Folder", "subsite")
    api.content.transition(subsite, "publish")
    alsoProvides(subsite, INavigationRoot)
    portal.manage_permission("List portal members", ["Manager"])
    subsite.manage_permission("List portal members", ["Member"])
    transaction.commit()
    page = browse("/subsite/@@activity-people?query=mill", "mary").contents
    assert "Miller" not in page
    portal.manage_permission("List portal members", ["Member"])
    transaction.commit()
    page = browse("/subsite/@@activity-people?query=mill", "mary").contents
    assert "Miller" in page


def test_a_user_folder_that_fails_finds_nobody(people, find, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("The directory does not respond.")

    monkeypatch.setattr(
        "plone.app.vocabularies.principals.BaseFactory.__call__", broken
    )
    assert find("query=jane") == []


def test_searching_writes_nothing(portal, people, browse, changed):
    browse("/@@activity-people", "jane")
    changed.clear()
    browse("/@@activity-people?query=miller", "jane")
    assert changed == []
