"""A site where everything happens at one moment, and the clients that change it."""

from .clients import CLIENTS
from .clients import each
from .expected import NOW
from .expected import simplified
from .layer import NEWS
from collective.appendonly import clock
from collective.appendonly.entry import encode
from collective.appendonly.entry import plain_text
from collective.appendonly.interfaces import IEntryWillBeRecordedEvent
from collective.appendonly.interfaces import SETTINGS_PREFIX
from collective.appendonly.permissions import SITE_PERMISSIONS
from plone import api
from plone.dexterity.schema import generated
from Products.CMFCore.interfaces import IContentish
from tests.product.layers import database_of
from zope.component import getGlobalSiteManager

import pytest
import transaction


functional = database_of(NEWS)


@pytest.fixture(autouse=True)
def content_only():
    """Pages are whole, since the classic client uses their menus."""


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "utc_now", lambda: NOW)


@pytest.fixture(autouse=True)
def errors(caplog):
    """Return the errors that the product has logged. Without a call there must be none.

    Errors are survived, and so would otherwise go unnoticed.
    """
    asked = False

    def logged():
        records = [
            record
            for phase in ("setup", "call")
            for record in caplog.get_records(phase)
            if record.name.startswith("collective.appendonly")
        ]
        assert all(record.exc_info for record in records), "There is a traceback."
        return [record.getMessage() for record in records]

    def errors():
        nonlocal asked
        asked = True
        return logged()

    yield errors
    if not asked:
        assert logged() == []


@pytest.fixture
def clients(portal, functional):
    """Return a client by its name."""
    return lambda name, *login: CLIENTS[name](portal, functional["app"], *login)


@pytest.fixture(params=each("api", "rest", "classic"))
def client(request, clients):
    """Each client, in turn."""
    return clients(request.param)


@pytest.fixture(params=each())
def any_client(request, clients):
    """Each client, with the Contents view: for the actions that it has."""
    return clients(request.param)


@pytest.fixture
def python(clients):
    return clients("api")


@pytest.fixture
def classic(clients):
    return clients("classic")


@pytest.fixture
def contents(clients):
    return clients("contents")


@pytest.fixture
def recorded(portal, recorded):
    """Commit, and return what was recorded since the last call, as in ``expected``.

    Checks time and UID of each entry, and the UID of its source. That of what was removed must have
    been known at the last call, so call this before something is removed.
    """

    def uids():
        brains = portal.portal_catalog.getAllBrains()
        root = len(portal.getPhysicalPath())
        return {"/".join(b.getPath().split("/")[root:]): b.UID for b in brains}

    known = uids()

    def checked():
        nonlocal known
        change_sets = recorded()
        today = uids()
        for change_set in change_sets:
            assert change_set.time == NOW
            for entry in change_set.entries:
                if entry.source is not None:
                    is_place = not {"moved", "renamed"}.isdisjoint(entry.actions)
                    uids_there = (
                        known.get(entry.source.path),
                        today.get(entry.source.path),
                    )
                    assert entry.source.uid in ([""] if is_place else uids_there)
                if entry.action == "removed":
                    assert entry.uid in known.values()
                    assert entry.uid == known.get(entry.path, entry.uid)
                    assert entry.uid not in today.values()
                elif entry.portal_type in SITE_PERMISSIONS:
                    assert (entry.uid, entry.path) == ("", "")
                else:
                    assert entry.uid == today[entry.path]
        known = today
        return [simplified(change_set) for change_set in change_sets]

    return checked


@pytest.fixture
def new_schema():
    """Forget the schemas of types after the test. They are in a module, and would keep new fields."""
    yield
    for name in set(vars(generated)):
        if name.startswith("plone_"):
            delattr(generated, name)


@pytest.fixture
def left_out(portal):
    """Set the excluded actions, in the transaction at hand."""

    def left_out(*actions):
        name = f"{SETTINGS_PREFIX}.actions_left_out"
        api.portal.set_registry_record(name, actions)

    return left_out


@pytest.fixture
def stored(log):
    """Return all that the log has, as bytes that a search finds a word in."""

    def stored():
        transaction.commit()
        return b"".join(plain_text(encode(found)) for _, found in log.older())

    return stored


@pytest.fixture
def subscribe():
    """Subscribe to the event before entries about content are recorded."""
    registry = getGlobalSiteManager()
    required = (IContentish, IEntryWillBeRecordedEvent)
    handlers = []

    def subscribe(handler):
        registry.registerHandler(handler, required)
        handlers.append(handler)

    yield subscribe
    for handler in handlers:
        registry.unregisterHandler(handler, required)


@pytest.fixture
def add(portal):
    """Add content by its path, with a title made of it, in the transaction at hand."""

    def add(path, portal_type="Document"):
        folder, _, name = path.rpartition("/")
        container = portal.unrestrictedTraverse(folder) if folder else portal
        title = name.title()
        return api.content.create(
            container, portal_type, name, title=title, language="en"
        )

    return add


@pytest.fixture
def site(portal):
    """The site with two folders, ``news`` and ``archive``, and the page ``news/party``.

    All of it is private.
    """
    return portal


@pytest.fixture
def page(site):
    """The page ``news/party``."""
    return site["news"]["party"]
