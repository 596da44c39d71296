"""A Plone site with the add-on, per test, and short ways to read its log.

``pytest tests/structures`` needs no Plone and takes seconds; everything here sets up a site.
"""

from collective.appendonly import transactions
from collective.appendonly.browser.recent import REMEMBERED
from collective.appendonly.feed import items
from collective.appendonly.interfaces import IActivityLayer
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import SETTINGS_PREFIX
from collective.appendonly.log import ActivityLog
from collective.appendonly.schemata import fields_of_type
from contextlib import ExitStack
from datetime import timedelta
from plone import api
from plone.app.testing import applyProfile
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from plone.autoform.interfaces import READ_PERMISSIONS_KEY
from plone.testing.zope import Browser
from Products.CMFPlone.browser.main_template import MainTemplate
from Products.SiteErrorLog.SiteErrorLog import temp_logs
from tests.product import people
from tests.product.layers import ContentLayer
from tests.product.layers import standing
from tests.product.layers import without_site_actions
from tests.product.operations.maintenance.diary import write_diary
from tests.product.people import add_jane
from tests.product.people import add_mary
from tests.product.people import add_person
from tests.product.people import PASSWORD
from ZODB.Connection import Connection
from zope.component import getGlobalSiteManager
from zope.component import getUtility
from zope.interface import alsoProvides

import gc
import pytest
import transaction


@pytest.fixture(scope="session", autouse=True)
def keep_site(functional_session):
    """Set the site up once, not for each test."""
    # All of it stays: the garbage collector need not look at it again and again.
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def set_up_once(keep_site):
    """Set the layers with content up that a layer is made of, for all tests."""
    stand = set()
    with ExitStack() as stack:

        def set_up_once(layer):
            for base in reversed(layer.baseResolutionOrder):
                if isinstance(base, ContentLayer) and base not in stand:
                    stack.enter_context(standing(base))
                    stand.add(base)

        yield set_up_once


@pytest.fixture(autouse=True)
def site_first(request):
    """Set up the site of the test before clocks and other things are replaced."""
    if "functional" in request.fixturenames:
        request.getfixturevalue("functional")


@pytest.fixture(autouse=True)
def content_only(request, monkeypatch):
    """Render pages as in a dialog, which takes a third of the time.

    Tests with the mark ``whole_pages`` get toolbar, viewlets and portlets.
    """
    if request.node.get_closest_marker("whole_pages") is None:
        # Plone 6.1 has their names only.
        suffix = "" if hasattr(MainTemplate, "main_template") else "_name"
        ajax = getattr(MainTemplate, f"ajax_template{suffix}")
        monkeypatch.setattr(MainTemplate, f"main_template{suffix}", ajax)


@pytest.fixture(autouse=True)
def content_recorded(request):
    """Record what is done to content, users and groups.

    Tests with the mark ``site_actions`` also record what is done to the site itself. Otherwise each
    fixture that changes a setting would leave an entry.
    """
    if request.node.get_closest_marker("site_actions") is not None:
        yield
        return
    with without_site_actions():
        yield


@pytest.fixture(autouse=True)
def all_causes_logged(monkeypatch):
    """Log what the read side is guarded against, though an earlier test did so."""
    monkeypatch.setattr(transactions, "_logged", set())


@pytest.fixture(autouse=True)
def nothing_remembered():
    """Render what an earlier test may have rendered, in another database with the same times."""
    REMEMBERED.invalidateAll()


@pytest.fixture
def one_by_one(monkeypatch):
    """List changes of one kind on lines of their own, as if there were much time between them."""
    monkeypatch.setattr(items, "NEAR", timedelta(-1))


@pytest.fixture
def portal(functional):
    """The site, with a manager logged in, in a database of its own for each test."""
    site = functional["portal"]
    # Plone stores errors by the path of the site, and shares them with later sites at that path.
    temp_logs.clear()
    setRoles(site, TEST_USER_ID, ["Manager"])
    transaction.commit()
    yield site
    transaction.abort()


@pytest.fixture
def log(portal):
    return getUtility(IActivityLog)


@pytest.fixture
def recorded(log):
    """Commit, and return all change sets recorded since the last call, oldest first.

    A large one comes in parts.
    """
    read = len(list(log.older()))

    def recorded():
        nonlocal read
        transaction.commit()
        change_sets = [change_set for _, change_set in log.older()]
        new = change_sets[: len(change_sets) - read]
        read = len(change_sets)
        return new[::-1]

    return recorded


