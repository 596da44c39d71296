"""``activitylog backfill``."""

from collective.appendonly.commands.ending import ExitCode
from collective.appendonly.recording import recording_suspended
from pathlib import Path
from plone import api
from tests.product.zope_process import ENVIRONMENT
from tests.product.zope_process import make_instance
from tests.product.zope_process import ROOT
from ZODB.FileStorage import FileStorage

import os
import pytest
import subprocess
import sys
import transaction


@pytest.fixture
def pages(portal):
    with recording_suspended():
        for number in range(3):
            api.content.create(portal, "Document", f"page-{number}")
        transaction.commit()


def recorded(log):
    transaction.begin()
    return sorted(
        (entry.action, entry.path, change_set.backfilled)
        for _, change_set in log.older()
        for entry in change_set.entries
    )


CREATED = [("created", f"page-{number}", True) for number in range(3)]


def test_it_fills_the_log_and_prints_numbers(printed, pages, log):
    output = printed("backfill")
    assert output == "Added 3 changes from the catalog: 3 × created, 0 × edited.\n"
    assert recorded(log) == CREATED


def test_a_path_without_a_slash_works(activitylog, pages, log):
    assert activitylog("backfill", site="plone").exit_code == 0
    assert recorded(log) == CREATED


def test_a_catalog_without_changes(printed, log):
    output = printed("backfill")
    assert output == "The catalog has no changes to add.\n"
    assert recorded(log) == []


def test_what_was_recorded_stays_on_top(printed, pages, log):
    page = api.content.create(container=api.portal.get(), type="Document", id="page")
    transaction.commit()
    output = printed("backfill")
    assert output == "Added 3 changes from the catalog: 3 × created, 0 × edited.\n"
    assert recorded(log) == [("created", page.getId(), False), *CREATED]
    newest = next(log.older())[1]
    assert newest.backfilled is False


def test_a_second_backfill_is_refused(printed, refused, pages, log):
    printed("backfill")
    error = refused("backfill")
    assert error == (
        "Reading the catalog.\nError: The activity log already contains changes from the"
        " catalog. It can only be filled once.\n"
    )
    assert recorded(log) == CREATED


def test_an_interrupted_command_prints_how_to_continue(
    printed, refused, pages, log, ctrl_c
):
    with ctrl_c():
        error = refused("backfill", status=ExitCode.INTERRUPTED)
    assert error.endswith(
        "Error: Interrupted. Run the command again to continue where it stopped.\n"
    )
    assert recorded(log) == []
    printed("backfill")
    assert recorded(log) == CREATED


# In a process of its own, over a FileStorage


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An instance with an empty log. The tests below use it one after the other."""
    script = Path(__file__).with_name("make_site.py")
    return make_instance(script, tmp_path_factory.mktemp("instance"))


def run_backfill(folder, stderr=subprocess.PIPE):
    program = "from collective.appendonly.commands.main import main; main()"
    options = ["--conf", str(folder / "zope.conf"), "--site", "/Plone"]
    return subprocess.run(
        [sys.executable, "-c", program, *options, "backfill"],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        timeout=300,
    )


@pytest.mark.processes
def test_a_database_in_use_is_reported(folder):
    storage = FileStorage(str(folder / "Data.fs"), read_only=False)
    try:
        done = run_backfill(folder)
    finally:
        storage.close()
    assert done.returncode == 1
    assert f"Error: Zope cannot be started with {folder}/zope.conf." in done.stderr
    assert "lock" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.processes
def test_a_terminal_shows_a_bar_and_then_numbers(folder):
    terminal, other_end = os.openpty()
    try:
        done = run_backfill(folder, stderr=other_end)
        shown = os.read(terminal, 100_000).decode()
    finally:
        os.close(terminal)
        os.close(other_end)
    assert (done.returncode, done.stdout) == (
        0,
        "Added 20 changes from the catalog: 20 × created, 0 × edited.\n",
    )
    assert "Filling the log" in shown
    assert "100%" in shown


@pytest.mark.processes
def test_a_second_backfill_is_refused_without_a_traceback(folder):
    done = run_backfill(folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Error: The activity log already contains changes from" in done.stderr
    assert "Traceback" not in done.stderr
