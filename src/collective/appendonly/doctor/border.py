"""Whether stack and archive are there, and join: a look at two records."""

from collective.appendonly.doctor.finding import Finding
from collective.appendonly.doctor.finding import Verdict
from collective.appendonly.doctor.patient import Patient
from collective.appendonly.i18n import _
from functools import partial
from zope.interface.interfaces import ComponentLookupError


_finding = partial(Finding, "structures", _("Stack and archive"))


def examine_border(patient: Patient) -> Finding:
    """Compare where the stack begins with where the archive ends."""
    try:
        stack, archive = patient.log.stack, patient.log.archive
    except ComponentLookupError:
        return _finding(
            Verdict.BAD,
            _("The stack or the archive of the log is missing. Nothing is recorded."),
            _(
                "Import the profile “Recent activity” again, in portal_setup: it brings back what is"
                " missing, and keeps the rest."
            ),
        )
    generations = {"first": stack.first_generation, "last": archive.generation}
    numbers = {name: str(number) for name, number in generations.items()}
    if generations["first"] == generations["last"] + 1:
        return _finding(
            Verdict.GOOD,
            _("Both are there, and the one begins where the other ends."),
        )
    return _finding(
        Verdict.BAD,
        _(
            "The stack begins with generation ${first}, but the archive ends with"
            " ${last}.",
            mapping=numbers,
        ),
        _("Run “activitylog verify”, which tells what is missing or there twice."),
    )
