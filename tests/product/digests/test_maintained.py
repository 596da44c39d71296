"""The maintenance sends what is due, and an erasure takes the digests along."""

from collective.appendonly.digests.subscriptions import of_member
from collective.appendonly.maintenance import last_run
from collective.appendonly.maintenance import maintain
from collective.appendonly.maintenance import Report
from collective.appendonly.maintenance.claim import Claim
from collective.appendonly.maintenance.claim import RENEWAL
from collective.appendonly.maintenance.erasure_requests import request_erasure
from collective.appendonly.recording import clock
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from plone import api

import pytest
import transaction


@pytest.fixture
def later(monkeypatch):
    """Let it be tomorrow, and each look at the clock so much later than the one before."""

    def later(step=timedelta()):
        times = [datetime.now(timezone.utc) + timedelta(days=1)]

        def now():
            times.append(times[-1] + step)
            return times[-1]

        monkeypatch.setattr(clock, "utc_now", now)

    return later


@pytest.fixture
def told(portal, member, subscribe, make):
    """Two members who are to be told of a page."""
    for user in ("mary", "greta"):
        member(user)
        subscribe(user)
    make("roses", publish=True)


def test_the_maintenance_sends_each_digest_once(portal, told, post, later):
    later()
    assert maintain(portal) == Report(sent=2)
    assert sorted(post.take()) == ["greta@example.org", "mary@example.org"]
    assert last_run(portal).report == Report(sent=2)
    assert maintain(portal) == Report()
    assert post.take() == {}


def test_its_claim_is_renewed_while_many_mails_are_sent(
    portal, told, post, later, monkeypatch
):
    seen = []
    commit = Claim.commit

    def noticing(self):
        commit(self)
        seen.append(self._held()["seen"])

    monkeypatch.setattr(Claim, "commit", noticing)
    later(RENEWAL)
    assert maintain(portal) == Report(sent=2)
    # After what is discarded, before each mail, and after the last one.
    assert len(seen) == 4
    assert seen == sorted(set(seen))


def test_a_server_that_takes_no_mail_is_said_and_keeps_nothing_else_from_being_done(
    portal, told, post, later
):
    def refuse(address):
        raise OSError("The server is away.")

    post.on_vote = refuse
    later()
    report = maintain(portal)
    assert report == Report(unsent=2)
    assert not report.is_complete


def test_who_is_erased_gets_no_digest_any_more(portal, told, post, later):
    request_erasure("mary")
    transaction.commit()
    assert of_member("mary") == []
    later()
    assert maintain(portal)._replace(changed=0) == Report(people=1, sent=1)
    assert sorted(post.take()) == ["greta@example.org"]


def test_who_is_deleted_gets_no_digest_any_more(portal, told, post, later):
    api.user.delete(username="mary")
    transaction.commit()
    assert of_member("mary") == []
    later()
    assert maintain(portal) == Report(sent=1)
    assert sorted(post.take()) == ["greta@example.org"]
