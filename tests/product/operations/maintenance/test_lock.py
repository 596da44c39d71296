"""Two maintenance jobs at once, over two connections: one runs, the other exits."""

from collective.appendonly.clock import CLOCK_TOLERANCE
from collective.appendonly.entry import to_milliseconds
from collective.appendonly.operations.maintenance import AlreadyRunning
from collective.appendonly.operations.maintenance import erasure_requests as erasures
from collective.appendonly.operations.maintenance import lock_holder
from collective.appendonly.operations.maintenance import LockHolder
from collective.appendonly.operations.maintenance import LockLost
from collective.appendonly.operations.maintenance import maintain
from collective.appendonly.operations.maintenance import MaintenanceReport
from collective.appendonly.operations.maintenance.lock import EXPIRY
from collective.appendonly.operations.maintenance.lock import locked
from collective.appendonly.operations.maintenance.lock import MAINTENANCE
from collective.appendonly.operations.maintenance.lock import MaintenanceLock
from collective.appendonly.operations.maintenance.lock import RENEWAL
from collective.appendonly.transactions import commit_attempts
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from tests.product.operations.maintenance.diary import actors
from tests.product.operations.maintenance.diary import elsewhere
from tests.product.operations.maintenance.diary import NOW
from tests.product.operations.maintenance.diary import request
from tests.product.operations.maintenance.diary import requested
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
DAY = timedelta(days=1)


def held(site):
    transaction.begin()
    return IAnnotations(site)[MAINTENANCE]["claim"]


def let_another_hold(site, **changes):
    """Store the lock of another process."""
    with locked(site):
        take_over(site, **changes)
        transaction.commit()


def take_over(site, **changes):
    state = IAnnotations(site)[MAINTENANCE]
    state["claim"] = {**state["claim"], "token": "0" * 32, **changes}


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


def test_the_lock_has_a_holder_while_a_job_runs(portal):
    assert lock_holder(portal) is None
    with locked(portal):
        assert lock_holder(portal) == LockHolder(socket.gethostname(), os.getpid(), NOW)
    assert lock_holder(portal) is None
    assert held(portal) is None


def test_a_second_job_reports_the_first_and_exits(portal, diary):
    request("bob")
    seen = []

    def another(done, total):
        if not seen:
            with elsewhere(portal) as site:
                seen.append(lock_holder(site))
                with pytest.raises(AlreadyRunning) as info:
                    maintain(site)
            seen.append(str(info.value))

    assert maintain(portal, another).people == 1
    here = socket.gethostname(), os.getpid()
    assert seen == [
        LockHolder(*here, NOW),
        f"A maintenance job is running: process {here[1]} on {here[0]}, since"
        " 2026-11-23 09:30:00 UTC. Run the command again when it has finished.",
    ]
    assert "bob" not in actors(diary)
    assert held(portal) is None


def test_one_of_two_concurrent_jobs_gets_the_lock(functional, portal):
    """Each thread has seen that there is no holder."""
    db, site_id = portal._p_jar.db(), portal.getId()
    both_see, both_asked = Barrier(2, timeout=60), Barrier(2, timeout=60)

    def take(_):
        connection = db.open(transaction.manager)
        try:
            site = connection.root()["Application"][site_id]
            assert lock_holder(site) is None
            both_see.wait()
            try:
                with locked(site):
                    both_asked.wait()
                    return "running"
            except AlreadyRunning:
                both_asked.wait()
                return "exited"
        finally:
            transaction.abort()
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(take, range(2))) == ["exited", "running"]
    assert held(portal) is None


def test_two_threads_run_the_maintenance_job_at_once(portal, diary):
    request("bob")
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
        with pytest.raises(AlreadyRunning):
            threads.submit(do, None).result()
        other_is_over.set()
        assert first.result() == MaintenanceReport(people=1, changed=20)
    assert "bob" not in actors(diary)
    assert held(portal) is None


def test_a_lock_committed_at_the_same_time_counts(portal, monkeypatch):
    """The job that conflicts retries, and finds it."""
    take, seen = MaintenanceLock._take, []

    def take_and_be_late(lock):
        take(lock)
        if not seen:
            with elsewhere(portal) as site, monkeypatch.context() as patch:
                seen.append(lock_holder(site))
                patch.setattr(socket, "gethostname", lambda: "elsewhere")
                take(MaintenanceLock(site))

    monkeypatch.setattr(MaintenanceLock, "_take", take_and_be_late)
    with pytest.raises(AlreadyRunning, match="on elsewhere, since"):
        with locked(portal):
            pass
    assert seen == [None]


def test_the_current_transaction_is_committed_first(portal):
    erasures.request_erasure("bob")
    let_another_hold(portal, host="elsewhere")
    erasures.request_erasure("jane")
    with pytest.raises(AlreadyRunning):
        maintain(portal)
    transaction.abort()
    assert requested() == ["bob", "jane"]


# Locks that have expired


def is_free(portal):
    transaction.begin()
    try:
        with locked(portal):
            return True
    except AlreadyRunning:
        return False


