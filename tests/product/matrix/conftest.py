from .layer import STORIES_FIXTURE
from .layer import STORIES_FUNCTIONAL_TESTING
from .outputs import Reader
from tests.product.layers import one_test
from tests.product.layers import standing
from tests.product.people import PASSWORD

import pytest


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
