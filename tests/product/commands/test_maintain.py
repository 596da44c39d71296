"""``activitylog maintain``."""

from collective.appendonly.commands import waiting
from collective.appendonly.commands.ending import ExitCode
from collective.appendonly.operations.maintenance import last_run
from collective.appendonly.operations.maintenance import run
from collective.appendonly.operations.maintenance.lock import locked
from contextlib import ExitStack
from tests.product.operations.maintenance.diary import actors
from tests.product.operations.maintenance.diary import request
from tests.product.operations.maintenance.diary import requested
from tests.product.operations.maintenance.diary import setting

import os
import pytest
import socket
import transaction


@pytest.fixture
def much_to_do(diary):
    """Changes to discard, and a user to erase."""
    setting("retention_entries", 30)
    request("bob")
    return diary


@pytest.fixture
def digests(monkeypatch):
    """Replace the step for digests with one that returns these numbers."""

    def digests(**numbers):
        monkeypatch.setitem(run._STEPS, "digests", lambda *arguments: numbers)

    return digests


def test_it_prints_what_it_did(printed, much_to_do):
    assert printed("maintain") == "Change sets discarded: 8; users erased: 1.\n"
    assert len(actors(much_to_do)) == 32
    assert "bob" not in actors(much_to_do)
    assert requested() == []


def test_it_prints_the_number_of_digests(activitylog, much_to_do, digests):
    digests(sent=3)
    assert activitylog("maintain").stdout == (
        "Change sets discarded: 8; users erased: 1. Digests sent: 3.\n"
    )
    assert activitylog("maintain").stdout == "Digests sent: 3.\n"


def test_nothing_to_do_is_reported_unless_quiet(activitylog, printed, diary, portal):
    assert printed("maintain") == "There was nothing to do.\n"
    quiet = activitylog("maintain", "--quiet")
    assert (quiet.exit_code, quiet.output) == (0, "")
    assert last_run(portal).went_well


def test_quiet_still_prints_what_was_done(activitylog, much_to_do):
    done = activitylog("maintain", "--quiet")
    assert done.output == "Change sets discarded: 8; users erased: 1.\n"


def test_a_failed_step_is_reported_and_sets_the_exit_code(
    activitylog, much_to_do, monkeypatch
):
    def fail(*args, **options):
        raise OSError("No space left")

    monkeypatch.setattr(run, "apply_retention", fail)
    done = activitylog("maintain", "--quiet")
    assert done.exit_code == 1
    assert done.stderr.endswith("Error: retention: OSError: No space left\n")
    assert done.stdout == (
        "Change sets discarded: 0; users erased: 1. An error occurred while"
        " discarding old changes. See the server log.\n"
    )
    assert "bob" not in actors(much_to_do)


def test_unsent_digests_set_the_exit_code(activitylog, diary, digests):
    digests(sent=2, unsent=1)
    done = activitylog("maintain")
    assert (done.exit_code, done.stdout) == (
        1,
        "Digests sent: 2. Digests that could not be sent: 1.\n",
    )


def test_refused_and_paused_digests_are_printed(activitylog, diary, digests):
    digests(sent=2, refused=3, paused=4)
    done = activitylog("maintain")
    assert (done.exit_code, done.stdout) == (
        0,
        "Digests sent: 2. Digests that the mail server refused: 3. Digests that are paused"
        " after several refusals: 4.\n",
    )


def test_quiet_does_not_print_every_night_that_digests_are_paused(
    activitylog, diary, digests
):
    digests(paused=4)
    assert activitylog("maintain", "--quiet").output == ""


def test_waiting_users_set_the_exit_code(activitylog, much_to_do):
    much_to_do.stack.push(b"9 from the future", much_to_do.archive.addLayer)
    transaction.commit()
    done = activitylog("maintain", "--quiet")
    assert done.exit_code == 1
    assert "because part of the log cannot be read: 1." in done.stdout


@pytest.mark.parametrize("options", [[], ["--quiet"]])
def test_beside_a_running_job_it_lists_what_is_left_to_do(
    activitylog, much_to_do, portal, options
):
    with locked(portal):
        done = activitylog("maintain", "--wait", "0", *options)
    assert (done.exit_code, done.stdout) == (ExitCode.TRY_LATER, "")
    assert done.stderr.startswith("Error: Another maintenance job (process ")
    assert " has been running since 20" in done.stderr
    assert done.stderr.endswith(
        " UTC, so this one has done nothing. Change sets to discard: 8. Users to erase: 1.\n"
    )
    assert len(actors(much_to_do)) == 40


@pytest.mark.parametrize(
    "options, stderr",
    [
        (
            [],
            f"Waiting up to 10 minutes for another maintenance job (process {os.getpid()} on"
            f" {socket.gethostname()}).\n",
        ),
        (["--quiet"], ""),
    ],
    # The process is another one for each worker of a test run.
    ids=["loud", "quiet"],
)
def test_it_waits_for_a_running_job_and_does_what_is_left(
    activitylog, much_to_do, portal, monkeypatch, options, stderr
):
    waits = []

    def work_meanwhile(seconds):
        waits.append(seconds)
        if len(waits) == 3:
            other.close()

    monkeypatch.setattr(waiting, "sleep", work_meanwhile)
    other = ExitStack()
    other.enter_context(locked(portal))
    done = activitylog("maintain", *options)
    assert (done.exit_code, done.stdout) == (
        ExitCode.DONE,
        "Change sets discarded: 8; users erased: 1.\n",
    )
    assert done.stderr.startswith(stderr)
    assert waits == [waiting.INTERVAL] * 3
    assert requested() == []


def test_it_does_not_wait_for_ever(activitylog, much_to_do, portal, monkeypatch):
    times, waits = iter([0, 59, 60]), []
    monkeypatch.setattr(waiting, "monotonic", lambda: next(times))
    monkeypatch.setattr(waiting, "sleep", waits.append)
    with locked(portal):
        done = activitylog("maintain", "--wait", "1")
    assert done.exit_code == ExitCode.TRY_LATER
    assert waits == [waiting.INTERVAL]
    assert requested() == ["bob"]


def test_a_url_that_is_none_is_refused(refused, much_to_do):
    error = refused("maintain", "--url", "example", status=ExitCode.WRONG_USE)
    assert "'--url': Enter a URL such as https://www.example.org." in error
    assert requested() == ["bob"]


def test_an_interruption_is_reported(refused, much_to_do, portal, ctrl_c):
    with ctrl_c():
        error = refused("maintain", status=ExitCode.INTERRUPTED)
    assert error.endswith(
        "Error: Interrupted. The next maintenance job does the rest.\n"
    )
    assert requested() == ["bob"]
    assert last_run(portal).is_interrupted
