"""Permission to look up the activity of a user."""

from collective.appendonly.feed import may_look_up
from plone import api
from tests.product.people import reading

import pytest
import transaction


PEOPLE = ("anonymous", "member", "reviewer", "manager")
SELF = {"member", "reviewer", "manager"}

#: The users that may look up others: by the setting, by the permission to list members, and by
#: whether anonymous users see the authors of pages.
OTHERS = [
    ("no pages", "managers list", "anonymous users see no names", {"manager"}),
    ("no pages", "managers list", "anonymous users see names", {"manager"}),
    ("no pages", "members list", "anonymous users see no names", SELF),
    ("no pages", "members list", "anonymous users see names", SELF),
    ("no pages", "all list", "anonymous users see no names", SELF),
    ("no pages", "all list", "anonymous users see names", set(PEOPLE)),
    ("pages", "managers list", "anonymous users see no names", SELF),
    ("pages", "managers list", "anonymous users see names", set(PEOPLE)),
    ("pages", "members list", "anonymous users see no names", SELF),
    ("pages", "members list", "anonymous users see names", set(PEOPLE)),
    ("pages", "all list", "anonymous users see no names", SELF),
    ("pages", "all list", "anonymous users see names", set(PEOPLE)),
]
LISTING = {
    "managers list": ["Manager"],
    "members list": ["Manager", "Member"],
    "all list": ["Anonymous"],
}


@pytest.fixture
def people(person):
    person("another")
    person("member")
    person("reviewer", "", "Reviewer")
    person("manager", "", "Manager")


def asking(person, user_id):
    with reading(person):
        return may_look_up(user_id)


@pytest.mark.parametrize("pages, listing, names, allowed", OTHERS)
def test_users_can_look_up_the_activity_of_others(
    portal, people, configure, pages, listing, names, allowed
):
    configure(people_pages=pages == "pages")
    portal.manage_permission("List portal members", LISTING[listing])
    api.portal.set_registry_record(
        "plone.allow_anon_views_about", names == "anonymous users see names"
    )
    transaction.commit()
    for user_id in ("another", "there is no such person", ""):
        assert {person for person in PEOPLE if asking(person, user_id)} == allowed
    assert {person for person in PEOPLE if asking(person, person)} == allowed | SELF
