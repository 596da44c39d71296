"""Whether the maintenance ran lately, where there is something for it to do."""

from collective.appendonly.doctor.finding import Finding
from collective.appendonly.doctor.finding import Verdict
from collective.appendonly.doctor.patient import Patient
from collective.appendonly.i18n import _
from collective.appendonly.i18n import counted
from collective.appendonly.maintenance import last_run
from collective.appendonly.maintenance.erasure_requests import pending_people
from datetime import timedelta
from functools import partial


_finding = partial(Finding, "maintenance", _("Maintenance"))

#: It runs every night. One night may be missed.
LATELY = timedelta(days=2)

# What makes it needed.
_SETTINGS = "retention_days", "retention_entries", "erase_deleted_users", "digests"


def examine_upkeep(patient: Patient) -> Finding:
    """Compare the last run with what the settings ask of it, and count who waits."""
    last, waiting = last_run(patient.site), len(pending_people())
    ran = None
    if last is not None:
        ran = _("It last ran ${time}.", mapping={"time": patient.moment(last.ended)})
    details = ()
    if waiting:
        count = counted(
            "One person is to be erased.", "${count} people are to be erased.", waiting
        )
        details = (count,)
    if last is not None and not last.went_well:
        return _finding(
            Verdict.WARNING,
            ran,
            _("Not all of it was done then: see the log of the process that ran it."),
            details,
        )
    if last is not None and patient.now - last.ended <= LATELY:
        return _finding(Verdict.GOOD, ran, details=details)
    is_needed = any(getattr(patient.settings, name) for name in _SETTINGS)
    if not is_needed and not waiting:
        return _finding(
            Verdict.GOOD,
            _(
                "There is nothing to do for it: everything is kept, and no digests are"
                " offered."
            ),
        )
    return _finding(
        Verdict.WARNING,
        ran or _("It has never run."),
        _(
            "Let one machine run “activitylog maintain” every night, from cron. The settings"
            " ask for it: they limit what is kept, erase people, or offer digests."
        ),
        details,
    )
