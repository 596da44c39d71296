"""What the site remembers of its last maintenance: when it was, and how it went."""

from collective.appendonly.entry import from_milliseconds
from collective.appendonly.entry import to_milliseconds
from collective.appendonly.maintenance.claim import MAINTENANCE
from collective.appendonly.maintenance.report import Report
from datetime import datetime
from typing import Any
from typing import NamedTuple
from zope.annotation.interfaces import IAnnotations


class LastRun(NamedTuple):
    """A maintenance that is over, well or not.

    ``failed`` names the steps that failed: ``retention``, ``erasures``, ``digests``. One that
    ``is_interrupted`` has not come to all of them. ``report`` has the numbers; why a step failed
    is in the server's log only.
    """

    began: datetime
    ended: datetime
    is_interrupted: bool
    failed: tuple[str, ...]
    report: Report

    @property
    def went_well(self) -> bool:
        """Tell whether all of it was done."""
        return not (self.is_interrupted or self.failed)


def last_run(site) -> LastRun | None:
    """Return the last maintenance of *site* that came to an end, None if none did so far.

    One whose process was killed has no end, and is not remembered. Who is at work now is told by
    :func:`~collective.appendonly.maintenance.at_work`. Writes nothing.
    """
    last = IAnnotations(site).get(MAINTENANCE, {}).get("last")
    if last is None:
        return None
    # A later version may have counted more.
    numbers = {name: last["numbers"].get(name, 0) for name in Report().numbers}
    return LastRun(
        began=from_milliseconds(last["began"]),
        ended=from_milliseconds(last["ended"]),
        is_interrupted=last["interrupted"],
        failed=tuple(last["failed"]),
        report=Report(**numbers),
    )


def as_builtins(
    began: datetime, ended: datetime, is_interrupted: bool, report: Report
) -> dict[str, Any]:
    """Return what is stored of a maintenance."""
    return {
        "began": to_milliseconds(began),
        "ended": to_milliseconds(ended),
        "interrupted": is_interrupted,
        "failed": [failure.step for failure in report.failed],
        "numbers": report.numbers,
    }
