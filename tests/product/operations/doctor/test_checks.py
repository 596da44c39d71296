"""The findings of the doctor about sites in various states."""

from .conftest import NOW
from collective.appendonly.digests.subscriptions import DAILY
from collective.appendonly.digests.subscriptions import subscribe
from collective.appendonly.feed.cursor import to_cursor
from collective.appendonly.feed.places import WHOLE_SITE
from collective.appendonly.interfaces import BEGINNING
from collective.appendonly.log import STACK
from collective.appendonly.operations.doctor import examine
from collective.appendonly.operations.doctor import window
from collective.appendonly.operations.maintenance import erasure_requests as erasures
from collective.appendonly.operations.maintenance import maintain
from collective.appendonly.operations.maintenance.lock import MAINTENANCE
from collective.appendonly.operations.maintenance.report import as_builtins
from collective.appendonly.operations.maintenance.report import Failure
from collective.appendonly.operations.maintenance.report import MaintenanceReport
from datetime import timedelta
from persistent.mapping import PersistentMapping
from plone import api
from zope.annotation.interfaces import IAnnotations
from zope.i18n import translate

import pytest


def test_the_findings_about_a_new_site(portal):
    assert {finding.name: finding.status.value for finding in examine(portal)} == {
        "conflicts": "unknown",
        "server": "good",
        "structures": "good",
        "search": "good",
        "window": "unknown",
        "maintenance": "good",
        "profile": "good",
        "mail": "good",
    }
    assert not any(finding.needs_attention for finding in examine(portal))


# The maintenance job


@pytest.fixture
def ran(portal):
    """Store a run that ended so long ago."""

    def ran(failed=(), paused=0, **ago):
        ended = NOW - timedelta(**ago)
        failures = tuple(Failure(step, "") for step in failed)
        report = MaintenanceReport(failed=failures, paused=paused)
        last = as_builtins(ended, ended, False, report)
        IAnnotations(portal)[MAINTENANCE] = PersistentMapping(claim=None, last=last)

    return ran


def test_a_run_last_night_is_good(ran, found):
    ran(hours=9)
    assert found("maintenance") == ("good", "Last run: Nov 25, 2026 03:00 AM.", "")


def test_a_run_three_days_ago_is_a_warning(ran, found, configure):
    configure(retention_days=30)
    ran(days=3)
    status, message, recommendation = found("maintenance")
    assert (status, message) == ("warning", "Last run: Nov 22, 2026 12:00 PM.")
    assert "“activitylog maintain” every night from cron" in recommendation


def test_a_run_in_the_future_is_a_warning(ran, found, configure):
    configure(retention_days=30)
    ran(days=-3650)
    status, message, recommendation = found("maintenance")
    assert (status, message) == ("warning", "Last run: Nov 22, 2036 12:00 PM.")
    assert "“activitylog maintain” every night from cron" in recommendation
    ran(minutes=-9)
    assert found("maintenance")[0] == "good"


def test_an_incomplete_run_is_a_warning(ran, found):
    ran(hours=9, failed=["erasures"])
    assert found("maintenance") == (
        "warning",
        "Last run: Nov 25, 2026 03:00 AM.",
        "The run was not completed. See the log of the process that ran it.",
    )


def test_no_run_is_needed_without_settings_that_require_it(configure, found):
    configure(digests=False)
    assert found("maintenance") == (
        "good",
        "Not needed now: everything is kept, and there are no digests to send.",
        "",
    )


def subscribe_to(log):
    subscribe(
        ("mary", WHOLE_SITE), DAILY, "en", "http://x", to_cursor(log, BEGINNING), NOW
    )


def test_digests_require_a_run_when_a_member_has_subscribed(log, configure, found):
    assert found("maintenance")[0] == "good"
    subscribe_to(log)
    assert found("maintenance")[:2] == ("warning", "The maintenance job has never run.")
    configure(digests=False)
    assert found("maintenance")[0] == "good"


