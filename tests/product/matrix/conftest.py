from .layer import STORIES_FIXTURE
from .layer import STORIES_FUNCTIONAL_TESTING
from .outputs import Reader
from tests.product.layers import one_test
from tests.product.layers import standing
from tests.product.people import PASSWORD

import pytest


@pytest.fixture(scope="package")
def stories(keep_site):
    """Let everything happen on the site, and take it back before other tests use it."""
    with standing(STORIES_FIXTURE, STORIES_FUNCTIONAL_TESTING) as layer:
        yield layer


@pytest.fixture
def functional(stories):
    with one_test(stories) as layer:
        yield layer


@pytest.fixture
def reader(portal, functional):
    """Return somebody with a browser."""

    def reader(person):
        login = None if person == "visitor" else f"{person}:{PASSWORD}"
        return Reader(person, portal.absolute_url(), login, functional["app"])

    return reader
