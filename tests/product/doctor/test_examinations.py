"""What is found by looking at a site in one state or another."""

from collective.appendonly.doctor import examine
from collective.appendonly.log import STACK
from collective.appendonly.maintenance import maintain
from collective.appendonly.maintenance.claim import MAINTENANCE
from collective.appendonly.maintenance.erasure_requests import request_erasure
from collective.appendonly.maintenance.last_run import as_builtins
from collective.appendonly.maintenance.report import Failure
from collective.appendonly.maintenance.report import Report
from collective.appendonly.recording import clock
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from persistent.mapping import PersistentMapping
from plone import api
from zope.annotation.interfaces import IAnnotations
from zope.i18n import translate

import pytest


NOW = datetime(2026, 11, 25, 12, 0, tzinfo=timezone.utc)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "utc_now", lambda: NOW)


def test_a_new_site_is_well_but_for_what_it_has_still_to_set_up(portal):
    assert {finding.name: finding.verdict.value for finding in examine(portal)} == {
        "conflicts": "unknown",
        "server": "good",
        "structures": "good",
        "window": "unknown",
        "maintenance": "warning",
        "profile": "good",
        "mail": "warning",
    }


# The maintenance


@pytest.fixture
def ran(portal):
    """Let the maintenance have been complete so long ago."""

    def ran(failed=(), **ago):
        ended = NOW - timedelta(**ago)
        failures = tuple(Failure(step, "") for step in failed)
        last = as_builtins(ended, ended, False, Report(failed=failures))
        IAnnotations(portal)[MAINTENANCE] = PersistentMapping(claim=None, last=last)

    return ran


def test_a_maintenance_of_last_night_is_good(ran, found):
    ran(hours=9)
    assert found("maintenance") == ("good", "It last ran Nov 25, 2026 03:00 AM.", "")


def test_a_maintenance_of_three_days_ago_is_not(ran, found):
    ran(days=3)
    verdict, sentence, remedy = found("maintenance")
    assert (verdict, sentence) == ("warning", "It last ran Nov 22, 2026 12:00 PM.")
    assert "“activitylog maintain” every night, from cron" in remedy


def test_a_maintenance_that_did_not_do_all_is_not_good_either(ran, found):
    ran(hours=9, failed=["erasures"])
    assert found("maintenance") == (
        "warning",
        "It last ran Nov 25, 2026 03:00 AM.",
        "Not all of it was done then: see the log of the process that ran it.",
    )


def test_where_there_is_nothing_to_do_for_it_it_need_not_run(configure, found):
    configure(digests=False)
    assert found("maintenance") == (
        "good",
        "There is nothing to do for it: everything is kept, and no digests are offered.",
        "",
    )


@pytest.mark.parametrize(
    "setting",
    [{"retention_days": 30}, {"retention_entries": 9}, {"erase_deleted_users": True}],
)
def test_what_is_not_kept_for_ever_needs_it(configure, found, setting):
    configure(digests=False, **setting)
    assert found("maintenance")[:2] == ("warning", "It has never run.")


def test_who_waits_to_be_erased_is_counted(portal, configure, found):
    configure(digests=False)
    for user_id in ("jane", "mary", "jane"):
        request_erasure(user_id)
    assert found("maintenance")[:2] == ("warning", "It has never run.")
    [details] = [f.details for f in examine(portal) if f.name == "maintenance"]
    assert list(map(translate, details)) == ["2 people are to be erased."]


def test_after_a_maintenance_the_doctor_knows_of_it(portal, found):
    maintain(portal)
    assert found("maintenance")[:2] == ("good", "It last ran Nov 25, 2026 12:00 PM.")


# The others


def test_an_upgrade_that_waits_is_a_warning(portal, found):
    portal.portal_setup.setLastVersionForProfile(
        "collective.appendonly:default", "1001"
    )
    verdict, sentence, remedy = found("profile")
    assert verdict == "warning"
    assert sentence.startswith(
        "The site has version 1001 of the profile, the package 1"
    )
    assert remedy == "Upgrade Recent activity in the add-ons control panel."


def test_digests_need_a_mail_server(portal, configure, found):
    assert found("mail")[0] == "warning"
    api.portal.set_registry_record("plone.smtp_host", "localhost")
    api.portal.set_registry_record("plone.email_from_address", "office@garden.example")
    assert found("mail") == ("good", "Plone can send the digests.", "")
    configure(digests=False)
    api.portal.set_registry_record("plone.smtp_host", "")
    assert found("mail")[0] == "good"


def test_an_archive_that_went_away_is_bad(portal, found):
    del IAnnotations(portal)[STACK]
    verdict, sentence, remedy = found("structures")
    assert (verdict, sentence) == (
        "bad",
        "The stack or the archive of the log is missing. Nothing is recorded.",
    )
    assert "Import the profile" in remedy


def test_an_archive_that_does_not_join_the_stack_is_bad(portal, log, found):
    log.stack.restart(7)
    assert found("structures")[:2] == (
        "bad",
        "The stack begins with generation 7, but the archive ends with -1.",
    )


def test_an_examination_that_fails_does_not_stop_the_others(portal, found, log):
    log.stack.push(object)  # no change set
    verdict, sentence, remedy = found("window")
    assert (verdict, remedy) == ("unknown", "See the log of this process.")
    assert found("structures")[0] == "good"
