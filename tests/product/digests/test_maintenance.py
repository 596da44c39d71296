"""The maintenance job sends digests, and an erasure ends subscriptions."""

from collective.appendonly import clock
from collective.appendonly.digests.subscriptions import of_member
from collective.appendonly.operations.maintenance import last_run
from collective.appendonly.operations.maintenance import maintain
from collective.appendonly.operations.maintenance import MaintenanceReport
from collective.appendonly.operations.maintenance.erasure_requests import (
    request_erasure,
)
from collective.appendonly.operations.maintenance.lock import MaintenanceLock
from collective.appendonly.operations.maintenance.lock import RENEWAL
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from plone import api

import pytest
import transaction


@pytest.fixture
def later(monkeypatch):
    """Set the clock to tomorrow; each reading is *step* later than the one before."""

    def later(step=timedelta()):
        times = [datetime.now(timezone.utc) + timedelta(days=1)]

        def now():
            times.append(times[-1] + step)
            return times[-1]

        monkeypatch.setattr(clock, "utc_now", now)

    return later


@pytest.fixture
def new_page(portal, member, subscribe, make):
    """Two subscribed members, and a new page."""
    for user in ("mary", "greta"):
        member(user)
        subscribe(user)
    make("roses", publish=True)


def test_maintenance_sends_each_digest_once(portal, new_page, post, later):
    later()
    assert maintain(portal) == MaintenanceReport(sent=2)
    assert sorted(post.take()) == ["greta@example.org", "mary@example.org"]
    assert last_run(portal).report == MaintenanceReport(sent=2)
    assert maintain(portal) == MaintenanceReport()
    assert post.take() == {}


def test_lock_is_renewed_while_emails_are_sent(
    portal, new_page, post, later, monkeypatch
):
    seen = []
    commit = MaintenanceLock.commit

    def noticing(self):
        commit(self)
        seen.append(self._held()["seen"])

    monkeypatch.setattr(MaintenanceLock, "commit", noticing)
    later(RENEWAL)
    assert maintain(portal) == MaintenanceReport(sent=2)
    # After discarding, after publications by date, before each email, and after the last one.
    assert len(seen) == 5
    assert seen == sorted(set(seen))


def test_failing_mail_server_is_reported_and_does_not_stop_other_steps(
    portal, new_page, post, later
):
    def refuse(address):
        raise OSError("The server is away.")

    post.on_vote = refuse
    later()
    report = maintain(portal)
    assert report == MaintenanceReport(unsent=2)
    assert not report.is_complete


def test_erased_user_receives_no_digest(portal, new_page, post, later):
    request_erasure("mary")
    transaction.commit()
    assert of_member("mary") == []
    later()
    assert maintain(portal)._replace(changed=0) == MaintenanceReport(people=1, sent=1)
    assert sorted(post.take()) == ["greta@example.org"]


def test_deleted_user_receives_no_digest(portal, new_page, post, later):
    api.user.delete(username="mary")
    transaction.commit()
    assert of_member("mary") == []
    later()
    assert maintain(portal) == MaintenanceReport(sent=1)
    assert sorted(post.take()) == ["greta@example.org"]
