"""Commands in trouble, in processes of their own: a sentence and an exit code, and no traceback.

The database is that of version 1.0.0a1, upgraded, in which a user waits to be erased, digests are
due, and layers have no keys.
"""

from pathlib import Path
from tests.product import visits
from tests.product.zope_process import configure
from tests.product.zope_process import copy_instance
from tests.product.zope_process import INTERRUPTING
from tests.product.zope_process import run_program
from tests.product.zope_process import unpack_database
from tests.product.zope_process import Zope

import pytest


pytestmark = pytest.mark.processes

MAIN = "from collective.appendonly.commands import activitylog; activitylog()"

READING = [
    ["digest", "--dry-run"],
    ["doctor", "--read-only"],
    ["erase", "jane"],
    ["expire", "--dry-run"],
    ["export"],
    ["maintain", "--dry-run"],
    ["stats"],
    ["verify"],
]
WRITING = [
    ["backfill"],
    ["digest"],
    ["erase", "jane", "--yes"],
    ["expire", "--entries", "20"],
    ["index"],
    ["maintain"],
]


def each(calls):
    return pytest.mark.parametrize("arguments", calls, ids=" ".join)


class Instance:
    """A Zope over the database in a folder."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.data = folder / "Data.fs"

    def upgrade(self):
        with Zope(self.folder) as zope:
            assert zope.call(visits.run_in_add_ons_control_panel, "upgrade")

    def activitylog(self, *arguments, read_only=False, program=""):
        conf = configure(self.folder, read_only)
        options = ["--conf", conf, "--site", "/Plone"]
        done = run_program(program + MAIN, *options, *arguments)
        assert "Traceback" not in done.stdout + done.stderr
        return done


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory):
    instance = Instance(
        unpack_database("version_1_0_0a1", tmp_path_factory.mktemp("upgraded"))
    )
    instance.upgrade()
    return instance


@pytest.fixture
def instance(upgraded, tmp_path):
    return Instance(copy_instance(upgraded.folder, tmp_path / "instance"))


@pytest.fixture
def version_1_0_0a1(tmp_path):
    return Instance(unpack_database("version_1_0_0a1", tmp_path))


@pytest.fixture
def first_version(tmp_path):
    """A site that does not even have the accumulator of users to be erased."""
    return Instance(unpack_database("first_version", tmp_path))


# A database that is read-only


@each(READING)
def test_commands_that_read_do_so_in_a_read_only_database(instance, arguments):
    done = instance.activitylog(*arguments, read_only=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout


@each(WRITING)
def test_commands_that_write_say_that_the_database_is_read_only(instance, arguments):
    before = instance.data.read_bytes()
    done = instance.activitylog(*arguments, read_only=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith(
        "Error: The database is read-only. Use a zope.conf that opens it for writing.\n"
    )
    assert instance.data.read_bytes() == before


def test_the_doctor_says_that_it_could_not_check_everything(instance):
    done = instance.activitylog("doctor", read_only=True)
    assert done.returncode == 0
    assert "merged: The database is read-only." in " ".join(done.stdout.split())


# A stream that is closed, as with “>&-” in a shell


def closed(name, number):
    return f"import os, sys; os.close({number}); sys.{name} = None\n"


@each([["export"], ["follow", "--once", "--state", "state.json"]])
def test_what_is_to_be_printed_needs_an_output(instance, arguments):
    state = instance.folder / "state.json"
    arguments = [str(state) if word == state.name else word for word in arguments]
    done = instance.activitylog(*arguments, program=closed("stdout", 1))
    assert done.returncode == 1
    assert done.stderr.endswith(
        "Error: Standard output is closed. Nothing was written.\n"
    )
    assert not state.exists()


@each([*READING, ["index"]])
def test_no_command_needs_a_stream_for_errors(instance, arguments):
    done = instance.activitylog(*arguments, program=closed("stderr", 2))
    assert done.returncode == 0
    if arguments == ["export"]:
        assert done.stdout == instance.activitylog("export").stdout


# The package was upgraded, the profile was not


ASKS = (
    "The site needs an upgrade of the add-on. Upgrade “Recent activity” in the Add-ons control panel"
    " of the site.\n"
)


@each([*READING, *WRITING])
def test_before_the_upgrade_commands_work_or_ask_for_it(first_version, arguments):
    done = first_version.activitylog(*arguments)
    if arguments[0] in ("erase", "index"):
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.endswith(f"Error: {ASKS}")
    elif arguments == ["maintain"]:
        assert done.returncode == 1
        assert f"Error: erasures: {ASKS}" in done.stderr
        assert done.stdout == (
            "An error occurred while erasing users. See the server log.\n"
        )
    else:
        assert done.returncode == 0, done.stderr


def test_what_version_1_0_0a1_could_not_go_on_with_waits_for_the_upgrade(
    version_1_0_0a1,
):
    for arguments in (["index"], ["erase", "jane", "--yes"]):
        done = version_1_0_0a1.activitylog(*arguments)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.endswith(f"Error: {ASKS}")
    version_1_0_0a1.upgrade()
    version_1_0_0a1.activitylog("maintain")
    left = version_1_0_0a1.activitylog("maintain", "--dry-run").stdout
    assert "Users to erase" not in left
    assert "Layers to index" not in left


def test_after_the_upgrade_the_job_does_everything(first_version):
    first_version.upgrade()
    done = first_version.activitylog("maintain")
    assert (done.returncode, done.stdout) == (0, "Layers indexed: 2.\n")


# Records of a later version


def push_from_the_future(app):
    with visits.at_work(app, "admin"):
        from collective.appendonly.interfaces import IActivityLog
        from zope.component import getUtility

        log = getUtility(IActivityLog)
        for _ in range(40):
            log.stack.push(b"9 from the future", log.archive.addLayer)


UPGRADE = (
    "A change set of format b'9' cannot be read: this version of collective.appendonly reads the"
    " formats b'1' and b'2'. Upgrade the package."
)
#: What each command says, and its exit code.
LATER = {
    "backfill": (0, UPGRADE),
    "digest --dry-run": (0, UPGRADE),
    "erase jane": (0, "Unreadable records:                          40\n"),
    "erase jane --yes": (
        1,
        "Error: Unreadable records: 40. They were written by a later",
    ),
    "expire --entries 20": (0, UPGRADE),
    "export": (
        1,
        "Error: Unreadable change sets, left out: 40. They were written by a later",
    ),
    "follow --state state.json --once": (0, UPGRADE),
    "index": (1, "Error: Some layers have changes that cannot be read"),
    "maintain": (
        1,
        "users still to be erased because part of the log cannot be read: 1.",
    ),
    "maintain --dry-run": (0, UPGRADE),
    "stats": (0, "unreadable        40\n"),
    "verify": (1, f"Item 1 of layer 14 cannot be read. {UPGRADE}\n"),
}


@pytest.mark.parametrize("line", LATER)
def test_records_of_a_later_version_are_named(instance, line):
    with Zope(instance.folder) as zope:
        zope.call(push_from_the_future)
    state = str(instance.folder / "state.json")
    arguments = [state if word == "state.json" else word for word in line.split()]
    done = instance.activitylog(*arguments)
    code, sentence = LATER[line]
    assert done.returncode == code, done.stderr
    assert sentence in done.stdout + done.stderr


# Signals

SIGNAL = f"""{INTERRUPTING}
from collective.appendonly.commands import site
from ZODB.FileStorage import FileStorage
import click
interrupt_after({{moment}}, signal.SIGTERM)
"""
MOMENTS = [
    "site, 'start_zope', 1",
    "FileStorage, 'tpc_begin', 1",
    "FileStorage, 'store', 2",
    "FileStorage, 'tpc_vote', 2",
    "click, 'echo', 1",
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_sigterm_ends_the_maintenance_and_the_next_does_the_rest(instance, moment):
    done = instance.activitylog("maintain", program=SIGNAL.format(moment=moment))
    assert done.returncode == 143, done.stderr
    assert "Error: Interrupted." in done.stderr
    instance.activitylog("maintain")
    left = instance.activitylog("maintain", "--dry-run").stdout
    assert "Users to erase" not in left
    assert "Layers to index" not in left
    assert instance.activitylog("verify").returncode == 0


def test_ctrl_c_while_plone_is_imported(instance):
    program = """
