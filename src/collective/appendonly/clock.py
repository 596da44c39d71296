"""The current time, and what stored times mean then.

The log is in the order of the commits. Times may be out of order by CLOCK_TOLERANCE, because a
commit takes time and the clocks of several machines differ. A stored time further in the future comes
from a clock that was wrong. It is no measure of how long ago something happened, so nothing waits
until then.

A module of its own, so that tests and demos can set the clock.
"""

from datetime import datetime
from datetime import timedelta
from datetime import timezone


CLOCK_TOLERANCE = timedelta(minutes=10)


def utc_now() -> datetime:
    """Return the current time as an aware datetime in UTC."""
    return datetime.now(timezone.utc)


def is_future(time: datetime, now: datetime) -> bool:
    """Return whether *time*, a stored one, lies in the future at the time *now*."""
    return time > now + CLOCK_TOLERANCE


def age(time: datetime, now: datetime) -> timedelta | None:
    """Return how long ago *time* was at the time *now*, None if it lies in the future.

    Negative within the tolerance.
    """
    return None if is_future(time, now) else now - time
