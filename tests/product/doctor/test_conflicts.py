"""A conflict on purpose, and what the doctor concludes from it."""

from collective.appendonly import AppendStack
from collective.appendonly.doctor import check_conflicts
from collective.appendonly.doctor import conflicts
from collective.appendonly.doctor import provoking
from collective.appendonly.doctor.check import LAST_CHECK
from collective.appendonly.doctor.engine import engine_of
from collective.appendonly.doctor.engine import PROCESS
from collective.appendonly.doctor.provoking import Outcome
from collective.appendonly.doctor.provoking import provoke
from collective.appendonly.doctor.provoking import Provoked
from collective.appendonly.doctor.scratch import change_root
from collective.appendonly.doctor.scratch import PREFIX
from collective.appendonly.doctor.scratch import scratch_structures
from collective.appendonly.recording import clock
from contextlib import closing
from datetime import datetime
from datetime import timezone
from persistent.mapping import PersistentMapping
from ZODB.blob import BlobStorage
from ZODB.DB import DB
from ZODB.DemoStorage import DemoStorage
from ZODB.FileStorage import FileStorage
from ZODB.MappingStorage import MappingStorage
from zope.annotation.interfaces import IAnnotations

import pytest
import transaction


NOW = datetime(2026, 11, 25, 12, 0, tzinfo=timezone.utc)


@pytest.fixture
def now(monkeypatch):
    monkeypatch.setattr(clock, "utc_now", lambda: NOW)


@pytest.fixture
def file_db(tmp_path):
    with closing(DB(FileStorage(str(tmp_path / "Data.fs")))) as db:
        yield db


def names(db):
    with db.transaction() as connection:
        return list(connection.root())


# On a storage that merges, and on one that doesn't


def test_a_file_storage_merges_and_nothing_is_left(file_db):
    assert provoke(file_db) == Provoked(Outcome.MERGED, PROCESS)
    assert names(file_db) == []


def test_under_blobs_and_demos_it_is_the_same(tmp_path):
    base = FileStorage(str(tmp_path / "Data.fs"))
    storage = DemoStorage(base=BlobStorage(str(tmp_path / "blobs"), base))
    with closing(DB(storage)) as db:
        assert engine_of(db) == PROCESS
        assert provoke(db) == Provoked(Outcome.MERGED, PROCESS)
        assert names(db) == []


def test_a_storage_that_resolves_nothing_is_noticed():
    with closing(DB(MappingStorage())) as db:
        assert provoke(db) == Provoked(Outcome.REFUSED, PROCESS)
        assert names(db) == []


def test_a_merge_that_loses_something_is_noticed(file_db, monkeypatch):
    def forget_new(self, old, committed, new):
        return committed

    monkeypatch.setattr(AppendStack, "_p_resolveConflict", forget_new)
    assert provoke(file_db) == Provoked(Outcome.WRONG, PROCESS)
    assert names(file_db) == []


def test_a_merge_in_the_wrong_order_is_noticed(file_db, monkeypatch):
    def new_first(self, old, committed, new):
        *limits, first, items = committed
        return (*limits, first, new[3][len(old[3]) :] + items)

    monkeypatch.setattr(AppendStack, "_p_resolveConflict", new_first)
    assert provoke(file_db) == Provoked(Outcome.WRONG, PROCESS)


def test_another_error_proves_nothing_and_leaves_nothing(file_db, monkeypatch):
    def fail(self, item):
        raise OSError("No space left on device")

    monkeypatch.setitem(provoking._ADD, "stack", fail)
    assert provoke(file_db) == Provoked(
        Outcome.FAILED, PROCESS, error="OSError: No space left on device"
    )
    assert names(file_db) == []


def test_a_database_that_is_read_only_is_left_alone(tmp_path):
    DB(FileStorage(str(tmp_path / "Data.fs"))).close()
    storage = FileStorage(str(tmp_path / "Data.fs"), read_only=True)
    with closing(DB(storage)) as db:
        provoked = provoke(db)
    assert (provoked.outcome, provoked.error.partition(":")[0]) == (
        Outcome.FAILED,
        "ReadOnlyError",
    )


