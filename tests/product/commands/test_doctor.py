"""``activitylog doctor``, as an operator meets it."""

from AccessControl.SecurityManagement import getSecurityManager
from AccessControl.SecurityManagement import setSecurityManager
from click import unstyle
from click.testing import CliRunner
from collective.appendonly.commands import site as opening
from collective.appendonly.commands.main import main
from collective.appendonly.doctor import check
from collective.appendonly.doctor.check import LAST_CHECK
from collective.appendonly.doctor.provoking import Outcome
from collective.appendonly.doctor.provoking import Provoked
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.recording import clock
from datetime import datetime
from datetime import timezone
from plone import api
from plone.base.utils import get_installer
from zope.annotation.interfaces import IAnnotations
from zope.globalrequest import getRequest
from zope.globalrequest import setRequest

import json
import pytest
import transaction


@pytest.fixture(autouse=True)
def now(monkeypatch):
    now = datetime(2026, 11, 25, 12, 0, tzinfo=timezone.utc)
    monkeypatch.setattr(clock, "utc_now", lambda: now)


@pytest.fixture
def activitylog(portal, functional, monkeypatch, tmp_path):
    """Run the command over the site of the test, and return what came of it."""
    conf = tmp_path / "zope.conf"
    conf.write_text("")
    monkeypatch.setattr(opening, "start_zope", lambda conf: functional["app"])
    manager, request = getSecurityManager(), getRequest()

    def activitylog(*arguments, **options):
        address = ["--conf", str(conf), "--site", "/plone"]
        return CliRunner().invoke(main, [*address, *arguments], **options)

    yield activitylog
    setSecurityManager(manager)
    setRequest(request)


@pytest.fixture
def healthy(configure):
    """A site on which there is nothing to warn of."""
    configure(digests=False)
    api.content.create(api.portal.get(), "Document", "page")
    transaction.commit()


@pytest.fixture
def refused(monkeypatch):
    refused = Provoked(Outcome.REFUSED, "process")
    monkeypatch.setattr(check, "provoke", lambda database: refused)


REPORT = """\
good      Edits at the same moment
          Two changes of the log at the same moment were merged when this was checked, Nov 25, 2026
          12:00 PM.

good      The server of the database
          There is none: the database is kept by this process.

good      Stack and archive
          Both are there, and the one begins where the other ends.

unknown   The stack, and the pace of edits
          Nothing was recorded in the last days, so there is no pace to go by.

warning   Maintenance
          It has never run.
          > Let one machine run “activitylog maintain” every night, from cron. The settings ask for
            it: they limit what is kept, erase people, or offer digests.

good      Version
          The site is up to date with the package installed.

warning   Mail
          Digests are offered, but Plone doesn't know a mail server, or a sender.
          > Fill in the mail control panel, or don't offer digests.
"""


def test_it_reports_what_it_found(activitylog):
    done = activitylog("doctor", env={"COLUMNS": "120"})
    assert (done.exit_code, done.output) == (0, REPORT)


def test_it_is_coloured_on_a_terminal_only(activitylog):
    coloured = activitylog("doctor", env={"COLUMNS": "120"}, color=True).output
    assert "\x1b[33m" in coloured
    assert unstyle(coloured) == REPORT


def test_in_a_narrow_terminal_no_line_is_too_long(activitylog):
    lines = activitylog("doctor", env={"COLUMNS": "50"}).output.splitlines()
    assert max(map(len, lines)) <= 50


def test_a_warning_is_a_failure_only_if_one_is_strict(activitylog):
    assert activitylog("doctor").exit_code == 0
    assert activitylog("doctor", "--strict").exit_code == 1


def test_a_healthy_site_passes_the_strict_one(activitylog, healthy):
    done = activitylog("doctor", "--strict")
    assert done.exit_code == 0, done.output


def test_what_is_bad_is_a_failure(activitylog, refused):
    done = activitylog("doctor")
    assert done.exit_code == 1
    assert done.output.startswith("bad       Edits at the same moment\n")


def test_quiet_it_tells_only_what_is_not_good(activitylog):
    done = activitylog("doctor", "--quiet")
    titles = [line for line in done.output.splitlines() if line[:1].strip()]
    assert titles == [
        "unknown   The stack, and the pace of edits",
        "warning   Maintenance",
        "warning   Mail",
    ]


def test_quiet_it_says_nothing_of_a_site_that_is_well(activitylog, configure, log):
    configure(digests=False)
    entry = Entry(("edited",), "0" * 32, "page", "Page", "Document", ("Anonymous",))
    log.push(ChangeSet(clock.utc_now(), "jane", (entry,)))
    transaction.commit()
    done = activitylog("doctor", "--quiet", "--strict")
    assert (done.exit_code, done.output) == (0, "")


def test_programs_get_the_same_as_json(activitylog, refused):
    done = activitylog("doctor", "--json")
    assert done.exit_code == 1
    findings = json.loads(done.output)
    assert [(finding["name"], finding["verdict"]) for finding in findings] == [
        ("conflicts", "bad"),
        ("server", "good"),
        ("structures", "good"),
        ("window", "unknown"),
        ("maintenance", "warning"),
        ("profile", "good"),
        ("mail", "warning"),
    ]
    assert findings[2] == {
        "name": "structures",
        "title": "Stack and archive",
        "verdict": "good",
        "sentence": "Both are there, and the one begins where the other ends.",
        "remedy": "",
        "details": [],
    }


def test_what_it_found_is_kept_for_the_control_panel(activitylog, portal):
    activitylog("doctor")
    transaction.begin()
    assert IAnnotations(portal)[LAST_CHECK]["outcome"] == "merged"


def test_read_only_it_writes_nothing(activitylog, portal, changed):
    done = activitylog("doctor", "--read-only")
    assert done.exit_code == 0
    assert "Whether they are merged has not been checked yet." in done.output
    assert changed == []
    transaction.begin()
    assert LAST_CHECK not in IAnnotations(portal)


def test_a_site_without_the_add_on_is_told_with_the_remedy(activitylog, portal):
    get_installer(portal).uninstall_product("collective.appendonly")
    transaction.commit()
    done = activitylog("doctor")
    assert done.exit_code == 1
    assert "Error: The add-on is not installed in this site." in done.stderr
    assert "control panel" in done.stderr
