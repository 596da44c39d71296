"""``activitylog doctor``."""

from click import unstyle
from collective.appendonly import clock
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.operations.doctor import conflict_test
from collective.appendonly.operations.doctor.conflict_test import ConflictTest
from collective.appendonly.operations.doctor.conflict_test import LAST_CHECK
from collective.appendonly.operations.doctor.conflict_test import Outcome
from datetime import timedelta
from plone import api
from tests.product.operations.doctor.conftest import now
from zope.annotation.interfaces import IAnnotations

import json
import pytest
import transaction


__all__ = ["now"]


@pytest.fixture
def good_site(configure):
    """A site on which there is nothing to warn of."""
    configure(digests=False)
    api.content.create(api.portal.get(), "Document", "page")
    transaction.commit()


@pytest.fixture
def refused(monkeypatch):
    refused = ConflictTest(Outcome.REFUSED, "process")
    monkeypatch.setattr(conflict_test, "provoke_conflicts", lambda database: refused)


REPORT = """\
good      Concurrent edits
          At the last check (Nov 25, 2026 12:00 PM), two concurrent changes to the log were merged.

good      Database server
          Not applicable: this Zope process opens the database directly.

good      Stack and archive
          Both exist, and the stack begins where the archive ends.

good      Search
          All archived changes can be found without reading the others.

unknown   Stack size and edit rate
          Nothing was recorded in the last days, so the edit rate is unknown.

good      Maintenance
          Not needed now: everything is kept, and there are no digests to send.

good      Version
          The site is up to date with the installed package.

good      Email
          No emails are sent yet, because no member has subscribed to a digest. No mail server or no
          sender address is configured.
          > Configure Site Setup > Mail, or turn off “Offer email digests”.
"""


def test_it_prints_its_findings(activitylog):
    done = activitylog("doctor", env={"COLUMNS": "120"})
    assert (done.exit_code, done.output) == (0, REPORT)


def test_only_a_terminal_shows_colors(activitylog):
    coloured = activitylog("doctor", env={"COLUMNS": "120"}, color=True).output
    assert "\x1b[32m" in coloured
    assert unstyle(coloured) == REPORT


def test_in_a_narrow_terminal_no_line_is_too_long(activitylog):
    lines = activitylog("doctor", env={"COLUMNS": "50"}).output.splitlines()
    assert max(map(len, lines)) <= 50


def test_a_warning_fails_only_with_strict(activitylog, configure):
    configure(retention_days=30)
    assert activitylog("doctor").exit_code == 0
    assert activitylog("doctor", "--strict").exit_code == 1


def test_a_good_site_passes_with_strict(activitylog, good_site):
    done = activitylog("doctor", "--strict")
    assert done.exit_code == 0, done.output


def test_a_bad_finding_fails(activitylog, refused):
    done = activitylog("doctor")
    assert done.exit_code == 1
    assert done.output.startswith("bad       Concurrent edits\n")


@pytest.mark.parametrize("options", [[], ["--read-only"]])
def test_quiet_prints_nothing_about_a_new_site(activitylog, options):
    done = activitylog("doctor", "--quiet", "--strict", *options)
    assert (done.exit_code, done.output) == (0, "")


@pytest.mark.parametrize("days_ago", [0, 6, 8, 400])
def test_quiet_prints_nothing_about_a_site_without_edits_for_a_while(
    activitylog, log, days_ago
):
    entry = Entry(("edited",), "0" * 32, "page", "Page", "Document", ("Anonymous",))
    time = clock.utc_now() - timedelta(days=days_ago)
    log.push(ChangeSet(time, "jane", (entry,)))
    transaction.commit()
    done = activitylog("doctor", "--quiet", "--strict")
    assert (done.exit_code, done.output) == (0, "")


def test_quiet_prints_what_needs_attention(activitylog, configure, monkeypatch):
    """Also what could not be checked because of an error."""
    configure(retention_days=30)
    failed = ConflictTest(Outcome.FAILED, "process", error="The database is read-only.")
    monkeypatch.setattr(conflict_test, "provoke_conflicts", lambda database: failed)
    done = activitylog("doctor", "--quiet")
    titles = [line for line in done.output.splitlines() if line[:1].strip()]
    assert titles == ["unknown   Concurrent edits", "warning   Maintenance"]
    assert done.exit_code == 0


def test_json_has_the_same_findings(activitylog, refused):
    done = activitylog("doctor", "--json")
    assert done.exit_code == 1
    findings = json.loads(done.output)
    assert [(finding["name"], finding["verdict"]) for finding in findings] == [
        ("conflicts", "bad"),
        ("server", "good"),
        ("structures", "good"),
        ("search", "good"),
        ("window", "unknown"),
        ("maintenance", "good"),
        ("profile", "good"),
        ("mail", "good"),
    ]
    assert findings[2] == {
        "name": "structures",
        "title": "Stack and archive",
        "verdict": "good",
        "sentence": "Both exist, and the stack begins where the archive ends.",
        "remedy": "",
        "details": [],
    }


def test_the_result_is_stored_for_the_control_panel(activitylog, portal):
    activitylog("doctor")
    transaction.begin()
    assert IAnnotations(portal)[LAST_CHECK]["outcome"] == "merged"


def test_read_only_writes_nothing(activitylog, portal, changed):
    done = activitylog("doctor", "--read-only")
    assert done.exit_code == 0
    assert (
        "It has not been checked yet whether concurrent edits are merged."
        in done.output
    )
    assert changed == []
    transaction.begin()
    assert LAST_CHECK not in IAnnotations(portal)
