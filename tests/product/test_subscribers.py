"""The size of the stack follows the settings, and nothing is lost on the way."""

from collective.appendonly.interfaces import IActivitySettings
from collective.appendonly.interfaces import SETTINGS_PREFIX
from collective.appendonly.log import ActivityLog
from collective.appendonly.setuphandlers import install
from collective.appendonly.structures.check import check
from plone import api
from plone.app.registry.exportimport.handler import RegistryImporter
from plone.app.testing import TEST_USER_NAME
from plone.app.testing import TEST_USER_PASSWORD
from plone.registry.interfaces import IRecordModifiedEvent
from Products.CMFCore.interfaces import IContentish
from tests.product.layers import database_of
from tests.product.layers import site_with
from threading import Thread
from webtest import TestApp
from ZODB.POSException import ConflictError
from zope.lifecycleevent.interfaces import IObjectModifiedEvent
from ZPublisher.HTTPRequest import HTTPRequest
from ZPublisher.utils import basic_auth_encode
from ZPublisher.WSGIPublisher import publish_module

import pytest
import transaction


pytestmark = pytest.mark.large


CREDENTIALS = basic_auth_encode(TEST_USER_NAME, TEST_USER_PASSWORD)


def fill(portal):
    for number in range(30):
        api.content.create(portal, "Document", f"page-{number}", title="Page")
        transaction.commit()


functional = database_of(site_with(fill), needed_by="pages")


@pytest.fixture
def pages(portal):
    """30 pages that were made one after the other."""


@pytest.fixture
def listed(log):
    """Return what the log lists, oldest first, after checking its structures."""

    def listed():
        transaction.begin()
        check(log.stack, log.archive)
        return [
            " ".join((*entry.actions, entry.path))
            for _, change_set in reversed(list(log.older()))
            for entry in change_set.entries
        ]

    return listed


CREATED = [f"created page-{number}" for number in range(30)]


def size(log):
    return log.stack.max_layers, log.stack.max_length


@pytest.mark.parametrize(
    "layers, length, on_the_stack",
    [(2, 8, 14), (4, 8, 14), (2, 2, 0), (20, 100, 0), (3, 16, 0)],
)
def test_the_surplus_is_archived(
    pages, log, listed, configure, layers, length, on_the_stack
):
    positions = [position for position, _ in log.older()]
    configure(window_layers=layers, window_length=length)
    assert size(log) == (layers, length)
    assert len(log.stack) == on_the_stack
    assert listed() == CREATED
    assert [position for position, _ in log.older()] == positions


def test_fewer_layers_are_archived_oldest_first(portal, log, listed, configure):
    configure(window_layers=4)
    for number in range(30):
        api.content.create(portal, "Document", f"page-{number}", title="Page")
        transaction.commit()
    assert (len(log.stack), len(log.archive)) == (30, 0)
    configure(window_layers=2)
    assert (len(log.stack), len(log.archive)) == (14, 16)
    assert listed() == CREATED


def test_what_comes_next_is_recorded_in_the_new_size(portal, pages, listed, configure):
    for layers, length in ((5, 3), (2, 10), (2, 2), (3, 2)):
        configure(window_layers=layers, window_length=length)
        for number in range(10):
            portal["page-0"].title = f"{layers} {length} {number}"
            api.content.transition(
                portal["page-0"], "retract" if number % 2 else "publish"
            )
            transaction.commit()
    assert listed() == CREATED + ["transitioned page-0"] * 40


def test_other_settings_do_not_write_the_stack(pages, log, configure):
    serial = log.stack._p_serial
    configure(viewlet_lines=3, retention_days=5, window_layers=2, window_length=8)
    api.portal.set_registry_record("plone.site_title", "Our Garden")
    transaction.commit()
    assert log.stack._p_serial == serial


def test_aborting_the_setting_keeps_the_size(pages, log):
    api.portal.set_registry_record(f"{SETTINGS_PREFIX}.window_layers", 5)
    assert size(log) == (5, 8)
    transaction.abort()
    assert size(log) == (2, 8)