import importlib, os, signal, collective.appendonly.commands as commands

def import_module(name):
    os.kill(os.getpid(), signal.SIGINT)

commands.import_module = import_module
"""
    done = instance.activitylog("stats", program=program)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "Error: Interrupted. Nothing was changed.\n"


# Terminals, disks and pipes

#: A locale such as en_US, which is short for en_US.ISO-8859-1.
LATIN_1 = """
import sys
sys.stdout.reconfigure(encoding="latin-1")
"""


@each([["erase", "jane"], ["export"], ["follow", "--help"]])
def test_a_terminal_without_all_characters(instance, arguments):
    expected = instance.activitylog(*arguments)
    done = instance.activitylog(*arguments, program=LATIN_1)
    assert (done.returncode, done.stderr) == (expected.returncode, expected.stderr)
    if arguments != ["export"]:  # writes UTF-8
        escaped = expected.stdout.encode("latin-1", "backslashreplace")
        assert done.stdout == escaped.decode("latin-1")


def test_standard_output_that_is_closed(instance):
    program = "import sys; sys.stdout = None\n"
    done = instance.activitylog("stats", program=program)
    assert (done.returncode, done.stderr) == (0, "Counting\n")


#: No file may grow beyond the size that the database has at the beginning.
NO_SPACE = """
import os, resource, signal
size = {size}
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
"""
#: The file of an export may not grow beyond 2,000 bytes.
SMALL_EXPORT = """
from collective.appendonly.commands import export
import resource

