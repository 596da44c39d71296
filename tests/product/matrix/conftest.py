"""A site on which all actions were done, shared by all tests."""

from .outputs import Reader
from collective.appendonly.interfaces import SETTINGS_PREFIX
from collective.appendonly.portlets.activity import Assignment
from collective.appendonly.testing import ACTIVITY_FIXTURE
from plone import api
from plone.app.testing import applyProfile
from plone.app.testing import FunctionalTesting
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from tests.product.layers import ContentLayer
from tests.product.layers import one_test
from tests.product.layers import standing
from tests.product.matrix.stories import happen
from tests.product.matrix.stories import move_in
from tests.product.people import PASSWORD

import pytest
import transaction


class StoriesLayer(ContentLayer):
    defaultBases = (ACTIVITY_FIXTURE,)

    def fill(self, portal):
        applyProfile(portal, "plone.app.discussion:default")
        applyProfile(portal, "plone.app.iterate:default")
        for name, value in {
            "audience": "everybody",
            "viewlet_lines": 50,
            "viewlet_places": {"site"},
        }.items():
            api.portal.set_registry_record(f"{SETTINGS_PREFIX}.{name}", value)
        setRoles(portal, TEST_USER_ID, ["Manager"])
        move_in(portal)
        portal.restrictedTraverse("++contextportlets++plone.rightcolumn")[
            "activity"
        ] = Assignment(scope="site", count=50)
        transaction.commit()
        happen(portal)


STORIES_FIXTURE = StoriesLayer()
STORIES_FUNCTIONAL_TESTING = FunctionalTesting(
    bases=(STORIES_FIXTURE,), name="StoriesLayer:Functional"
)


@pytest.fixture(scope="session")
def stories(keep_site):
    """A site on which all actions were done, made once."""
    with standing(STORIES_FIXTURE, STORIES_FUNCTIONAL_TESTING) as layer:
        yield layer


@pytest.fixture
def functional(stories):
    with one_test(stories) as layer:
        yield layer


@pytest.fixture
def reader(portal, functional):
    """Return a user with a browser."""

    def reader(person):
        login = None if person == "anonymous" else f"{person}:{PASSWORD}"
        return Reader(person, portal.absolute_url(), login, functional["app"])

    return reader
