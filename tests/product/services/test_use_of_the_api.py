"""Who can use the services in a Classic site, as docs/rest.rst says, and how others get access.

The site of the other tests has the permissions of a site for Volto.
"""

from argparse import ArgumentParser
from plone import api
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from plone.restapi.permissions import UseRESTAPI
from plone.testing.zope import Browser
from tests.docs.blocks import blocks
from tests.product.documentation.member import Member
from tests.product.people import PASSWORD

import pytest
import shlex
import transaction


pytestmark = pytest.mark.whole_pages

MISSING = f"Missing '{UseRESTAPI}' permission"


@pytest.fixture
def classic(portal, jane, acting):
    """The site without the add-on of the REST API, and with a page by Jane."""
    portal.manage_permission(UseRESTAPI, [], acquire=1)
    api.portal.get_tool("portal_setup").unsetLastVersionForProfile(
        "plone.restapi:default"
    )
    with acting("jane"):
        api.content.create(portal, "Document", "page", title="Rose bed")
    transaction.commit()


@pytest.fixture
def owner(portal, functional):
    """The owner of the site, in the management interface too."""
    return Member(
        Browser(functional["app"]),
        portal.absolute_url(),
        SITE_OWNER_NAME,
        SITE_OWNER_PASSWORD,
    )


@pytest.fixture
def statuses(ask):
    """Return the statuses of a request by Jane, by a manager and by an anonymous user."""

    def statuses(service):
        answers = [
            ask(service, "jane"),
            ask(service, SITE_OWNER_NAME, password=SITE_OWNER_PASSWORD),
            ask(service),
        ]
        return [answer.status_int for answer in answers]

    return statuses


@pytest.mark.parametrize("service", ["/@activity", "/page/@activity", "/@my-activity"])
def test_members_need_a_permission(classic, ask, service):
    answer = ask(service, "jane")
    assert (answer.status_int, answer.json["message"]) == (401, MISSING)


def test_a_manager_can_use_them(classic, statuses):
    assert statuses("/@activity") == [401, 200, 401]


def test_everyone_can_after_the_add_on_was_activated(classic, owner, statuses):
    owner.install("plone.restapi")
    # The settings hide the activity from anonymous users.
    assert statuses("/@activity") == [200, 200, 401]
    assert statuses("") == [200, 200, 200]


def test_roles_can_get_the_permission_in_the_management_interface(
    classic, owner, statuses
):
    owner.browser.open(f"{owner.url}/manage_access")
    owner.browser.getLink(UseRESTAPI).click()
    owner.browser.getControl(name="roles:list").getControl(
        value="Member"
    ).selected = True
    owner.browser.getControl("Save").click()
    assert statuses("/@activity") == [200, 200, 401]
    assert statuses("") == [200, 200, 401]


def test_a_member_who_asks_with_curl(classic, portal, ask):
    """The command in docs/rest.rst."""
    portal.manage_permission(UseRESTAPI, ["Member"], acquire=1)
    [command] = [b.text for b in blocks("rest.rst") if b.text.startswith("curl")]
    parser = ArgumentParser()
    parser.add_argument("--user")
    parser.add_argument("--header")
    parser.add_argument("url")
    typed = parser.parse_args(shlex.split(command)[1:])
    name, _, accept = typed.header.partition(": ")
    assert name == "Accept"
    path = typed.url.removeprefix("https://www.example.org/++api++")
    # curl asks for the password.
    answer = ask(path, typed.user, accept=accept, password=PASSWORD)
    assert answer.status_int == 200
    assert [item["summary"] for item in answer.json["items"]] == [
        "Jane Miller created Rose bed"
    ]
