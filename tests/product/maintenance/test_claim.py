"""Two maintenances at once: one does the work, the other leaves. Over two connections."""

from collective.appendonly.attempts import commit_attempts
from collective.appendonly.maintenance import at_work
from collective.appendonly.maintenance import AtWork
from collective.appendonly.maintenance import ClaimLost
from collective.appendonly.maintenance import maintain
from collective.appendonly.maintenance import Report
from collective.appendonly.maintenance import SomebodyAtWork
from collective.appendonly.maintenance.claim import Claim
from collective.appendonly.maintenance.claim import claimed
from collective.appendonly.maintenance.claim import MAINTENANCE
from collective.appendonly.maintenance.claim import PATIENCE
from collective.appendonly.maintenance.claim import RENEWAL
from collective.appendonly.maintenance.erasure_requests import request_erasure
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from tests.product.maintenance.diary import actors
from tests.product.maintenance.diary import elsewhere
from tests.product.maintenance.diary import NOW
from tests.product.maintenance.diary import requested
from threading import Barrier
from threading import Event
from zope.annotation.interfaces import IAnnotations

import os
import pytest
import socket
import subprocess
import sys
import transaction


SECOND = timedelta(seconds=1)


def held(site):
    transaction.begin()
    return IAnnotations(site)[MAINTENANCE]["claim"]


def let_another_hold(site, **changes):
    """Let the claim be that of some other process."""
    with claimed(site):
        state = IAnnotations(site)[MAINTENANCE]
        state["claim"] = {**state["claim"], "token": "0" * 32, **changes}
        transaction.commit()


@pytest.fixture
def dead_process():
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.fixture
def alive_process():
    """The number of a process that waits."""
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE
    ) as p:
        yield p.pid
        p.stdin.close()


def test_nobody_is_at_work(portal):
    assert at_work(portal) is None
    with claimed(portal):
        assert at_work(portal) == AtWork(socket.gethostname(), os.getpid(), NOW)
    assert at_work(portal) is None
    assert held(portal) is None


def test_the_second_leaves_and_says_since_when_the_first_is_at_work(portal, diary):
    request_erasure("bob")
    transaction.commit()
    seen = []

    def another(done, total):
        if not seen:
            with elsewhere(portal) as site:
                seen.append(at_work(site))
                with pytest.raises(SomebodyAtWork) as info:
                    maintain(site)
            seen.append(str(info.value))

    assert maintain(portal, another).people == 1
    here = socket.gethostname(), os.getpid()
    assert seen == [
        AtWork(*here, NOW),
        f"Process {here[1]} of {here[0]} has been at work since 2026-11-23 09:30:00 UTC.",
    ]
    assert "bob" not in actors(diary)
    assert held(portal) is None


def test_of_two_who_claim_at_the_same_moment_one_gets_it(functional, portal):
    """Each has seen, in its thread, that nobody is at work."""
    db, site_id = portal._p_jar.db(), portal.getId()
    both_see, both_asked = Barrier(2, timeout=60), Barrier(2, timeout=60)

    def claim(_):
        connection = db.open(transaction.manager)
        try:
            site = connection.root()["Application"][site_id]
            assert at_work(site) is None
            both_see.wait()
            try:
                with claimed(site):
                    both_asked.wait()
                    return "at work"
            except SomebodyAtWork:
                both_asked.wait()
                return "left"
        finally:
            transaction.abort()
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(claim, range(2))) == ["at work", "left"]
    assert held(portal) is None


def test_two_threads_do_the_maintenance_at_once(portal, diary):
    request_erasure("bob")
    transaction.commit()
    db, site_id = portal._p_jar.db(), portal.getId()
    in_the_middle, other_is_over = Event(), Event()

    def wait(done, total):
        in_the_middle.set()
        assert other_is_over.wait(60)

    def do(progress):
        with closing(db.open(transaction.manager)) as connection:
            try:
                return maintain(connection.root()["Application"][site_id], progress)
            finally:
                transaction.abort()

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(do, wait)
        assert in_the_middle.wait(60)
        with pytest.raises(SomebodyAtWork):
            threads.submit(do, None).result()
        other_is_over.set()
        assert first.result() == Report(people=1, changed=20)
    assert "bob" not in actors(diary)
    assert held(portal) is None


def test_a_claim_that_another_commits_at_the_same_moment_counts(portal, monkeypatch):
    """The one who conflicts tries again, and sees it."""
    take, seen = Claim._take, []

    def take_and_be_late(claim):
        take(claim)
        if not seen:
            with elsewhere(portal) as site, monkeypatch.context() as patch:
                seen.append(at_work(site))
                patch.setattr(socket, "gethostname", lambda: "elsewhere")
                take(Claim(site))

    monkeypatch.setattr(Claim, "_take", take_and_be_late)
    with pytest.raises(SomebodyAtWork, match="of elsewhere has been at work"):
        with claimed(portal):
            pass
    assert seen == [None]


