"""The conflict test, and the findings of the doctor about it."""

from .conftest import NOW
from collective.appendonly import AppendStack
from collective.appendonly.entry import to_milliseconds
from collective.appendonly.operations.doctor import conflict_test
from collective.appendonly.operations.doctor import conflicts
from collective.appendonly.operations.doctor import run_conflict_test
from collective.appendonly.operations.doctor.conflict_test import change_root
from collective.appendonly.operations.doctor.conflict_test import ConflictTest
from collective.appendonly.operations.doctor.conflict_test import LAST_CHECK
from collective.appendonly.operations.doctor.conflict_test import Outcome
from collective.appendonly.operations.doctor.conflict_test import PREFIX
from collective.appendonly.operations.doctor.conflict_test import PROCESS
from collective.appendonly.operations.doctor.conflict_test import provoke_conflicts
from collective.appendonly.operations.doctor.conflict_test import scratch_structures
from collective.appendonly.operations.doctor.conflict_test import storage_kind
from contextlib import closing
from persistent.mapping import PersistentMapping
from ZODB.blob import BlobStorage
from ZODB.DB import DB
from ZODB.DemoStorage import DemoStorage
from ZODB.FileStorage import FileStorage
from ZODB.MappingStorage import MappingStorage
from zope.annotation.interfaces import IAnnotations

import pytest
import transaction


@pytest.fixture
def file_db(tmp_path):
    with closing(DB(FileStorage(str(tmp_path / "Data.fs")))) as db:
        yield db


def names(db):
    with db.transaction() as connection:
        return list(connection.root())


# On a storage that merges, and on one that doesn't


def test_a_file_storage_merges_and_nothing_is_left(file_db):
    assert provoke_conflicts(file_db) == ConflictTest(Outcome.MERGED, PROCESS)
    assert names(file_db) == []


def test_under_blobs_and_demos_it_is_the_same(tmp_path):
    base = FileStorage(str(tmp_path / "Data.fs"))
    storage = DemoStorage(base=BlobStorage(str(tmp_path / "blobs"), base))
    with closing(DB(storage)) as db:
        assert storage_kind(db) == PROCESS
        assert provoke_conflicts(db) == ConflictTest(Outcome.MERGED, PROCESS)
        assert names(db) == []


def test_a_storage_without_conflict_resolution_refuses():
    with closing(DB(MappingStorage())) as db:
        assert provoke_conflicts(db) == ConflictTest(Outcome.REFUSED, PROCESS)
        assert names(db) == []


def test_a_merge_that_loses_items_is_wrong(file_db, monkeypatch):
    def forget_new(self, old, committed, new):
        return committed

    monkeypatch.setattr(AppendStack, "_p_resolveConflict", forget_new)
    assert provoke_conflicts(file_db) == ConflictTest(Outcome.WRONG, PROCESS)
    assert names(file_db) == []


def test_a_merge_in_the_wrong_order_is_wrong(file_db, monkeypatch):
    def new_first(self, old, committed, new):
        *limits, first, items = committed
        return (*limits, first, new[3][len(old[3]) :] + items)

    monkeypatch.setattr(AppendStack, "_p_resolveConflict", new_first)
    assert provoke_conflicts(file_db) == ConflictTest(Outcome.WRONG, PROCESS)


def test_another_error_is_a_failure_and_leaves_nothing(file_db, monkeypatch):
    def fail(self, item):
        raise OSError("No space left on device")

    monkeypatch.setitem(conflict_test._ADD, "stack", fail)
    assert provoke_conflicts(file_db) == ConflictTest(
        Outcome.FAILED, PROCESS, error="OSError: No space left on device"
    )
    assert names(file_db) == []


def test_a_database_that_is_read_only_is_left_alone(tmp_path):
    DB(FileStorage(str(tmp_path / "Data.fs"))).close()
    storage = FileStorage(str(tmp_path / "Data.fs"), read_only=True)
    with closing(DB(storage)) as db:
        result = provoke_conflicts(db)
    assert (result.outcome, result.error) == (
        Outcome.FAILED,
        "The database is read-only.",
    )


def test_the_next_test_removes_the_remains_of_a_killed_one(file_db):
    change_root(file_db, lambda root: root.update({f"{PREFIX}0": PersistentMapping()}))
    change_root(file_db, lambda root: root.update({"mine": PersistentMapping()}))
    provoke_conflicts(file_db)
    assert names(file_db) == ["mine"]


def test_two_at_the_same_time_do_not_disturb_each_other(file_db):
    with scratch_structures(file_db) as oids:
        assert provoke_conflicts(file_db).outcome is Outcome.MERGED
        with file_db.transaction() as connection:
            connection.get(oids["stack"]).push(b"still here")
    assert names(file_db) == []


def test_the_transaction_of_the_caller_is_left_alone(file_db):
    connection = file_db.open()
    connection.root()["unfinished"] = 1
    provoke_conflicts(file_db)
    transaction.abort()
    connection.close()
    assert names(file_db) == []


# What is stored, and the findings


def test_before_the_first_check_the_status_is_unknown(found):
    assert found("conflicts") == (
        "unknown",
        "It has not been checked yet whether concurrent edits are merged.",
        "",
    )


def test_the_result_is_stored_as_builtin_values(portal):
    run_conflict_test(portal)
    transaction.abort()
    stored = IAnnotations(portal)[LAST_CHECK]
    assert stored == {
        "time": 1795608000000,
        "outcome": "merged",
        "engine": "process",
        "here": False,
    }
    assert [type(value) for value in stored.values()] == [int, str, str, bool]


def test_the_finding_has_the_time_of_the_check(portal, found):
    run_conflict_test(portal)
    assert found("conflicts") == (
        "good",
        "At the last check (Nov 25, 2026 12:00 PM), two concurrent changes to the log were"
        " merged.",
        "",
    )
    assert found("server") == (
        "good",
        "Not applicable: this Zope process opens the database directly.",
        "",
    )


@pytest.fixture
def store(portal):
    """Store a check with this outcome."""

    def store(outcome, engine="process", here=False):
        IAnnotations(portal)[LAST_CHECK] = {
            "time": to_milliseconds(NOW),
            "outcome": outcome,
            "engine": engine,
            "here": here,
        }

    return store


def test_another_storage_requires_a_new_check(store, found):
    store("merged", "zeo")
    assert found("conflicts") == (
        "unknown",
        "At the last check (Nov 25, 2026 12:00 PM), the database used another storage.",
        "Check now, or run “activitylog doctor” in a shell.",
    )


def test_a_refusal_is_bad(store, found):
    store("refused")
    status, message, recommendation = found("conflicts")
    assert status == "bad"
    assert "fails with a ConflictError. Nothing is lost." in message
    assert (
        "Set the logger ZODB.ConflictResolution to DEBUG and check again"
        in recommendation
    )


def test_a_storage_that_resolves_nothing_is_named(store, found, monkeypatch):
    store("refused")
    monkeypatch.setattr(
        conflicts, "resolving_storage", lambda database: MappingStorage()
    )
    assert found("conflicts")[2] == (
        "The storage MappingStorage does not resolve conflicts. Use FileStorage, ZEO or"
        " RelStorage."
    )


def test_a_wrong_result_is_bad(store, found):
    store("wrong")
    status, message, recommendation = found("conflicts")
    assert status == "bad"
    assert "were committed, but not merged correctly" in message
    assert "the same version of collective.appendonly" in recommendation


def test_uninstalling_removes_the_result(portal, uninstall):
    run_conflict_test(portal)
    uninstall()
    assert LAST_CHECK not in IAnnotations(portal)
