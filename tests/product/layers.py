"""Test layers beside those of the product.

Each test has a database of its own on top of the one of its layer, so it may commit: what it
commits is thrown away.
"""

from collections.abc import Callable
from collections.abc import Iterator
from collective.appendonly.testing import ACTIVITY_FIXTURE
from contextlib import contextmanager
from plone.app.testing import FunctionalTesting
from plone.app.testing import ploneSite
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from plone.dexterity.schema import generated
from plone.testing import Layer
from plone.testing import zodb

import pytest


class ContentLayer(Layer):
    """A site with content: a database on top of the one of the site without.

    *fill* is called with the site, by a manager. Unlike a PloneSandboxLayer this has no components
    of its own, and is in the way of no other layer. So it is set up once for all tests of a
    process, in whatever order they run.
    """

    def __init__(self, fill: Callable, base: Layer = ACTIVITY_FIXTURE) -> None:
        super().__init__(bases=(base,), name=f"{fill.__module__}:{fill.__qualname__}")
        self._fill = fill

    def setUp(self) -> None:
        with _databases(self.baseResolutionOrder[1:]):
            self._db = zodb.stackDemoStorage(self.get("zodbDB"), name=self.__name__)
            with _databases([self]), ploneSite() as portal:
                setRoles(portal, TEST_USER_ID, ["Manager"])
                self._fill(portal)

    def tearDown(self) -> None:
        self._db.close()

    def testSetUp(self) -> None:
        self["zodbDB"] = self._db

    def testTearDown(self) -> None:
        del self["zodbDB"]


ACTIVITY_SITE_TESTING = FunctionalTesting(
    bases=(ACTIVITY_FIXTURE,), name="ActivityLayer:Site"
)


def site_with(fill: Callable, base: Layer = ACTIVITY_FIXTURE) -> FunctionalTesting:
    """Return a layer for tests of a site with content, which *fill* adds once."""
    content = ContentLayer(fill, base)
    return FunctionalTesting(bases=(content,), name=f"{content.__name__}:Functional")


def database_of(layer: Layer, needed_by: str = "", scope: str = "function"):
    """Return the fixture ``functional``: *layer*, with a database for each test, or each *scope*.

    Tests that do not use the fixture *needed_by*, if there is one, get the site without content.
    Layers are set up when they are first needed.
    """

    @pytest.fixture(scope=scope)
    def functional(request, set_up_once):
        is_needed = not needed_by or needed_by in request.fixturenames
        chosen = layer if is_needed else ACTIVITY_SITE_TESTING
        set_up_once(chosen)
        with one_test(chosen):
            yield chosen

    return functional


# The schemas of content types that layers have thrown away.
_schemas = []


@contextmanager
def standing(*layers) -> Iterator:
    """Set *layers* up, each on top of the one before, and yield the last one."""
    for layer in layers:
        layer.setUp()
    yield layers[-1]
    # plone.dexterity generates a schema for each content type of a site, called for instance
    # "plone_0_Document". A PloneSandboxLayer throws away those that were generated on it, and
    # the next site makes others of the same name. Interfaces are compared by their names: in
    # the weak dictionary of dependents that their common base has, the new one is counted
    # under the old one, which the dictionary goes on to refer to. When the garbage collector
    # removes the old one before plone.supermodel.utils.syncSchema sets the bases of the new
    # one again, that fails with the KeyError of a weak reference. So keep the old ones.
    _schemas.append(dict(vars(generated)))
    for layer in reversed(layers):
        layer.tearDown()


@contextmanager
def _databases(layers) -> Iterator:
    """Use the databases of those of *layers* that have content, each on top of the next one."""
    content = [layer for layer in layers if isinstance(layer, ContentLayer)]
    for layer in reversed(content):
        layer.testSetUp()
    yield
    for layer in content:
        layer.testTearDown()


@contextmanager
def one_test(layer) -> Iterator:
    """Yield *layer*, for one test."""
    with _databases(layer.baseResolutionOrder):
        layer.testSetUp()
        yield layer
        layer.testTearDown()
