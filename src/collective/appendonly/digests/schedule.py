"""The frequencies of digests, and when the next one is due."""

from collective.appendonly.clock import age
from collective.appendonly.clock import is_future
from datetime import datetime
from datetime import timedelta
from plone import api
from zoneinfo import ZoneInfo
from zoneinfo import ZoneInfoNotFoundError


#: With each run of the maintenance job, but at most once an hour.
AT_ONCE = "at_once"
DAILY = "daily"
WEEKLY = "weekly"
#: The values are stored.
FREQUENCIES = (AT_ONCE, DAILY, WEEKLY)

# A job that runs every hour may start some seconds earlier in this hour than in the last one.
_HOUR = timedelta(minutes=55)


def is_due(frequency: str, handled: datetime, now: datetime) -> bool:
    """Return whether *now* is on a later day than *handled*, or in a later week.

    Days are those of the site, weeks begin on Monday. The elapsed time does not matter: a
    nightly job does not run at the same second. A digest that was handled in the future is due,
    and one that is sent at once always is.
    """
    if frequency == AT_ONCE or is_future(handled, now):
        return True
    timezone = _site_timezone()
    before, today = (time.astimezone(timezone).date() for time in (handled, now))
    if frequency == WEEKLY:
        return today.isocalendar()[:2] > before.isocalendar()[:2]
    return today > before


def is_within_an_hour(time: datetime | None, now: datetime) -> bool:
    """Return whether *time*, if there is one, was less than about an hour before *now*."""
    elapsed = None if time is None else age(time, now)
    return elapsed is not None and elapsed < _HOUR


def _site_timezone():
    name = api.portal.get_registry_record("plone.portal_timezone", default=None)
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
