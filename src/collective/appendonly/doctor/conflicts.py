"""Whether changes of our structures at the same time are merged: what the last check says."""

from collective.appendonly.doctor.engine import resolver
from collective.appendonly.doctor.engine import ZEO
from collective.appendonly.doctor.finding import Finding
from collective.appendonly.doctor.finding import Verdict
from collective.appendonly.doctor.patient import Patient
from collective.appendonly.doctor.provoking import Outcome
from collective.appendonly.i18n import _
from functools import partial
from ZODB.ConflictResolution import ConflictResolvingStorage


_finding = partial(Finding, "conflicts", _("Edits at the same moment"))

TRY = _("Check now, or run “activitylog doctor” in a shell.")


def examine_conflicts(patient: Patient) -> Finding:
    """Tell what came of the last conflict that was provoked with this engine."""
    checked = patient.checked
    if checked is None:
        return _finding(
            Verdict.UNKNOWN,
            _("Whether they are merged has not been checked yet."),
            TRY,
        )
    time = {"time": patient.moment(checked.time)}
    outcome, engine = checked.provoked.outcome, checked.provoked.engine
    if engine != patient.engine:
        return _finding(
            Verdict.UNKNOWN,
            _(
                "When this was checked, ${time}, the database was kept by another engine.",
                mapping=time,
            ),
            TRY,
        )
    if outcome is Outcome.MERGED:
        return _finding(
            Verdict.GOOD,
            _(
                "Two changes of the log at the same moment were merged when this was"
                " checked, ${time}.",
                mapping=time,
            ),
        )
    if outcome is Outcome.REFUSED:
        return _finding(
            Verdict.BAD,
            _(
                "Two changes of the log at the same moment conflicted when this was"
                " checked, ${time}. So of two edits at the same moment, one is always"
                " done again, or fails with a ConflictError. Nothing is lost.",
                mapping=time,
            ),
            _remedy_of_refusal(patient),
        )
    if outcome is Outcome.WRONG:
        return _finding(
            Verdict.BAD,
            _(
                "Two changes of the log at the same moment were committed when this was"
                " checked, ${time}, but the result was not what both together make.",
                mapping=time,
            ),
            _(
                "Let the server of the database have the same version of"
                " collective.appendonly as this process, and restart it. Then run"
                " “activitylog verify”."
            ),
        )
    return _finding(
        Verdict.UNKNOWN,
        _(
            "Whether they are merged could not be checked: ${error}",
            mapping={"error": checked.provoked.error},
        ),
        _("See what the error says, and check again."),
    )


def _remedy_of_refusal(patient):
    if patient.engine == ZEO:
        return _("See what is said of the ZEO server.")
    storage = resolver(patient.database)
    if isinstance(storage, ConflictResolvingStorage):
        return _(
            "It is to be merged in this process. Let the logger ZODB.ConflictResolution write"
            " at the level DEBUG, and check again: its log then says why it is not."
        )
    return _(
        "The storage ${storage} resolves no conflicts. Use a FileStorage, ZEO or RelStorage.",
        mapping={"storage": storage.__class__.__name__},
    )