@pytest.fixture
def configure(portal):
    """Change settings, given by their names, and commit."""

    def configure(**settings):
        for name, value in settings.items():
            api.portal.set_registry_record(f"{SETTINGS_PREFIX}.{name}", value)
        transaction.commit()

    return configure


@pytest.fixture
def person(portal):
    """Return a new member."""

    def person(user_id, fullname="", *roles):
        user = add_person(user_id, fullname, *roles)
        transaction.commit()
        return user

    return person


@pytest.fixture
def jane(portal):
    """An editor. The layer of the test may have her."""
    jane = api.user.get("jane") or add_jane()
    transaction.commit()
    return jane


@pytest.fixture
def mary(portal):
    """A member with no other role. The layer of the test may have her."""
    mary = api.user.get("mary") or add_mary()
    transaction.commit()
    return mary


@pytest.fixture
def acting(portal):
    return people.acting


@pytest.fixture
def http_request(portal):
    """The request of the test, as one of a site with the add-on."""
    alsoProvides(portal.REQUEST, IActivityLayer)
    return portal.REQUEST


@pytest.fixture
def browse(portal, functional):
    """Return a browser at a path in the site, for a user or an anonymous user."""

    def browse(path="", user=None, password=PASSWORD, **headers):
        browser = Browser(functional["app"])
        # Tests look at error responses too.
        browser.raiseHttpErrors = False
        if user is not None:
            browser.addHeader("Authorization", f"Basic {user}:{password}")
        for name, value in headers.items():
            browser.addHeader(name.replace("_", "-"), value)
        browser.open(f"{portal.absolute_url()}{path}")
        return browser

    return browse


@pytest.fixture
def uninstall(portal):
    """Uninstall the add-on, and commit."""

    def uninstall():
        applyProfile(portal, "collective.appendonly:uninstall")
        transaction.commit()

    return uninstall


@pytest.fixture
def loaded(functional, monkeypatch):
    """Forget all objects; return the classes of the product's that are loaded afterwards."""
    loaded = []
    setstate = Connection.setstate

    def noticing(self, obj):
        if type(obj).__module__.startswith("collective.appendonly."):
            loaded.append(type(obj).__name__)
        setstate(self, obj)

    def forget():
        transaction.commit()
        functional["zodbDB"].cacheMinimize()
        loaded.clear()
        return loaded

    monkeypatch.setattr(Connection, "setstate", noticing)
    return forget


@pytest.fixture
def changed(monkeypatch):
    """The objects that were changed in any connection."""
    changed = []
    register = Connection.register

    def noticing(self, obj):
        changed.append(obj)
        register(self, obj)

    monkeypatch.setattr(Connection, "register", noticing)
    return changed


@pytest.fixture
def read(monkeypatch):
    """The change sets that were read, from new to old."""
    read = []
    older = ActivityLog.older

    def noticing(self, *args, **kwargs):
        for found in older(self, *args, **kwargs):
            read.append(found)
            yield found

    monkeypatch.setattr(ActivityLog, "older", noticing)
    return read


@pytest.fixture
def diary(log):
    """A log in which Bob and Jane did something on each of forty days, in turn."""
    write_diary(log)
    return log


@pytest.fixture
def meanwhile():
    """Do something when an event of some kind is handled for the first time.

    Returns a list that grows by one whenever it is.
    """
    registry = getGlobalSiteManager()
    registered = []

    def meanwhile(required, do):
        times = []

        def handler(*event):
            times.append(event)
            if len(times) == 1:
                do()

        registry.registerHandler(handler, required)
        registered.append((handler, required))
        return times

    yield meanwhile
    for handler, required in registered:
        registry.unregisterHandler(handler, required)


@pytest.fixture
def protect():
    """Give a field of a schema a read permission, as if the code had it from the start."""
    with ExitStack() as stack:

        def protect(schema, name):
            before = schema.queryDirectTaggedValue(READ_PERMISSIONS_KEY) or {}
            tag(schema, {**before, name: "cmf.ManagePortal"})
            stack.callback(tag, schema, before)

        def tag(schema, permissions):
            schema.setTaggedValue(READ_PERMISSIONS_KEY, permissions)
            fields_of_type.cache_clear()

        yield protect
