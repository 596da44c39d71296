"""The doctor: checks of a deployment, with recommendations.

They only read. :func:`run_conflict_test` writes: it is for commands and POST requests.
"""

from collective.appendonly import clock
from collective.appendonly.i18n import _
from collective.appendonly.operations import describe
from collective.appendonly.operations.doctor.conflict_test import ConflictTest
from collective.appendonly.operations.doctor.conflict_test import last_conflict_test
from collective.appendonly.operations.doctor.conflict_test import run_conflict_test
from collective.appendonly.operations.doctor.conflicts import check_conflicts
from collective.appendonly.operations.doctor.conflicts import check_server
from collective.appendonly.operations.doctor.finding import Deployment
from collective.appendonly.operations.doctor.finding import Finding
from collective.appendonly.operations.doctor.finding import Status
from collective.appendonly.operations.doctor.maintenance import check_mail
from collective.appendonly.operations.doctor.maintenance import check_maintenance
from collective.appendonly.operations.doctor.structures import check_profile
from collective.appendonly.operations.doctor.structures import check_search
from collective.appendonly.operations.doctor.structures import check_structures
from collective.appendonly.operations.doctor.window import check_window
from transaction.interfaces import TransientError

import logging


__all__ = [
    "ConflictTest",
    "Finding",
    "Status",
    "examine",
    "run_conflict_test",
]

logger = logging.getLogger(__name__)

#: The checks by name, in their order. The names are public: see docs/doctor.rst.
CHECKS = {
    "conflicts": check_conflicts,
    "server": check_server,
    "structures": check_structures,
    "search": check_search,
    "window": check_window,
    "maintenance": check_maintenance,
    "profile": check_profile,
    "mail": check_mail,
}

#: The number of archived layers that are read to measure the edit rate.
LAYERS = 100


def examine(
    site, conflict_test: ConflictTest | None = None, layers: int = LAYERS
) -> list[Finding]:
    """Return the findings about the current *site*. Writes nothing.

    *conflict_test* is the result of :func:`run_conflict_test`, by default the last one.
    """
    deployment = Deployment(
        site, clock.utc_now(), conflict_test or last_conflict_test(site), layers
    )
    return [_checked(name, deployment) for name in CHECKS]


def _checked(name: str, deployment: Deployment) -> Finding:
    # A failing check must not hide the other findings.
    try:
        return CHECKS[name](deployment)
    except TransientError:
        raise
    except Exception as error:
        logger.exception("The check %r failed.", name)
        return Finding(
            name,
            _("Check failed: ${name}", mapping={"name": name}),
            Status.UNKNOWN,
            describe(error),
            _("See the log of this process."),
        )