def test_what_the_transaction_holds_is_committed_first(portal):
    request_erasure("bob")
    let_another_hold(portal, host="elsewhere")
    request_erasure("jane")
    with pytest.raises(SomebodyAtWork):
        maintain(portal)
    transaction.abort()
    assert requested() == ["bob", "jane"]


# Claims that are over


def is_free(portal):
    transaction.begin()
    try:
        with claimed(portal):
            return True
    except SomebodyAtWork:
        return False


def test_a_process_of_this_machine_that_is_gone_does_not_block(
    portal, dead_process, caplog
):
    let_another_hold(portal, process=dead_process)
    assert at_work(portal) is None
    assert is_free(portal)
    (record,) = [r for r in caplog.records if "taken over" in r.getMessage()]
    assert f"process {dead_process} of {socket.gethostname()}" in record.getMessage()


def test_a_process_of_this_machine_that_runs_does(portal, alive_process):
    let_another_hold(portal, process=alive_process)
    assert not is_free(portal)


def test_a_process_that_had_the_number_of_this_one_does_not(portal):
    """As in a container that was started again."""
    let_another_hold(portal, process=os.getpid())
    assert is_free(portal)


def test_where_processes_cannot_be_asked_they_count_as_running(
    portal, dead_process, monkeypatch
):
    let_another_hold(portal, process=dead_process)
    monkeypatch.setattr(os, "name", "nt")
    free = is_free(portal)
    monkeypatch.undo()
    assert not free


def test_somebody_else_s_process_counts_as_running(portal, monkeypatch, alive_process):
    def kill(process, signal):
        raise PermissionError

    let_another_hold(portal, process=alive_process)
    monkeypatch.setattr(os, "kill", kill)
    assert not is_free(portal)


@pytest.mark.parametrize("after, free", [(PATIENCE - SECOND, False), (PATIENCE, True)])
def test_another_machine_is_waited_for_some_minutes(
    portal, now, dead_process, after, free
):
    let_another_hold(portal, host="elsewhere", process=dead_process)
    now.now += after
    assert is_free(portal) == free


def test_also_a_thread_that_hangs_is_waited_for_no_longer(portal, now):
    with claimed(portal):
        now.now += PATIENCE
        with elsewhere(portal) as site:
            assert at_work(site) is None


# At work


def test_a_claim_is_renewed_now_and_then(portal, now):
    written = []

    def commit(claim):
        before = portal._p_jar.db().lastTransaction()
        claim.commit()
        written.append(portal._p_jar.db().lastTransaction() != before)

    with claimed(portal) as claim:
        for _ in range(3):
            commit(claim)
            now.now += RENEWAL - SECOND
            commit(claim)
            now.now += SECOND
        now.now += PATIENCE - RENEWAL - SECOND
        assert at_work(portal) == AtWork(socket.gethostname(), os.getpid(), NOW)
    assert written == [False, False, True, False, True, False]


def test_whoever_has_lost_the_claim_stops_and_leaves_the_other_s_alone(
    portal, diary, now
):
    request_erasure("bob")
    transaction.commit()

    def take_over(done, total):
        if at_work(portal).host != "elsewhere":
            with elsewhere(portal) as site:
                state = IAnnotations(site)[MAINTENANCE]
                state["claim"] = {
                    **state["claim"],
                    "token": "0" * 32,
                    "host": "elsewhere",
                }

    with pytest.raises(ClaimLost, match="somebody else has taken over"):
        maintain(portal, take_over)
    assert held(portal)["host"] == "elsewhere"
    assert "last" not in IAnnotations(portal)[MAINTENANCE]
    assert requested() == ["bob"]
    assert "bob" in actors(diary)


@pytest.mark.parametrize("renews", [False, True])
def test_a_claim_that_is_taken_over_while_a_batch_is_committed(portal, now, renews):
    """The batch conflicts, and when it is tried again the loss is seen."""
    tried = []

    def work():
        tried.append(1)
        if len(tried) == 1:
            # This transaction has seen the claim as its own.
            claim.commit()
            if renews:
                now.now += RENEWAL
            assert claim._held()
            with elsewhere(portal) as site:
                state = IAnnotations(site)[MAINTENANCE]
                state["claim"] = {**state["claim"], "token": "0" * 32}
        portal.title = f"Batch {len(tried)}"

    title = portal.title
    with claimed(portal) as claim:
        with pytest.raises(ClaimLost):
            commit_attempts(work, claim.commit)
        transaction.begin()
        assert len(tried) == 2
        assert portal.title == title
    assert held(portal)["token"] == "0" * 32


def test_uninstalled_meanwhile(portal, diary):
    request_erasure("bob")
    transaction.commit()

    def remove(done, total):
        with elsewhere(portal) as site:
            annotations = IAnnotations(site)
            if MAINTENANCE in annotations:
                del annotations[MAINTENANCE]

    with pytest.raises(ClaimLost):
        maintain(portal, remove)
    assert MAINTENANCE not in IAnnotations(portal)
