"""Test layers beside those of the product.

Each test has a database of its own on top of the one of its layer, so it may commit: what it
commits is thrown away.
"""

from collections.abc import Iterator
from collective.appendonly.testing import ACTIVITY_FIXTURE
from contextlib import contextmanager
from plone.app.testing import FunctionalTesting
from plone.app.testing import ploneSite
from plone.dexterity.schema import generated
from plone.testing import Layer
from plone.testing import zodb


class ContentLayer(Layer):
    """A site with content: a database on top of the one of the site without.

    Unlike a PloneSandboxLayer it has no components of its own, and is in the way of no other
    layer. So it is set up once for all tests of a process, in whatever order they run.
    """

    def fill(self, portal) -> None:
        raise NotImplementedError

    def setUp(self) -> None:
        self._db = zodb.stackDemoStorage(self.get("zodbDB"), name=self.__name__)
        self.testSetUp()
        with ploneSite() as portal:
            self.fill(portal)
        self.testTearDown()

    def tearDown(self) -> None:
        self._db.close()

    def testSetUp(self) -> None:
        self["zodbDB"] = self._db

    def testTearDown(self) -> None:
        del self["zodbDB"]


ACTIVITY_SITE_TESTING = FunctionalTesting(
    bases=(ACTIVITY_FIXTURE,), name="ActivityLayer:Site"
)


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
def one_test(layer) -> Iterator:
    """Yield *layer*, for one test."""
    bases = (
        each for each in layer.baseResolutionOrder if isinstance(each, ContentLayer)
    )
    layers = [layer, *bases]
    for each in reversed(layers):
        each.testSetUp()
    yield layer
    for each in layers:
        each.testTearDown()