write = export._write

def write_little(*arguments):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, before[1]))
    try:
        write(*arguments)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

export._write = write_little
"""
#: What the operating system says to a database on a full disk.
FULL = """
import errno
from ZODB.FileStorage import FileStorage

def full(*arguments):
    raise OSError(errno.ENOSPC, "No space left on device")

FileStorage.tpc_vote = full
"""


@each(WRITING)
def test_no_space_for_a_commit(instance, arguments):
    for program, sentence in (
        (FULL, "There is no space left on the disk"),
        (NO_SPACE.format(size=instance.data.stat().st_size), "File too large"),
    ):
        done = instance.activitylog(*arguments, program=program)
        assert done.returncode == 1
        assert sentence in done.stderr
    assert instance.activitylog("verify").returncode == 0


def test_no_space_for_an_export(instance, tmp_path):
    file = tmp_path / "out" / "activity.jsonl"
    file.parent.mkdir()
    done = instance.activitylog("export", "--output", str(file), program=SMALL_EXPORT)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith(f"Error: Cannot write {file}: File too large.\n")
    assert list(file.parent.iterdir()) == []


TO_FULL = """
import os, sys
os.dup2(os.open("/dev/full", os.O_WRONLY), 1)
"""
TO_CLOSED = """
import os
reading, writing = os.pipe()
os.close(reading)
os.dup2(writing, 1)
"""


@pytest.mark.parametrize(
    "program, sentence",
    [
        (TO_FULL, "There is no space left on the disk."),
        (TO_CLOSED, "The output was closed before everything was written."),
    ],
)
@each([["export"], ["stats"], ["verify"], ["maintain", "--dry-run"], ["doctor"]])
def test_output_that_cannot_be_written(instance, arguments, program, sentence):
    done = instance.activitylog(*arguments, program=program)
    assert done.returncode == 1
    assert f"Error: {sentence}" in done.stderr
    assert "Exception ignored" not in done.stderr


def test_what_was_done_stays_done_if_it_cannot_be_reported(instance):
    done = instance.activitylog("index", program=TO_CLOSED)
    assert done.returncode == 1
    done = instance.activitylog("index")
    assert (done.returncode, done.stdout) == (0, "Layers indexed: 0.\n")
