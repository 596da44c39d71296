"""The settings about retention and detected changes do what their descriptions say.

Exclusions: ``recording/test_exclusions.py``. Who reads, and where: ``feed/test_access.py``
and ``browser/test_viewlet.py``. The stack: ``test_window.py``.
"""

from collective.appendonly import clock
from collective.appendonly.entry import encode
from collective.appendonly.operations.maintenance import maintain
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from plone import api
from zope.lifecycleevent import modified

import pytest
import transaction


TODAY = datetime(2026, 11, 23, 9, 30, tzinfo=timezone.utc)


@pytest.fixture
def page(portal, log, monkeypatch):
    """A page that was made 99 days ago and edited once on each day since, also today."""
    day = [TODAY - timedelta(days=99)]
    monkeypatch.setattr(clock, "utc_now", lambda: day[0])
    page = api.content.create(portal, "Document", "page", title="Page")
    transaction.commit()
    day[0] += timedelta(days=1)
    modified(page)
    transaction.commit()
    # The other edits are like this one.
    _, edited = next(log.older())
    while day[0] < TODAY:
        day[0] += timedelta(days=1)
        log.push(replace(edited, time=day[0]))
    transaction.commit()
    return page


@pytest.fixture
def ages(portal, log):
    """Run the maintenance job; return the ages of the remaining changes in days."""

    def ages():
        maintain(portal)
        transaction.begin()
        return [(TODAY - change_set.time).days for _, change_set in log.older()]

    return ages


def test_by_default_everything_is_kept(page, ages):
    assert ages() == list(range(100))


def test_changes_older_than_the_limit_are_discarded(page, ages, configure):
    configure(retention_days=30)
    kept = ages()
    # Whole layers go.
    assert kept == list(range(len(kept)))
    assert 30 < len(kept) < 30 + 8 + 1


def test_the_oldest_beyond_a_number_are_discarded(page, ages, configure):
    configure(retention_entries=50)
    kept = ages()
    assert kept == list(range(len(kept)))
    assert 50 <= len(kept) < 50 + 8


def test_of_two_limits_the_lower_one_counts(page, ages, configure):
    configure(retention_days=60, retention_entries=30)
    assert 30 <= len(ages()) < 30 + 8
    configure(retention_days=20, retention_entries=90)
    assert 20 < len(ages()) < 20 + 8 + 1


def test_nothing_is_discarded_before_the_maintenance_job_runs(page, log, configure):
    configure(retention_days=30, retention_entries=10)
    modified(page)
    transaction.commit()
    assert len(log) == 101


@pytest.fixture
def bob(portal):
    """A user who edited a page and was deleted, followed by a maintenance job."""

    def bob():
        api.user.create("bob@example.org", "bob", "correct horse battery")
        api.user.grant_roles("bob", roles=["Manager"])
        page = api.content.create(portal, "Document", "page", title="Page")
        transaction.commit()
        with api.env.adopt_user("bob"):
            modified(page)
        transaction.commit()
        api.user.delete("bob")
        transaction.commit()
        maintain(portal)
        transaction.begin()

    return bob


def test_by_default_a_deleted_user_stays_in_the_log(bob, log):
    bob()
    assert [change_set.actor for _, change_set in log.older()][0] == "bob"


def test_a_deleted_user_is_erased_if_the_setting_says_so(bob, log, configure):
    configure(erase_deleted_users=True)
    bob()
    (_, newest), *_ = log.older()
    assert newest.entries[0].actions == ("edited",)
    assert newest.actor not in ("bob", None)
    assert all(b"bob" not in encode(change_set) for _, change_set in log.older())


@pytest.mark.parametrize("on, expected", [(True, [("edited", "page")]), (False, [])])
def test_changes_without_events(portal, configure, recorded, on, expected):
    page = api.content.create(portal, "Document", "page", title="Page")
    configure(silent_changes=on)
    recorded()
    page.setSubject(("roses",))
    page.reindexObject(idxs=["Subject"])
    assert [
        (*entry.actions, entry.path)
        for change_set in recorded()
        for entry in change_set.entries
    ] == expected