def test_a_process_on_this_machine_that_has_ended_does_not_block(
    portal, dead_process, caplog
):
    let_another_hold(portal, process=dead_process)
    assert lock_holder(portal) is None
    assert is_free(portal)
    (record,) = [r for r in caplog.records if "Taking over" in r.getMessage()]
    assert f"process {dead_process} on {socket.gethostname()}" in record.getMessage()


def test_a_process_on_this_machine_that_runs_blocks(portal, alive_process):
    let_another_hold(portal, process=alive_process)
    assert not is_free(portal)


def test_a_process_that_had_the_same_number_does_not_block(portal):
    """As in a container that was started again."""
    let_another_hold(portal, process=os.getpid())
    assert is_free(portal)


def test_processes_on_other_systems_count_as_running(portal, dead_process, monkeypatch):
    let_another_hold(portal, process=dead_process)
    monkeypatch.setattr(os, "name", "nt")
    free = is_free(portal)
    monkeypatch.undo()
    assert not free


def test_a_process_of_another_user_blocks(portal, monkeypatch, alive_process):
    def kill(process, signal):
        raise PermissionError

    let_another_hold(portal, process=alive_process)
    monkeypatch.setattr(os, "kill", kill)
    assert not is_free(portal)


@pytest.mark.parametrize("after, free", [(EXPIRY - SECOND, False), (EXPIRY, True)])
def test_the_lock_of_another_machine_expires(portal, now, dead_process, after, free):
    let_another_hold(portal, host="elsewhere", process=dead_process)
    now.now += after
    assert is_free(portal) == free


@pytest.mark.parametrize(
    "ahead, free",
    [(CLOCK_TOLERANCE, False), (CLOCK_TOLERANCE + SECOND, True), (3650 * DAY, True)],
)
@pytest.mark.parametrize("host", ["elsewhere", socket.gethostname()])
def test_a_lock_from_the_future_does_not_block(
    portal, alive_process, host, ahead, free
):
    seen = to_milliseconds(NOW + ahead)
    let_another_hold(portal, host=host, process=alive_process, since=seen, seen=seen)
    assert (lock_holder(portal) is None) == free
    assert is_free(portal) == free


def test_a_job_whose_clock_is_set_back_renews_its_lock(portal, now):
    with locked(portal) as lock:
        now.now = NOW - DAY
        lock.commit()
        assert held(portal)["seen"] == to_milliseconds(NOW - DAY)
        with elsewhere(portal) as site:
            assert lock_holder(site) is not None


def test_the_lock_of_a_hanging_thread_expires(portal, now):
    with locked(portal):
        now.now += EXPIRY
        with elsewhere(portal) as site:
            assert lock_holder(site) is None


# During a job


def test_a_lock_is_renewed(portal, now):
    written = []

    def commit(lock):
        before = portal._p_jar.db().lastTransaction()
        lock.commit()
        written.append(portal._p_jar.db().lastTransaction() != before)

    with locked(portal) as lock:
        for _ in range(3):
            commit(lock)
            now.now += RENEWAL - SECOND
            commit(lock)
            now.now += SECOND
        now.now += EXPIRY - RENEWAL - SECOND
        assert lock_holder(portal) == LockHolder(socket.gethostname(), os.getpid(), NOW)
    assert written == [False, False, True, False, True, False]


def test_a_job_that_has_lost_its_lock_stops(portal, diary, now):
    request("bob")

    def lose(done, total):
        if lock_holder(portal).host != "elsewhere":
            with elsewhere(portal) as site:
                take_over(site, host="elsewhere")

    with pytest.raises(LockLost, match="another process has taken over"):
        maintain(portal, lose)
    assert held(portal)["host"] == "elsewhere"
    assert "last" not in IAnnotations(portal)[MAINTENANCE]
    assert requested() == ["bob"]
    assert "bob" in actors(diary)


@pytest.mark.parametrize("renews", [False, True])
def test_a_lock_that_is_taken_over_during_a_commit(portal, now, renews):
    """The batch conflicts, and the retry finds that the lock is lost."""
    tried = []

    def work():
        tried.append(1)
        if len(tried) == 1:
            # This transaction has seen that it holds the lock.
            lock.commit()
            if renews:
                now.now += RENEWAL
            assert lock._held()
            with elsewhere(portal) as site:
                take_over(site)
        portal.title = f"Batch {len(tried)}"

    title = portal.title
    with locked(portal) as lock:
        with pytest.raises(LockLost):
            commit_attempts(work, lock.commit)
        transaction.begin()
        assert len(tried) == 2
        assert portal.title == title
    assert held(portal)["token"] == "0" * 32


def test_uninstalled_meanwhile(portal, diary):
    request("bob")

    def remove(done, total):
        with elsewhere(portal) as site:
            annotations = IAnnotations(site)
            if MAINTENANCE in annotations:
                del annotations[MAINTENANCE]

    with pytest.raises(LockLost):
        maintain(portal, remove)
    assert MAINTENANCE not in IAnnotations(portal)