def test_applying_the_profile_keeps_the_size(portal, pages, log, configure, listed):
    configure(window_layers=5, window_length=4)
    serial = log.stack._p_serial
    portal.portal_setup.runAllImportStepsFromProfile("collective.appendonly:default")
    transaction.commit()
    assert size(log) == (5, 4)
    assert log.stack._p_serial == serial
    assert listed() == CREATED


def test_a_profile_can_set_it(portal, pages, log, listed):
    context = portal.portal_setup._getImportContext("collective.appendonly:default")
    RegistryImporter(portal.portal_registry, context).importDocument(
        '<registry><records interface="collective.appendonly.interfaces.IActivitySettings"'
        f' prefix="{SETTINGS_PREFIX}"><value key="window_length">16</value>'
        "</records></registry>"
    )
    transaction.commit()
    assert size(log) == (2, 16)
    assert listed() == CREATED


def test_a_later_stack_gets_the_size_of_the_settings(portal, pages, log, configure):
    # As if a profile had set it before there was a stack.
    configure(window_layers=4)
    log.stack.resize(2, 8)
    install(portal.portal_setup)
    assert size(log) == (4, 8)


def test_a_site_without_the_add_on_can_be_configured(portal, uninstall, caplog):
    uninstall()
    registry = portal.portal_registry
    registry.registerInterface(IActivitySettings, prefix=SETTINGS_PREFIX)
    registry[f"{SETTINGS_PREFIX}.window_layers"] = 5
    transaction.commit()
    assert [r for r in caplog.records if r.name.startswith("collective")] == []


def test_a_stack_that_cannot_be_resized_breaks_no_setting(
    portal, log, configure, monkeypatch, caplog
):
    def broken(self, *limits):
        raise RuntimeError("the stack is broken")

    monkeypatch.setattr(ActivityLog, "resize", broken)
    configure(window_layers=5)
    assert portal.portal_registry[f"{SETTINGS_PREFIX}.window_layers"] == 5
    [record] = [r for r in caplog.records if r.name.startswith("collective.appendonly")]
    assert record.exc_info[0] is RuntimeError


def test_a_conflict_is_passed_on(log, configure, monkeypatch):
    def conflicting(self, *limits):
        raise ConflictError

    monkeypatch.setattr(ActivityLog, "resize", conflicting)
    with pytest.raises(ConflictError):
        configure(window_layers=5)


# During concurrent edits.


@pytest.fixture
def client(monkeypatch):
    """Send JSON in another thread, as a server does, which retries after conflicts."""
    monkeypatch.setattr(HTTPRequest, "retry_max_count", 3)
    answers = []

    def send(path, body):
        app = TestApp(publish_module)
        headers = {"Accept": "application/json", "Authorization": CREDENTIALS}
        url = f"http://nohost/plone/{path}"
        answers.append(app.patch_json(url, body, headers=headers).status_int)

    def client(path, **body):
        thread = Thread(target=send, args=(path, body))
        thread.start()
        thread.join()
        assert answers.pop() == 204

    return client


def test_an_edit_during_the_change_is_not_lost(pages, log, listed, client, meanwhile):
    changes = meanwhile(
        [IRecordModifiedEvent], lambda: client("page-0", title="Edited meanwhile")
    )
    client("@controlpanels/activity", window_layers=3, window_length=4)
    assert len(changes) == 4, "It was retried."
    assert listed() == [*CREATED, "edited page-0"]
    assert size(log) == (3, 4)


def test_a_change_during_an_edit_is_not_lost(pages, log, listed, client, meanwhile):
    edits = meanwhile(
        [IContentish, IObjectModifiedEvent],
        lambda: client("@controlpanels/activity", window_layers=3, window_length=4),
    )
    client("page-0", title="Edited meanwhile")
    assert len(edits) == 2, "It was retried."
    assert listed() == [*CREATED, "edited page-0"]
    assert size(log) == (3, 4)


def test_two_changes_at_once(pages, log, listed, client, meanwhile):
    meanwhile(
        [IRecordModifiedEvent],
        lambda: client("@controlpanels/activity", window_length=5),
    )
    client("@controlpanels/activity", window_layers=3, window_length=4)
    assert listed() == CREATED
    assert size(log) == (3, 4)
