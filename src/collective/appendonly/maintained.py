"""When the maintenance of a site last ran, and who waits for it: for those who only look."""

from collective.appendonly.structures.interfaces import IAccumulator
from datetime import datetime
from datetime import timezone
from zope.annotation.interfaces import IAnnotations
from zope.component import queryUtility


#: The annotation of the site: when the last maintenance was complete, in milliseconds since
#: 1970-01-01 in UTC.
LAST_RUN = "collective.appendonly.maintenance"
#: The name under which zcml/configure.zcml declares the accumulator of requests.
ERASURES = "collective.appendonly.erasures"


def last_run(site) -> datetime | None:
    """Return when the last maintenance of *site* was complete, None if there was none."""
    kept = IAnnotations(site).get(LAST_RUN)
    return kept and datetime.fromtimestamp(kept / 1000, timezone.utc)


def pending_erasures() -> int:
    """Return how many people the current site has to erase."""
    pending = queryUtility(IAccumulator, name=ERASURES, default=())
    return len({user_id for user_id, _pseudonym in pending})
