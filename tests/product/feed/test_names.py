"""Who may ask what one person did."""

from AccessControl.SpecialUsers import nobody
from collective.appendonly.feed import may_look_up
from plone import api

import pytest
import transaction


PEOPLE = ("visitor", "member", "reviewer", "manager")
SELF = {"member", "reviewer", "manager"}

#: Who may look up somebody else: by the setting, by who may list members, and by whether
#: visitors may see who wrote a page.
OTHERS = [
    ("no pages", "managers list", "visitors see no names", {"manager"}),
    ("no pages", "managers list", "visitors see names", {"manager"}),
    ("no pages", "members list", "visitors see no names", SELF),
    ("no pages", "members list", "visitors see names", SELF),
    ("no pages", "all list", "visitors see no names", SELF),
    ("no pages", "all list", "visitors see names", set(PEOPLE)),
    ("pages", "managers list", "visitors see no names", SELF),
    ("pages", "managers list", "visitors see names", set(PEOPLE)),
    ("pages", "members list", "visitors see no names", SELF),
    ("pages", "members list", "visitors see names", set(PEOPLE)),
    ("pages", "all list", "visitors see no names", SELF),
    ("pages", "all list", "visitors see names", set(PEOPLE)),
]
LISTING = {
    "managers list": ["Manager"],
    "members list": ["Manager", "Member"],
    "all list": ["Anonymous"],
}


@pytest.fixture
def people(person):
    person("somebody")
    person("member")
    person("reviewer", "", "Reviewer")
    person("manager", "", "Manager")


def asking(person, user_id):
    user = {"user": nobody} if person == "visitor" else {"username": person}
    with api.env.adopt_user(**user):
        return may_look_up(user_id)


@pytest.mark.parametrize("pages, listing, names, allowed", OTHERS)
def test_who_may_look_up_whom(
    portal, people, configure, pages, listing, names, allowed
):
    configure(people_pages=pages == "pages")
    portal.manage_permission("List portal members", LISTING[listing])
    api.portal.set_registry_record(
        "plone.allow_anon_views_about", names == "visitors see names"
    )
    transaction.commit()
    for user_id in ("somebody", "there is no such person", ""):
        assert {person for person in PEOPLE if asking(person, user_id)} == allowed
    assert {person for person in PEOPLE if asking(person, person)} == allowed | SELF
