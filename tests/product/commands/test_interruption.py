"""Commands that are interrupted in the middle, by Ctrl-C and by the kernel, and run again.

Real processes over a FileStorage. A process gives itself the signal, at a moment that is not
left to chance: when its progress bar moves, or at a step of a commit.
"""

from pathlib import Path
from tests.product.commands.history import change_sets
from tests.product.zope_process import copy_instance
from tests.product.zope_process import INTERRUPTING
from tests.product.zope_process import make_instance
from tests.product.zope_process import run_program

import json
import pytest
import signal


pytestmark = pytest.mark.processes

CHANGE_SETS = 400
ENTRIES = sum(len(change_set.entries) for change_set in change_sets(CHANGE_SETS))
# An import commits after each thousand entries, which are four layers here.
BATCHES = 13
ALL = f"{CHANGE_SETS} change sets with {ENTRIES:,} entries"

MAIN = "from collective.appendonly.commands.main import main; main()"


def moving_bar(count):
    """The moment when the progress bar has moved so often."""
    return (
        "from collective.appendonly.commands.progress import Bar\n"
        f"interrupt_after(Bar, '__call__', {count}, NUMBER)\n"
    )


def commit_step(name, count=1):
    """The moment after a step of the n-th commit."""
    return (
        "from ZODB.FileStorage import FileStorage\n"
        f"interrupt_after(FileStorage, '{name}', {count}, NUMBER)\n"
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    script = Path(__file__).with_name("make_history.py")
    return make_instance(script, tmp_path_factory.mktemp("made"), str(CHANGE_SETS))


@pytest.fixture
def folder(made, tmp_path):
    """An instance of its own for each test, with the two sites."""
    return copy_instance(made, tmp_path / "instance")


@pytest.fixture
def activitylog(folder):
    def activitylog(*arguments, site="full", program=""):
        options = ["--conf", str(folder / "zope.conf"), "--site", site]
        done = run_program(program + MAIN, *options, *arguments)
        assert "Traceback" not in done.stderr
        return done

    return activitylog


@pytest.fixture
def interrupted(activitylog):
    """Run a command that gets a signal at *moment*."""

    def interrupted(name, moment, *arguments, **options):
        program = f"{INTERRUPTING}NUMBER = signal.{name}\n{moment}"
        done = activitylog(*arguments, program=program, **options)
        if name == "SIGINT":
            assert done.returncode == 130
            assert "Error: Interrupted. " in done.stderr
        else:
            assert done.returncode == -signal.SIGKILL
        assert done.stdout == ""

    return interrupted


SIGNALS = pytest.mark.parametrize("name", ["SIGINT", "SIGKILL"])


@SIGNALS
def test_verify(activitylog, interrupted, name):
    interrupted(name, moving_bar(10), "verify")
    done = activitylog("verify")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"No problems found in {ALL}, and 2 structures.\n"


@SIGNALS
def test_export_and_import(activitylog, interrupted, tmp_path, name):
    file, again = tmp_path / "activity.jsonl", tmp_path / "again.jsonl"
    to_file = ["export", "--output", str(file)]
    interrupted(name, moving_bar(3), *to_file)
    assert not file.exists()
    done = activitylog(*to_file)
    assert done.returncode == 0, done.stderr
    assert f"Exported {ALL}." in done.stderr
    assert json.loads(file.read_bytes().splitlines()[-1]) == {
        "end": True,
        "change_sets": CHANGE_SETS,
        "entries": ENTRIES,
    }

    fill = ["import", str(file)]
    # Between two batches; while a batch is written; before the last step is.
    interrupted(name, moving_bar(3), *fill, site="empty")
    interrupted(name, commit_step("tpc_vote", 2), *fill, site="empty")
    interrupted(name, moving_bar(BATCHES - 2), *fill, site="empty")
    done = activitylog(*fill, site="empty")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"Imported {ALL}.\n"

    done = activitylog("verify", site="empty")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == f"No problems found in {ALL}, and 2 structures.\n"
    activitylog("export", "--output", str(again), site="empty")
    assert again.read_bytes() == file.read_bytes()


@pytest.mark.parametrize("name, step", [("SIGINT", "store"), ("SIGKILL", "tpc_vote")])
def test_expire_before_its_commit_is_done(activitylog, interrupted, name, step):
    expire = ["expire", "--entries", "200"]
    interrupted(name, commit_step(step), *expire)
    done = activitylog(*expire)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("200 changes were discarded. 200 remain, the oldest")
    done = activitylog("verify")
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("No problems found in 200 change sets with ")


def test_expire_right_after_its_commit(activitylog, interrupted):
    expire = ["expire", "--entries", "200"]
    interrupted("SIGKILL", commit_step("tpc_finish"), *expire)
    done = activitylog(*expire)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Nothing is old enough to be discarded. 200 remain")
    assert activitylog("verify").returncode == 0


@pytest.mark.parametrize("name", ["SIGINT", "SIGKILL"])
@pytest.mark.parametrize("step", ["_find", "_digest", "_save"])
def test_follow(activitylog, tmp_path, name, step):
    """Killed at any step, it prints a batch again at most, and leaves nothing out."""
    state = tmp_path / "state.json"
    follow = ["follow", "--state", str(state), "--once"]
    moment = (
        "from collective.appendonly.commands import follow\n"
        f"interrupt_after(follow, '{step}', 2, signal.{name})\n"
    )
    begun = activitylog(*follow, program=INTERRUPTING + moment)
    assert begun.returncode == (130 if name == "SIGINT" else -signal.SIGKILL)
    done = activitylog(*follow)
    assert done.returncode == 0, done.stderr
    exported = activitylog("export").stdout.splitlines()[1:-1]
    printed = begun.stdout.splitlines() + done.stdout.splitlines()
    entries = [json.dumps(json.loads(line)["entries"]) for line in exported]
    found = [json.dumps(json.loads(line)["entries"]) for line in printed]
    assert set(found) == set(entries)
    assert len(entries) <= len(found) <= len(entries) + 100
    assert activitylog(*follow).stdout == ""
