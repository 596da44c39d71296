"""``activitylog maintain``, as cron and an operator meet it."""

from collective.appendonly.commands import maintain
from collective.appendonly.maintenance import last_run
from collective.appendonly.maintenance import run
from collective.appendonly.maintenance.claim import claimed
from collective.appendonly.maintenance.erasure_requests import request_erasure
from plone.base.utils import get_installer
from tests.product.maintenance.diary import actors
from tests.product.maintenance.diary import requested
from tests.product.maintenance.diary import setting
from tests.product.maintenance.diary import write_diary

import pytest
import transaction


@pytest.fixture
def diary(log):
    """A log on which Bob and Jane did twenty things each."""
    write_diary(log)
    return log


@pytest.fixture
def much_to_do(diary):
    """Something to discard, and somebody to erase."""
    setting("retention_entries", 30)
    request_erasure("bob")
    transaction.commit()
    return diary


@pytest.fixture
def digests(monkeypatch):
    """Let the maintenance have a step that says it has sent digests."""

    def digests(**numbers):
        monkeypatch.setitem(run._STEPS, "digests", lambda *arguments: numbers)

    return digests


def test_it_says_what_it_did(activitylog, much_to_do):
    done = activitylog("maintain")
    assert (done.exit_code, done.stdout) == (
        0,
        "Change sets discarded: 8; people erased: 1.\n",
    )
    assert len(actors(much_to_do)) == 32
    assert "bob" not in actors(much_to_do)
    assert requested() == []


def test_it_says_how_many_digests_were_sent(activitylog, much_to_do, digests):
    digests(sent=3)
    assert activitylog("maintain").stdout == (
        "Change sets discarded: 8; people erased: 1. Digest mails sent: 3.\n"
    )
    assert activitylog("maintain").stdout == "Digest mails sent: 3.\n"


def test_without_anything_to_do_it_says_so_unless_it_is_to_be_quiet(
    activitylog, diary, portal
):
    done = activitylog("maintain")
    assert (done.exit_code, done.stdout) == (
        0,
        "There was nothing to discard, nobody to erase, and nothing to send.\n",
    )
    quiet = activitylog("maintain", "--quiet")
    assert (quiet.exit_code, quiet.output) == (0, "")
    assert last_run(portal).went_well


def test_quiet_it_says_what_it_did_all_the_same(activitylog, much_to_do):
    done = activitylog("maintain", "--quiet")
    assert done.output == "Change sets discarded: 8; people erased: 1.\n"


def test_a_step_that_fails_is_said_and_counts(activitylog, much_to_do, monkeypatch):
    def fail(*args, **options):
        raise OSError("No space left")

    monkeypatch.setattr(run, "apply_retention", fail)
    done = activitylog("maintain", "--quiet")
    assert done.exit_code == 1
    assert done.stderr.endswith("Error: retention: OSError: No space left\n")
    assert done.stdout == (
        "Change sets discarded: 0; people erased: 1. There was an error in discarding what"
        " is too old. See the log of the server.\n"
    )
    assert "bob" not in actors(much_to_do)


def test_mails_that_could_not_be_sent_count_as_a_failure(activitylog, diary, digests):
    digests(sent=2, unsent=1)
    done = activitylog("maintain")
    assert (done.exit_code, done.stdout) == (
        1,
        "Digest mails sent: 2. Digest mails that could not be sent: 1.\n",
    )


def test_people_who_wait_count_as_a_failure(activitylog, much_to_do):
    much_to_do.stack.push(b"9 from the future", much_to_do.archive.addLayer)
    transaction.commit()
    done = activitylog("maintain", "--quiet")
    assert done.exit_code == 1
    assert done.stdout.endswith("written by a later version of the add-on: 1.\n")


def test_while_another_is_at_work_it_says_so_and_leaves(
    activitylog, much_to_do, portal
):
    with claimed(portal):
        done = activitylog("maintain")
        quiet = activitylog("maintain", "--quiet")
    assert done.exit_code == 0
    assert done.stdout.startswith("Another maintenance (process ")
    assert " has been at work since 20" in done.stdout
    assert done.stdout.endswith(" UTC. Nothing is left to do here.\n")
    assert (quiet.exit_code, quiet.output) == (0, "")
    assert len(actors(much_to_do)) == 40


def test_interrupted_it_says_so(activitylog, much_to_do, portal, monkeypatch):
    def ctrl_c(bar, done, total):
        raise KeyboardInterrupt

    monkeypatch.setattr(maintain.Bar, "__call__", ctrl_c)
    done = activitylog("maintain")
    assert done.exit_code == 1
    assert done.stderr.endswith(
        "Error: Interrupted. The next maintenance does the rest.\n"
    )
    assert requested() == ["bob"]
    assert last_run(portal).is_interrupted


def test_a_site_without_the_add_on_is_told_with_the_remedy(activitylog, portal):
    get_installer(portal).uninstall_product("collective.appendonly")
    transaction.commit()
    done = activitylog("maintain")
    assert done.exit_code == 1
    assert "Error: The add-on is not installed in this site" in done.stderr
