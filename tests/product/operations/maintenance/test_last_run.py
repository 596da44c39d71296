"""The stored result of the last maintenance job."""

from collective.appendonly.operations.maintenance import Failure
from collective.appendonly.operations.maintenance import last_run
from collective.appendonly.operations.maintenance import LastRun
from collective.appendonly.operations.maintenance import maintain
from collective.appendonly.operations.maintenance import MaintenanceReport
from collective.appendonly.operations.maintenance import run
from collective.appendonly.operations.maintenance.lock import MAINTENANCE
from datetime import timedelta
from tests.product.operations.maintenance.diary import actors
from tests.product.operations.maintenance.diary import interrupted
from tests.product.operations.maintenance.diary import NOW
from tests.product.operations.maintenance.diary import request
from tests.product.operations.maintenance.diary import requested
from tests.product.operations.maintenance.diary import setting
from zope.annotation.interfaces import IAnnotations

import logging
import pytest
import transaction


MINUTE = timedelta(minutes=1)


@pytest.fixture
def much_to_do(portal, diary):
    """Changes to discard, and a user to erase."""
    setting("retention_days", 30)
    request("bob")
    return diary


def test_at_first_there_is_none_and_reading_writes_nothing(portal, changed):
    assert last_run(portal) is None
    assert changed == []


def test_it_has_times_and_numbers(portal, much_to_do, now):
    def progress(done, total):
        now.now = NOW + MINUTE

    report = maintain(portal, progress)
    assert report == MaintenanceReport(discarded=8, people=1, changed=16)
    transaction.begin()
    last = last_run(portal)
    assert last == LastRun(NOW, NOW + MINUTE, False, (), report)
    assert last.went_well


def test_only_the_last_run_is_stored(portal, much_to_do, now):
    maintain(portal)
    now.now += MINUTE
    maintain(portal)
    assert last_run(portal) == LastRun(now.now, now.now, False, (), MaintenanceReport())


def test_only_builtin_types_are_stored(portal, much_to_do):
    maintain(portal)
    stored = IAnnotations(portal)[MAINTENANCE]
    assert dict(stored) == {
        "claim": None,
        "published": 1795426200000,
        "last": {
            "began": 1795426200000,
            "ended": 1795426200000,
            "interrupted": False,
            "failed": [],
            "numbers": {
                "discarded": 8,
                "logins": 0,
                "people": 1,
                "changed": 16,
                "waiting": 0,
                "indexed": 0,
                "published": 0,
                "sent": 0,
                "unsent": 0,
                "refused": 0,
                "paused": 0,
            },
        },
    }


def test_numbers_of_a_later_version_are_ignored(portal):
    maintain(portal)
    state = IAnnotations(portal)[MAINTENANCE]
    numbers = {"discarded": 3, "letters": 7}
    state["last"] = {**state["last"], "numbers": numbers}
    assert last_run(portal).report == MaintenanceReport(discarded=3)


def test_an_interrupted_run_is_stored_as_such(portal, much_to_do):
    with interrupted() as progress:
        maintain(portal, progress)
    last = last_run(portal)
    assert last == LastRun(NOW, NOW, True, (), MaintenanceReport(discarded=8))
    assert not last.went_well


def fail(*args, **options):
    raise OSError("No space left for jane@example.org")


def test_a_failing_step_stops_no_other_step(portal, much_to_do, monkeypatch, caplog):
    caplog.set_level(logging.ERROR)
    monkeypatch.setattr(run, "apply_retention", fail)
    failure = Failure("retention", "OSError: No space left for jane@example.org")
    assert maintain(portal) == MaintenanceReport(
        people=1, changed=20, failed=(failure,)
    )
    assert "bob" not in actors(much_to_do)
    (record,) = [r for r in caplog.records if r.name == run.__name__]
    assert (
        record.getMessage() == "The step “retention” of the maintenance job has failed."
    )
    assert record.exc_info
    last = last_run(portal)
    assert last.failed == ("retention",)
    assert not last.went_well
    # Errors may contain personal data, so they are not stored.
    assert "jane" not in repr(IAnnotations(portal)[MAINTENANCE]["last"])


def test_changes_of_a_failing_step_are_not_committed(portal, much_to_do, monkeypatch):
    def discard_and_fail(log, **options):
        log.archive.discard(log.archive.generation + 1)
        fail()

    monkeypatch.setattr(run, "apply_retention", discard_and_fail)
    assert maintain(portal).people == 1
    assert len(actors(much_to_do)) == 40


def test_the_last_step_may_fail_too(portal, much_to_do, monkeypatch):
    monkeypatch.setattr(run, "erase_all", fail)
    report = maintain(portal)
    assert report.discarded == 8
    assert [failure.step for failure in report.failed] == ["erasures"]
    transaction.begin()
    assert requested() == ["bob"]


def test_uninstalling_removes_the_last_run(portal, uninstall):
    maintain(portal)
    uninstall()
    assert MAINTENANCE not in IAnnotations(portal)
