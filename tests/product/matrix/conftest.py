"""A site on which all actions were done, shared by all tests."""

from .outputs import Reader
from collective.appendonly.interfaces import SETTINGS_PREFIX
from collective.appendonly.portlets.activity import Assignment
from plone import api
from plone.app.testing import applyProfile
from tests.product.layers import database_of
from tests.product.layers import site_with
from tests.product.matrix.stories import happen
from tests.product.matrix.stories import move_in
from tests.product.people import PASSWORD

import pytest
import transaction


def fill(portal):
    applyProfile(portal, "plone.app.discussion:default")
    applyProfile(portal, "plone.app.iterate:default")
    for name, value in {
        "audience": "everybody",
        "viewlet_lines": 50,
        "viewlet_places": ("site",),
        "people_pages": True,
    }.items():
        api.portal.set_registry_record(f"{SETTINGS_PREFIX}.{name}", value)
    api.portal.set_registry_record("plone.allow_anon_views_about", True)
    move_in(portal)
    portal.restrictedTraverse("++contextportlets++plone.rightcolumn")["activity"] = (
        Assignment(scope="site", count=50)
    )
    transaction.commit()
    happen(portal)


#: All tests only read.
functional = database_of(site_with(fill), scope="module")


@pytest.fixture(autouse=True)
def one_line_for_each(one_by_one):
    """So that a line is about one object, whose word is in its sentence."""


@pytest.fixture
def reader(portal, functional):
    """Return a user with a browser."""

    def reader(person):
        login = None if person == "anonymous" else f"{person}:{PASSWORD}"
        return Reader(person, portal.absolute_url(), login, functional["app"])

    return reader
