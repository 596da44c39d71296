"""Transactions that conflict and are retried, and concurrent ones of several users."""

from .expected import change
from .expected import entry
from .expected import folder
from .expected import only
from Products.CMFCore.interfaces import IContentish
from threading import Thread
from transaction import TransactionManager
from webtest import TestApp
from ZODB.POSException import ConflictError
from zope.lifecycleevent import modified
from zope.lifecycleevent.interfaces import IObjectModifiedEvent
from ZPublisher.HTTPRequest import HTTPRequest
from ZPublisher.utils import basic_auth_encode
from ZPublisher.WSGIPublisher import publish_module

import pytest
import transaction


@pytest.fixture(autouse=True)
def retries(monkeypatch):
    """Retry requests, as outside of tests."""
    monkeypatch.setattr(HTTPRequest, "retry_max_count", 3)


@pytest.fixture
def write(functional):
    """Change the page ``news/party`` as another user, over another connection."""

    def write():
        manager = TransactionManager()
        connection = functional["zodbDB"].open(manager)
        site = connection.root()["Application"]["plone"]
        site["news"]["party"].rights = "All reserved"
        manager.commit()
        connection.close()

    return write


def refuse():
    raise ConflictError


#: The event to wait for.
EDIT = [IContentish, IObjectModifiedEvent]
FEAST = entry("edited", "news/party", "Feast", fields=("title",))


def test_an_edit_with_a_conflict_is_retried_and_recorded_once(
    clients, site, meanwhile, recorded
):
    edits = meanwhile(EDIT, refuse)
    clients("rest").edit("news/party", title="Feast")
    assert len(edits) == 2
    assert recorded() == only(FEAST)


def test_an_edit_with_a_conflict_at_commit_is_retried_and_recorded_once(
    clients, site, meanwhile, write, recorded
):
    edits = meanwhile(EDIT, write)
    clients("rest").edit("news/party", title="Feast")
    assert len(edits) == 2
    assert recorded() == only(FEAST)


def test_an_edit_that_a_script_retries_is_recorded_once(site, write, recorded):
    def attempt():
        site["news"]["party"].title = "Feast"
        modified(site["news"]["party"])

    attempt()
    write()
    with pytest.raises(ConflictError):
        transaction.commit()
    transaction.abort()
    attempt()
    assert recorded() == only(FEAST)


def test_a_script_that_gives_up_is_not_recorded(site, write, recorded):
    site["news"]["party"].title = "Feast"
    modified(site["news"]["party"])
    write()
    with pytest.raises(ConflictError):
        transaction.commit()
    transaction.abort()
    assert recorded() == []


def test_two_concurrent_edits_are_both_recorded(clients, site, meanwhile, recorded):
    client = clients("rest")

    def edit_archive():
        # A server's other thread. It has a connection and a transaction of its own.
        name, password = client.credentials.removeprefix("Basic ").split(":")
        TestApp(publish_module).patch_json(
            "http://nohost/plone/archive",
            {"title": "Old News"},
            headers={
                "Accept": "application/json",
                "Authorization": basic_auth_encode(name, password),
            },
        )

    def edit_in_another_thread():
        thread = Thread(target=edit_archive)
        thread.start()
        thread.join()

    meanwhile(EDIT, edit_in_another_thread)
    client.edit("news/party", title="Feast")
    assert recorded() == [
        change(folder("edited", "archive", "Old News", fields=("title",))),
        change(FEAST),
    ]
