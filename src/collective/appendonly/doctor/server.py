"""Whether the one who resolves conflicts can import the structures: a ZEO server has to."""

from collective.appendonly.doctor.conflicts import TRY
from collective.appendonly.doctor.engine import RELSTORAGE
from collective.appendonly.doctor.engine import ZEO
from collective.appendonly.doctor.finding import Finding
from collective.appendonly.doctor.finding import Verdict
from collective.appendonly.doctor.patient import Patient
from collective.appendonly.doctor.provoking import Outcome
from collective.appendonly.i18n import _
from functools import partial


_finding = partial(Finding, "server", _("The server of the database"))


def examine_server(patient: Patient) -> Finding:
    """Tell who resolves conflicts, and of a ZEO server whether it can."""
    if patient.engine == RELSTORAGE:
        return _finding(
            Verdict.GOOD,
            _(
                "RelStorage merges in this process, which has the package. The database"
                " server needs nothing of it."
            ),
        )
    if patient.engine != ZEO:
        return _finding(
            Verdict.GOOD, _("There is none: the database is kept by this process.")
        )
    return _zeo_server(patient)


def _zeo_server(patient):
    provoked = patient.checked and patient.checked.provoked
    told = (Outcome.MERGED, Outcome.REFUSED)
    if not provoked or provoked.engine != ZEO or provoked.outcome not in told:
        return _finding(
            Verdict.UNKNOWN,
            _("Only trying tells whether the ZEO server can merge what is on the log."),
            TRY,
        )
    if provoked.outcome is Outcome.REFUSED and not provoked.here:
        return _finding(
            Verdict.BAD,
            _("The ZEO server could not merge: it can't import collective.appendonly."),
            _(
                "Install collective.appendonly in the environment of the ZEO server, without"
                " extras, and restart the server. It brings no Plone: what is needed to"
                " merge imports nothing but the ZODB, which the server has anyway."
            ),
        )
    if provoked.here:
        return _finding(
            Verdict.GOOD,
            _(
                "The ZEO server leaves conflicts to its clients, so it needs nothing of"
                " the package (client-conflict-resolution)."
            ),
            _(
                "Where very many edit at once, let the server merge: install"
                " collective.appendonly there, without extras, and take"
                " client-conflict-resolution out of its configuration."
            ),
        )
    return _finding(
        Verdict.GOOD, _("The ZEO server has collective.appendonly, and merges with it.")
    )
