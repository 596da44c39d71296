"""The exit codes of all commands, which are in a table of docs/commands.rst."""

from collective.appendonly.commands import site as opening
from collective.appendonly.commands.ending import ExitCode
from collective.appendonly.commands.main import main
from pathlib import Path
from ZODB.POSException import ConflictError
from ZODB.POSException import POSKeyError
from ZODB.POSException import ReadOnlyError
from ZODB.POSException import StorageError

import errno
import os
import pytest
import re
import signal


PAGE = Path(__file__).parents[3] / "docs" / "commands.rst"

#: A way to call each command.
CALLS = {
    "backfill": [],
    "digest": [],
    "doctor": [],
    "erase": ["bob", "--yes"],
    "expire": ["--entries", "20"],
    "export": [],
    "follow": ["--state", "STATE", "--once"],
    "import": ["FILE"],
    "index": [],
    "maintain": [],
    "stats": [],
    "verify": [],
}


@pytest.fixture(params=CALLS)
def call(request, tmp_path):
    """The words of a command line."""
    file = tmp_path / "FILE"
    file.write_text(
        '{"format":"collective.appendonly activity","version":1}\n'
        '{"end":true,"change_sets":0,"entries":0}\n'
    )
    arguments = CALLS[request.param]
    files = {"FILE": str(file), "STATE": str(tmp_path / "STATE")}
    return [request.param, *(files.get(word, word) for word in arguments)]


def test_the_documentation_has_them_all():
    _, _, section = PAGE.read_text("utf-8").partition("\nExit codes\n==========\n")
    rows = re.findall(r"^(\d+) +``(\w+)`` ", section, re.MULTILINE)
    assert rows == [(str(int(code)), code.name) for code in ExitCode]


def test_there_is_a_call_of_each_command():
    assert sorted(CALLS) == sorted(main.commands)


def test_a_command_that_does_its_work(activitylog, log, call):
    done = activitylog(*call)
    assert done.exit_code == ExitCode.DONE, done.stderr


def test_an_option_that_does_not_exist(activitylog, call):
    done = activitylog(*call, "--no-such-option")
    assert done.exit_code == ExitCode.WRONG_USE
    assert "No such option" in done.stderr


def test_a_site_that_does_not_exist(activitylog, call):
    done = activitylog(*call, site="/intranet")
    assert done.exit_code == ExitCode.WRONG_USE
    assert "There is no Plone site at /intranet." in done.stderr


def test_a_site_without_the_add_on(activitylog, uninstall, call):
    uninstall()
    done = activitylog(*call)
    assert done.exit_code == ExitCode.FAILED
    assert "The add-on is not installed in this site." in done.stderr


@pytest.mark.parametrize(
    "number, code",
    [
        (signal.SIGINT, ExitCode.INTERRUPTED),
        (signal.SIGTERM, ExitCode.TERMINATED),
    ],
)
def test_a_signal(activitylog, monkeypatch, call, number, code):
    before = signal.getsignal(number)
    monkeypatch.setattr(
        opening, "find_site", lambda app, path: os.kill(os.getpid(), number)
    )
    done = activitylog(*call)
    assert done.exit_code == code
    assert "Error: Interrupted. " in done.stderr
    assert signal.getsignal(number) == before


@pytest.mark.parametrize(
    "error, code, sentence",
    [
        (ReadOnlyError(), ExitCode.FAILED, "The database is read-only. Use a"),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            ExitCode.FAILED,
            "There is no space left on the disk. ",
        ),
        (
            PermissionError(errno.EACCES, "Permission denied", "/blobs"),
            ExitCode.FAILED,
            "PermissionError: [Errno 13] Permission denied: '/blobs'. ",
        ),
        (
            BrokenPipeError(errno.EPIPE, "Broken pipe"),
            ExitCode.FAILED,
            "The output was closed before everything was written. ",
        ),
        (POSKeyError(b"\0" * 8), ExitCode.FAILED, "POSKeyError: 0x00. "),
        (StorageError("No server."), ExitCode.FAILED, "StorageError: No server. "),
        (
            ConflictError(),
            ExitCode.TRY_LATER,
            "There were too many concurrent edits. ",
        ),
    ],
)
def test_an_error_of_the_database_or_the_system(
    activitylog, monkeypatch, call, error, code, sentence
):
    def fail(app, path):
        raise error

    monkeypatch.setattr(opening, "find_site", fail)
    done = activitylog(*call)
    assert done.exit_code == code
    assert f"Error: {sentence}" in done.stderr
    assert "Traceback" not in done.output


def test_an_error_of_the_program_is_not_hidden(activitylog, monkeypatch):
    def fail(app, path):
        raise TypeError("A bug.")

    monkeypatch.setattr(opening, "find_site", fail)
    done = activitylog("stats")
    assert isinstance(done.exception, TypeError)
    assert done.exit_code == ExitCode.FAILED