@pytest.mark.parametrize(
    "setting",
    [{"retention_days": 30}, {"retention_entries": 9}, {"erase_deleted_users": True}],
)
def test_retention_and_erasure_require_a_run(configure, found, setting):
    configure(digests=False, **setting)
    assert found("maintenance")[:2] == ("warning", "The maintenance job has never run.")


@pytest.mark.site_actions
@pytest.mark.parametrize("days, status", [(30, "warning"), (0, "good")])
def test_logins_that_are_not_kept_for_ever_require_a_run(
    configure, found, days, status
):
    configure(digests=False, days_logins_kept=days, actions_left_out=())
    assert found("maintenance")[0] == status


def test_users_waiting_to_be_erased_are_counted(portal, configure, found):
    configure(digests=False)
    for user_id in ("jane", "mary", "jane"):
        erasures.request_erasure(user_id)
    assert found("maintenance")[:2] == ("warning", "The maintenance job has never run.")
    [details] = [f.details for f in examine(portal) if f.name == "maintenance"]
    assert list(map(translate, details)) == ["2 users are waiting to be erased."]


def test_a_run_is_found(portal, found):
    maintain(portal)
    assert found("maintenance")[:2] == ("good", "Last run: Nov 25, 2026 12:00 PM.")


# The others


@pytest.mark.parametrize(
    "version, advice",
    [
        ("1001", "Upgrade “Recent activity” in the Add-ons control panel."),
        # A later version of the package has upgraded the site.
        (
            "9000",
            "Install the version of collective.appendonly that the site was upgraded with, or a later"
            " one.",
        ),
    ],
)
def test_another_version_of_the_profile_is_a_warning(portal, found, version, advice):
    portal.portal_setup.setLastVersionForProfile(
        "collective.appendonly:default", version
    )
    status, message, recommendation = found("profile")
    assert status == "warning"
    assert message.startswith(
        f"The site has version {version} of the profile, the package has version 1"
    )
    assert recommendation == advice


def test_digests_need_a_mail_server_that_accepts_them(
    portal, log, configure, found, ran
):
    status, message, recommendation = found("mail")
    assert status == "good"
    assert message.startswith("No emails are sent yet, because no member has")
    assert recommendation.startswith("Configure Site Setup > Mail")
    subscribe_to(log)
    assert found("mail") == (
        "warning",
        "Digests are offered, but no mail server or no sender address is configured.",
        recommendation,
    )
    api.portal.set_registry_record("plone.smtp_host", "localhost")
    api.portal.set_registry_record("plone.email_from_address", "office@garden.example")
    assert found("mail") == ("good", "Plone can send digests.", "")
    ran(hours=9, paused=2)
    status, message, recommendation = found("mail")
    assert (status, message) == (
        "warning",
        "2 digests are paused because the mail server refuses their recipients.",
    )
    assert "“activitylog digest --paused list”" in recommendation
    ran(hours=9, paused=1)
    assert found("mail")[1] == (
        "One digest is paused because the mail server refuses its recipient."
    )
    configure(digests=False)
    api.portal.set_registry_record("plone.smtp_host", "")
    assert found("mail")[0] == "good"


def test_a_missing_archive_is_bad(portal, found):
    del IAnnotations(portal)[STACK]
    status, message, recommendation = found("structures")
    assert (status, message) == (
        "bad",
        "The stack or the archive of the log is missing. Nothing is recorded.",
    )
    assert "Import the profile" in recommendation


def test_a_gap_between_stack_and_archive_is_bad(portal, log, found):
    log.stack.restart(7)
    assert found("structures")[:2] == (
        "bad",
        "The stack begins at generation 7, but the archive ends at -1.",
    )


def test_a_failing_check_does_not_stop_the_others(portal, found, monkeypatch):
    monkeypatch.delattr(window, "_newest")
    status, message, recommendation = found("window")
    assert (status, recommendation) == ("unknown", "See the log of this process.")
    assert found("structures")[0] == "good"
