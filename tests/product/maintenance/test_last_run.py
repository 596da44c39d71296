"""What the site remembers of its last maintenance."""

from collective.appendonly.maintenance import Failure
from collective.appendonly.maintenance import last_run
from collective.appendonly.maintenance import LastRun
from collective.appendonly.maintenance import maintain
from collective.appendonly.maintenance import Report
from collective.appendonly.maintenance import run
from collective.appendonly.maintenance.claim import MAINTENANCE
from collective.appendonly.maintenance.erasure_requests import request_erasure
from datetime import timedelta
from plone.base.utils import get_installer
from tests.product.maintenance.diary import actors
from tests.product.maintenance.diary import NOW
from tests.product.maintenance.diary import requested
from tests.product.maintenance.diary import setting
from zope.annotation.interfaces import IAnnotations

import logging
import pytest
import transaction


MINUTE = timedelta(minutes=1)


@pytest.fixture
def much_to_do(portal, diary):
    """Something to discard, and somebody to erase."""
    setting("retention_days", 30)
    request_erasure("bob")
    transaction.commit()
    return diary


def test_at_first_there_was_none_and_asking_writes_nothing(portal, changed):
    assert last_run(portal) is None
    assert changed == []


def test_it_says_when_it_was_and_what_was_done(portal, much_to_do, now):
    def progress(done, total):
        now.now = NOW + MINUTE

    report = maintain(portal, progress)
    assert report == Report(discarded=8, people=1, changed=16)
    transaction.begin()
    last = last_run(portal)
    assert last == LastRun(NOW, NOW + MINUTE, False, (), report)
    assert last.went_well


def test_only_the_last_one_is_remembered(portal, much_to_do, now):
    maintain(portal)
    now.now += MINUTE
    maintain(portal)
    assert last_run(portal) == LastRun(now.now, now.now, False, (), Report())


def test_what_is_stored_is_of_builtin_types(portal, much_to_do):
    maintain(portal)
    stored = IAnnotations(portal)[MAINTENANCE]
    assert dict(stored) == {
        "claim": None,
        "last": {
            "began": 1795426200000,
            "ended": 1795426200000,
            "interrupted": False,
            "failed": [],
            "numbers": {
                "discarded": 8,
                "people": 1,
                "changed": 16,
                "waiting": 0,
                "sent": 0,
                "unsent": 0,
            },
        },
    }


def test_what_a_later_version_counts_is_left_out(portal):
    maintain(portal)
    state = IAnnotations(portal)[MAINTENANCE]
    numbers = {"discarded": 3, "letters": 7}
    state["last"] = {**state["last"], "numbers": numbers}
    assert last_run(portal).report == Report(discarded=3)


def test_one_that_was_interrupted_is_remembered_as_such(portal, much_to_do):
    def ctrl_c(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        maintain(portal, ctrl_c)
    last = last_run(portal)
    assert last == LastRun(NOW, NOW, True, (), Report(discarded=8))
    assert not last.went_well


def fail(*args, **options):
    raise OSError("No space left for jane@example.org")


def test_a_step_that_fails_leaves_the_others_to_be_done(
    portal, much_to_do, monkeypatch, caplog
):
    caplog.set_level(logging.ERROR)
    monkeypatch.setattr(run, "apply_retention", fail)
    failure = Failure("retention", "OSError: No space left for jane@example.org")
    assert maintain(portal) == Report(people=1, changed=20, failed=(failure,))
    assert "bob" not in actors(much_to_do)
    (record,) = [r for r in caplog.records if r.name == run.__name__]
    assert record.getMessage() == "The step “retention” of the maintenance has failed."
    assert record.exc_info
    last = last_run(portal)
    assert last.failed == ("retention",)
    assert not last.went_well
    # Errors may tell things that are not to be kept.
    assert "jane" not in repr(IAnnotations(portal)[MAINTENANCE]["last"])


def test_what_a_step_had_done_when_it_failed_is_not_committed(
    portal, much_to_do, monkeypatch
):
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


def test_uninstalling_takes_it_away(portal):
    maintain(portal)
    get_installer(portal).uninstall_product("collective.appendonly")
    assert MAINTENANCE not in IAnnotations(portal)
