"""When the maintenance of a site last ran, and who waits for it: for those who only look."""

from collective.appendonly.entry import from_milliseconds
from collective.appendonly.structures.interfaces import IAccumulator
from datetime import datetime
from typing import NamedTuple
from zope.annotation.interfaces import IAnnotations
from zope.component import queryUtility


#: The annotation of the site in which the maintenance keeps how it went, under ``last``.
MAINTENANCE = "collective.appendonly.maintenance"
#: The name under which zcml/configure.zcml declares the accumulator of requests.
ERASURES = "collective.appendonly.erasures"


class Maintained(NamedTuple):
    """When a maintenance ended, and whether it came to all of its steps and did them."""

    ended: datetime
    went_well: bool


def last_maintenance(site) -> Maintained | None:
    """Return the last maintenance of *site* that came to an end, None if there was none."""
    last = IAnnotations(site).get(MAINTENANCE, {}).get("last")
    if last is None:
        return None
    went_well = not last["interrupted"] and not last["failed"]
    return Maintained(from_milliseconds(last["ended"]), went_well)


def pending_erasures() -> int:
    """Return how many people the current site has to erase."""
    pending = queryUtility(IAccumulator, name=ERASURES, default=())
    return len({user_id for user_id, _pseudonym in pending})
