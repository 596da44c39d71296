"""A log with changes by Bob and Jane, for tests."""

from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.interfaces import SETTINGS_PREFIX
from collective.appendonly.operations.maintenance import erasure_requests as erasures
from collective.appendonly.structures.check import check
from contextlib import contextmanager
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from plone import api
from transaction import TransactionManager
from zope.component.hooks import setSite

import pytest
import transaction


NOW = datetime(2026, 11, 23, 9, 30, tzinfo=timezone.utc)


def edit_by(actor, days_ago=0):
    entry = Entry(
        actions=("edited",),
        uid=f"{days_ago:032x}",
        path="page",
        title="Page",
        portal_type="Document",
        principals=("Editor",),
        actor=actor,
    )
    return ChangeSet(NOW - timedelta(days=days_ago), actor, (entry,))


def write_diary(log):
    """Push edits by Bob and Jane, in turn, one on each of forty days."""
    for days_ago in reversed(range(40)):
        log.push(edit_by("bob" if days_ago % 2 else "jane", days_ago))
    transaction.commit()


def actors(log):
    """Return who did what is in the log, newest first, after a check."""
    transaction.abort()
    check(log.stack, log.archive)
    return [change_set.actor for _, change_set in log.older()]


def setting(name, value):
    api.portal.set_registry_record(f"{SETTINGS_PREFIX}.{name}", value)


def request(user_id):
    """Request an erasure, and commit."""
    erasures.request_erasure(user_id)
    transaction.commit()


def requested():
    """Return the ids of those who are to be erased."""
    return [user_id for user_id, _ in erasures.erasure_requests()]


@contextmanager
def interrupted(after=0):
    """Yield a progress that interrupts the work after so many reports, and abort then."""
    reports = []

    def progress(done, total):
        reports.append(done)
        if len(reports) > after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        yield progress
    transaction.abort()


@contextmanager
def elsewhere(portal):
    """Have the site as another process sees it; commit in the end."""
    manager = TransactionManager()
    connection = portal._p_jar.db().open(transaction_manager=manager)
    try:
        site = connection.root()["Application"][portal.getId()]
        setSite(site)
        yield site
        manager.commit()
    finally:
        setSite(portal)
        manager.abort()
        connection.close()