def test_what_a_killed_run_has_left_goes_with_the_next(file_db):
    change_root(file_db, lambda root: root.update({f"{PREFIX}0": PersistentMapping()}))
    change_root(file_db, lambda root: root.update({"mine": PersistentMapping()}))
    provoke(file_db)
    assert names(file_db) == ["mine"]


def test_two_at_the_same_time_do_not_disturb_each_other(file_db):
    with scratch_structures(file_db) as oids:
        assert provoke(file_db).outcome is Outcome.MERGED
        with file_db.transaction() as connection:
            connection.get(oids["stack"]).push(b"still here")
    assert names(file_db) == []


def test_the_transaction_of_the_caller_is_left_alone(file_db):
    connection = file_db.open()
    connection.root()["unfinished"] = 1
    provoke(file_db)
    transaction.abort()
    connection.close()
    assert names(file_db) == []


# What is kept of it, and said


def test_before_the_first_check_nothing_is_known(found):
    assert found("conflicts") == (
        "unknown",
        "Whether they are merged has not been checked yet.",
        "Check now, or run “activitylog doctor” in a shell.",
    )


def test_a_check_is_kept_in_builtin_values(portal, now):
    check_conflicts(portal)
    transaction.abort()
    kept = IAnnotations(portal)[LAST_CHECK]
    assert kept == {
        "time": 1795608000000,
        "outcome": "merged",
        "engine": "process",
        "here": False,
    }
    assert [type(value) for value in kept.values()] == [int, str, str, bool]


def test_it_is_told_with_its_time(portal, now, found):
    check_conflicts(portal)
    assert found("conflicts") == (
        "good",
        "Two changes of the log at the same moment were merged when this was checked,"
        " Nov 25, 2026 12:00 PM.",
        "",
    )
    assert found("server") == (
        "good",
        "There is none: the database is kept by this process.",
        "",
    )


@pytest.fixture
def keep(portal, now):
    """Let a check have had this outcome."""

    def keep(outcome, engine="process", here=False):
        IAnnotations(portal)[LAST_CHECK] = {
            "time": int(NOW.timestamp() * 1000),
            "outcome": outcome,
            "engine": engine,
            "here": here,
        }

    return keep


def test_after_a_move_to_another_engine_it_is_to_be_checked_again(keep, found):
    keep("merged", "zeo")
    assert found("conflicts") == (
        "unknown",
        "When this was checked, Nov 25, 2026 12:00 PM, the database was kept by another"
        " engine.",
        "Check now, or run “activitylog doctor” in a shell.",
    )


def test_a_refusal_is_bad(keep, found):
    keep("refused")
    verdict, sentence, remedy = found("conflicts")
    assert verdict == "bad"
    assert "fails with a ConflictError. Nothing is lost." in sentence
    assert "Let the logger ZODB.ConflictResolution write at the level DEBUG" in remedy


def test_a_storage_that_resolves_nothing_is_named(keep, found, monkeypatch):
    keep("refused")
    monkeypatch.setattr(conflicts, "resolver", lambda database: MappingStorage())
    assert found("conflicts")[2] == (
        "The storage MappingStorage resolves no conflicts. Use a FileStorage, ZEO or"
        " RelStorage."
    )


def test_a_wrong_result_is_bad(keep, found):
    keep("wrong")
    verdict, sentence, remedy = found("conflicts")
    assert verdict == "bad"
    assert "the result was not what both together make" in sentence
    assert "the same version of collective.appendonly" in remedy


def test_uninstalling_forgets_it(portal):
    check_conflicts(portal)
    portal.portal_setup.runAllImportStepsFromProfile("collective.appendonly:uninstall")
    assert LAST_CHECK not in IAnnotations(portal)
