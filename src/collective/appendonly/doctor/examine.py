"""All examinations, one after the other."""

from collective.appendonly.doctor.border import examine_border
from collective.appendonly.doctor.check import Checked
from collective.appendonly.doctor.check import last_check
from collective.appendonly.doctor.conflicts import examine_conflicts
from collective.appendonly.doctor.finding import Finding
from collective.appendonly.doctor.finding import Verdict
from collective.appendonly.doctor.mail import examine_mail
from collective.appendonly.doctor.patient import Patient
from collective.appendonly.doctor.profile import examine_profile
from collective.appendonly.doctor.server import examine_server
from collective.appendonly.doctor.upkeep import examine_upkeep
from collective.appendonly.doctor.window_size import examine_window
from collective.appendonly.i18n import _
from collective.appendonly.recording import clock
from transaction.interfaces import TransientError

import logging


logger = logging.getLogger(__name__)

EXAMINATIONS = {
    "conflicts": examine_conflicts,
    "server": examine_server,
    "structures": examine_border,
    "window": examine_window,
    "maintenance": examine_upkeep,
    "profile": examine_profile,
    "mail": examine_mail,
}

#: How many layers of the archive are read to learn how fast a site is edited.
LAYERS = 100


def examine(
    site, checked: Checked | None = None, layers: int = LAYERS
) -> list[Finding]:
    """Return the findings on the current *site*. Writes nothing.

    *checked* is what :func:`check_conflicts` has just returned; else the last one kept.
    """
    patient = Patient(site, clock.utc_now(), checked or last_check(site), layers)
    return [_examined(name, patient) for name in EXAMINATIONS]


def _examined(name: str, patient: Patient) -> Finding:
    # Where one thing is broken, there is the more to learn of the others.
    try:
        return EXAMINATIONS[name](patient)
    except TransientError:
        raise
    except Exception as error:
        logger.exception("The examination %r failed.", name)
        return Finding(
            name,
            _("An examination that failed: ${name}", mapping={"name": name}),
            Verdict.UNKNOWN,
            f"{type(error).__name__}: {error}",
            _("See the log of this process."),
        )
