"""Test layers beside those of the product, and what makes them fast.

Each test has a database of its own on top of the one of its layer, so it may commit. What it
commits is thrown away, but what the connections have loaded of the layer is not: a third of the
time of a test would go into loading a site and finding its adapters again.
"""

from collections.abc import Callable
from collections.abc import Iterator
from collective.appendonly.entry import PEOPLE_ACTIONS
from collective.appendonly.settings import ActivitySettings
from collective.appendonly.site_actions import SITE_ACTIONS
from collective.appendonly.testing import ACTIVITY_FIXTURE
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from plone.app.testing import FunctionalTesting
from plone.app.testing import PloneSandboxLayer
from plone.app.testing import ploneSite
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from plone.base.utils import get_installer
from plone.dexterity.schema import generated
from plone.testing import Layer
from plone.testing import zodb
from time import time
from unittest.mock import patch
from ZODB.blob import BlobStorage
from ZODB.Connection import Connection
from ZODB.DB import DB
from ZODB.DemoStorage import DemoStorage
from ZODB.MappingStorage import MappingStorage
from ZODB.POSException import POSKeyError
from ZODB.utils import load_current

import pytest
import shutil
import sys


EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"

# What fixtures do to the site itself, besides users, groups and memberships.
_OF_FIXTURES = frozenset(action.name for action in SITE_ACTIONS) - {*PEOPLE_ACTIONS}


@contextmanager
def without_site_actions() -> Iterator:
    """Record nothing that is done to the site itself, such as changes of settings."""
    excluded = ActivitySettings.excluded_actions.fget
    others = property(lambda settings: excluded(settings) | _OF_FIXTURES)
    with patch.object(ActivitySettings, "excluded_actions", others):
        yield


class _Connection(Connection):
    """Loads objects of Plone even when it is closed.

    At the end of a request Zope still uses the site and its component registry. In a new connection
    they are always loaded by then; in one that was used before, caches may have answered instead.
    """

    def setstate(self, obj) -> None:
        is_closed = self.opened is None
        if is_closed and not type(obj).__module__.startswith("collective.appendonly"):
            self.opened = time()
        try:
            super().setstate(obj)
        finally:
            if is_closed:
                self.opened = None


class ReusedDatabase(DB):
    """A database on top of another one, which begins anew when it is closed."""

    klass = _Connection

    def __init__(self, base: DB) -> None:
        super().__init__(DemoStorage(base=base.storage, close_base_on_close=False))
        self.setCacheSize(1_000_000)

    def close(self) -> None:
        for connection in self.pool.all:
            if connection.opened:
                connection.transaction_manager.abort()
                connection.close()
        changes = self.storage.changes
        changed = list(changes._data)
        if isinstance(changes, BlobStorage):
            shutil.rmtree(changes.fshelper.base_dir)
        self.storage.changes = MappingStorage()
        self.storage._copy_methods_from_changes(self.storage.changes)
        self.storage._issued_oids.clear()
        self.storage._stored_oids.clear()
        self._mvcc_storage.invalidate(b"", changed)
        # A test may have made a cache small. Then a savepoint turns objects into ghosts. One that is
        # loaded before the transaction has ended, as the registry of utilities is by CMFCore's
        # indexing queue, keeps its former state.
        self.setCacheSize(self.getCacheSize())
        count = len(self.pool.available)
        for connection in [self.open() for _ in range(count)]:
            cached = {oid: connection._cache.get(oid) for oid in changed}
            for oid, obj in cached.items():
                # What the test has added is not in the database any more. A connection that fails
                # to load an object logs that with a traceback, which takes longer than most tests.
                if obj is not None and self._has(oid):
                    obj._p_activate()
            connection.close()

    def _has(self, oid: bytes) -> bool:
        try:
            load_current(self.storage, oid)
        except POSKeyError:
            return False
        return True


class SiteTesting(FunctionalTesting):
    """Tests of a site, each with a database to commit to."""

    _db = None

    def testSetUp(self) -> None:
        with patch.object(zodb, "stackDemoStorage", self._database):
            super().testSetUp()

    def _database(self, base: DB, name: str) -> DB:
        if self._db is None:
            self._db = ReusedDatabase(base)
        return self._db

    def tearDown(self) -> None:
        self._db = None


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
        with without_site_actions(), _databases(self.baseResolutionOrder[1:]):
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


ACTIVITY_SITE_TESTING = SiteTesting(
    bases=(ACTIVITY_FIXTURE,), name="ActivityLayer:Site"
)


def site_with(
    fill: Callable,
    base: Layer = ACTIVITY_FIXTURE,
    testing: type[FunctionalTesting] = SiteTesting,
) -> FunctionalTesting:
    """Return a layer for tests of a site with content, which *fill* adds once."""
    content = ContentLayer(fill, base)
    return testing(bases=(content,), name=f"{content.__name__}:Functional")


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


def site_of_its_own(layer: Layer):
    """Return two fixtures for tests of a site on *layer*, which has components of its own.

    The first sets the layer up for a module, the second is called ``functional`` there.
    """
    testing = FunctionalTesting(bases=(layer,), name=f"{layer.__name__}:Functional")

    @pytest.fixture(scope="module")
    def set_up(keep_site):
        with standing(layer, testing):
            yield

    @pytest.fixture
    def functional(set_up):
        with one_test(testing):
            yield testing

    return set_up, functional


class ExampleLayer(PloneSandboxLayer):
    """A site with one of the add-ons in ``docs/examples``."""

    defaultBases = (ACTIVITY_FIXTURE,)

    def __init__(self, addon: str) -> None:
        super().__init__(name=f"ExampleLayer:{addon}")
        self._addon = addon

    def setUpZope(self, app, configurationContext) -> None:
        sys.path.insert(0, str(EXAMPLES))
        self.loadZCML(package=import_module(self._addon))

    def setUpPloneSite(self, portal) -> None:
        # As from the Add-ons control panel.
        assert get_installer(portal).install_product(self._addon)

    def tearDownZope(self, app) -> None:
        sys.path.remove(str(EXAMPLES))


# The schemas of content types that layers have thrown away.
_schemas = []


@contextmanager
def standing(*layers) -> Iterator:
    """Set *layers* up, each on top of the one before, and yield the last one."""
    with without_site_actions():
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
