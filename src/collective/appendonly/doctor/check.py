"""The check that writes: provoke a conflict in a site's database, and keep what came of it.

The last one is kept in the annotations of the site, so that a page can show it. The format is
described in docs/storage-format.rst.
"""

from collective.appendonly.attempts import commit_attempts
from collective.appendonly.doctor.provoking import Outcome
from collective.appendonly.doctor.provoking import provoke
from collective.appendonly.doctor.provoking import Provoked
from collective.appendonly.recording import clock
from datetime import datetime
from datetime import timezone
from typing import NamedTuple
from zope.annotation.interfaces import IAnnotations


#: The annotation of the site.
LAST_CHECK = "collective.appendonly.doctor"


class Checked(NamedTuple):
    """A provoked conflict, and when that was."""

    time: datetime
    provoked: Provoked


def check_conflicts(site) -> Checked:
    """Provoke a conflict in the database of *site*, keep what came of it, and return that.

    What failed is not kept: it proves nothing. Commits; first of all whatever the transaction
    holds already.
    """

    def keep():
        IAnnotations(site)[LAST_CHECK] = {
            "time": int(checked.time.timestamp() * 1000),
            "outcome": provoked.outcome.value,
            "engine": provoked.engine,
            "here": provoked.here,
        }

    provoked = provoke(site._p_jar.db())
    checked = Checked(clock.utc_now(), provoked)
    if provoked.outcome is not Outcome.FAILED:
        commit_attempts(keep)
    return checked


def last_check(site) -> Checked | None:
    """Return the last check of *site*, None if there was none."""
    kept = IAnnotations(site).get(LAST_CHECK)
    if kept is None:
        return None
    time = datetime.fromtimestamp(kept["time"] / 1000, timezone.utc)
    provoked = Provoked(Outcome(kept["outcome"]), kept["engine"], kept["here"])
    return Checked(time, provoked)
