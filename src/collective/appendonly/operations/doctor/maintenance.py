"""Checks of the nightly maintenance job, and of the email settings for digests."""

from collective.appendonly import clock
from collective.appendonly.digests.subscriptions import all_keys
from collective.appendonly.entry import LOGIN_ACTIONS
from collective.appendonly.i18n import _
from collective.appendonly.i18n import counted
from collective.appendonly.operations.doctor.finding import Deployment
from collective.appendonly.operations.doctor.finding import Finding
from collective.appendonly.operations.doctor.finding import Status
from collective.appendonly.operations.maintenance import last_run
from collective.appendonly.operations.maintenance.erasure_requests import pending_users
from datetime import timedelta
from functools import partial
from plone.registry.interfaces import IRegistry
from zope.component import getUtility


_of_maintenance = partial(Finding, "maintenance", _("Maintenance"))

#: The job runs every night. A single night may be missed.
LATELY = timedelta(days=2)

# The settings that require it. Digests, which are offered by default, need it as soon as a member
# has subscribed.
_SETTINGS = "retention_days", "retention_entries", "erase_deleted_users"


def check_maintenance(deployment: Deployment) -> Finding:
    """Compare the last run with the settings, and count the users to be erased."""
    last, waiting = last_run(deployment.site), len(pending_users())
    ran = None
    if last is not None:
        ran = _("Last run: ${time}.", mapping={"time": deployment.moment(last.ended)})
    details = ()
    if waiting:
        count = counted(
            "One user is waiting to be erased.",
            "${count} users are waiting to be erased.",
            waiting,
        )
        details = (count,)
    if last is not None and not last.went_well:
        return _of_maintenance(
            Status.WARNING,
            ran,
            _("The run was not completed. See the log of the process that ran it."),
            details,
        )
    age = None if last is None else clock.age(last.ended, deployment.now)
    if age is not None and age <= LATELY:
        return _of_maintenance(Status.GOOD, ran, details=details)
    settings = deployment.settings
    is_needed = (
        any(getattr(settings, name) for name in _SETTINGS)
        or (settings.digests and all_keys())
        or (
            settings.days_logins_kept
            and not settings.excluded_actions.issuperset(LOGIN_ACTIONS)
        )
    )
    if not is_needed and not waiting:
        return _of_maintenance(
            Status.GOOD,
            _("Not needed now: everything is kept, and there are no digests to send."),
        )
    return _of_maintenance(
        Status.WARNING,
        ran or _("The maintenance job has never run."),
        _(
            "Run “activitylog maintain” every night from cron, on one machine. The"
            " settings require it: they limit what is kept, erase users, or offer"
            " digests."
        ),
        details,
    )


_of_email = partial(Finding, "mail", _("Email"))


def check_mail(deployment: Deployment) -> Finding:
    """Check Plone's mail settings if digests are offered."""
    if not deployment.settings.digests:
        return _of_email(
            Status.GOOD, _("No emails are sent because digests are not offered.")
        )
    registry = getUtility(IRegistry)
    needed = "plone.smtp_host", "plone.email_from_address"
    if all(registry.get(name) for name in needed):
        return _of_digests(deployment)
    configure = _("Configure Site Setup > Mail, or turn off “Offer email digests”.")
    if not all_keys():
        return _of_email(
            Status.GOOD,
            _(
                "No emails are sent yet, because no member has subscribed to a digest. No mail"
                " server or no sender address is configured."
            ),
            configure,
        )
    return _of_email(
        Status.WARNING,
        _(
            "Digests are offered, but no mail server or no sender address is"
            " configured."
        ),
        configure,
    )


def _of_digests(deployment: Deployment) -> Finding:
    last = last_run(deployment.site)
    paused = 0 if last is None else last.report.paused
    if not paused:
        return _of_email(Status.GOOD, _("Plone can send digests."))
    return _of_email(
        Status.WARNING,
        counted(
            "One digest is paused because the mail server refuses its recipient.",
            "${count} digests are paused because the mail server refuses their"
            " recipients.",
            paused,
        ),
        _(
            "List them with “activitylog digest --paused list”. If the mail server was at"
            " fault, resume them with “activitylog digest --paused resume”."
        ),
    )
