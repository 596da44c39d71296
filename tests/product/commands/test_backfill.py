"""``activitylog backfill``, as an operator meets it."""

from click.testing import CliRunner
from collective.appendonly.commands import backfill
from collective.appendonly.commands.main import main
from collective.appendonly.recording import recording_suspended
from pathlib import Path
from plone import api
from plone.base.utils import get_installer
from ZODB.FileStorage import FileStorage

import os
import pytest
import subprocess
import sys
import transaction


ROOT = Path(__file__).parents[3]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}


@pytest.fixture
def pages(portal):
    with recording_suspended():
        for number in range(3):
            api.content.create(portal, "Document", f"page-{number}")
        transaction.commit()


def told(log):
    transaction.begin()
    return sorted(
        (entry.action, entry.path, change_set.backfilled)
        for _, change_set in log.older()
        for entry in change_set.entries
    )


CREATED = [("created", f"page-{number}", True) for number in range(3)]


def test_it_fills_the_log_and_says_with_how_much(activitylog, pages, log):
    done = activitylog("backfill")
    assert (done.exit_code, done.stdout) == (
        0,
        "The log now begins with 3 changes from the catalog:"
        " 3 × created, 0 × edited.\n",
    )
    assert told(log) == CREATED


def test_a_path_without_a_slash_will_do(activitylog, pages, log):
    assert activitylog("backfill", site="plone").exit_code == 0
    assert told(log) == CREATED


def test_a_catalog_with_nothing_to_tell(activitylog, log):
    done = activitylog("backfill")
    assert (done.exit_code, done.stdout) == (
        0,
        "The catalog had nothing to tell. The log is empty as before.\n",
    )
    assert told(log) == []


def test_a_log_that_is_not_empty_is_left_alone(activitylog, log):
    assert activitylog("backfill").exit_code == 0
    page = api.content.create(container=api.portal.get(), type="Document", id="page")
    transaction.commit()
    done = activitylog("backfill")
    assert done.exit_code == 1
    assert "Error: The activity log holds 1 changes already." in done.stderr
    assert told(log) == [("created", page.getId(), False)]


@pytest.mark.parametrize("site", ["/intranet", "/plone/nothing", "/", "/acl_users"])
def test_a_wrong_path_is_answered_with_the_sites_there_are(activitylog, site):
    done = activitylog("backfill", site=site)
    assert done.exit_code == 1
    assert done.stderr == (
        f"Error: There is no Plone site at {site}. In the root of this Zope: /plone.\n"
    )


def test_a_site_without_the_add_on_is_told_with_the_remedy(activitylog, portal):
    get_installer(portal).uninstall_product("collective.appendonly")
    transaction.commit()
    done = activitylog("backfill")
    assert done.exit_code == 1
    assert "Error: The add-on is not installed in this site" in done.stderr
    assert "control panel" in done.stderr


def test_interrupted_it_says_how_to_go_on(activitylog, pages, log, monkeypatch):
    def ctrl_c(bar, done, total):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(backfill.Bar, "__call__", ctrl_c)
        done = activitylog("backfill")
    assert done.exit_code == 1
    assert done.stderr.endswith(
        "Error: Interrupted. Run the command again: it goes on where it stopped.\n"
    )
    assert told(log) == []
    assert activitylog("backfill").exit_code == 0
    assert told(log) == CREATED


@pytest.mark.parametrize(
    "options, missing",
    [
        ([], "--conf"),
        (["--conf", __file__], "--site"),
        (["--site", "/Plone"], "--conf"),
    ],
)
def test_an_option_that_is_missing_is_named(options, missing):
    done = CliRunner().invoke(main, [*options, "backfill"], env={"ZOPE_CONFIG": None})
    assert done.exit_code == 2
    assert f"Missing option '{missing}'." in done.stderr


def test_help_needs_no_site():
    done = CliRunner().invoke(main, ["backfill", "--help"])
    assert done.exit_code == 0
    assert "Fill an empty log from the catalog." in done.stdout


# In a process of its own, over a FileStorage


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An instance with an empty log. The tests below use it one after the other."""
    folder = tmp_path_factory.mktemp("instance")
    script = Path(__file__).with_name("make_site.py")
    made = run([str(script), str(folder)])
    assert made.returncode == 0, made.stderr
    return folder


def run(arguments, **options):
    return subprocess.run(
        [sys.executable, "-W", "ignore", *arguments],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        text=True,
        timeout=300,
        **{"stderr": subprocess.PIPE, **options},
    )


def run_backfill(folder, **options):
    program = "from collective.appendonly.commands.main import main; main()"
    conf = str(folder / "zope.conf")
    site = ["--conf", conf, "--site", "/Plone"]
    return run(["-c", program, *site, "backfill"], **options)


@pytest.mark.engine
def test_while_the_database_is_in_use_it_says_so(folder):
    storage = FileStorage(str(folder / "Data.fs"), read_only=False)
    try:
        done = run_backfill(folder)
    finally:
        storage.close()
    assert done.returncode == 1
    assert f"Error: Zope can't be started with {folder}/zope.conf." in done.stderr
    assert "lock" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.engine
def test_on_a_terminal_there_is_a_bar_and_then_the_numbers(folder):
    terminal, other_end = os.openpty()
    try:
        done = run_backfill(folder, stderr=other_end)
        shown = os.read(terminal, 100_000).decode()
    finally:
        os.close(terminal)
        os.close(other_end)
    assert (done.returncode, done.stdout) == (
        0,
        "The log now begins with 20 changes from the catalog:"
        " 20 × created, 0 × edited.\n",
    )
    assert "Filling the log" in shown
    assert "100%" in shown


@pytest.mark.engine
def test_a_second_time_is_refused_without_a_traceback(folder):
    done = run_backfill(folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Error: The activity log holds 20 changes already." in done.stderr
    assert "Traceback" not in done.stderr
