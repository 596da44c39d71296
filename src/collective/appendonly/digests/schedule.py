"""When a digest is due: with the first maintenance of a day, or of a week."""

from datetime import datetime
from plone import api
from zoneinfo import ZoneInfo
from zoneinfo import ZoneInfoNotFoundError


DAILY = "daily"
WEEKLY = "weekly"
FREQUENCIES = (DAILY, WEEKLY)


def is_due(frequency: str, handled: datetime, now: datetime) -> bool:
    """Tell whether it is another day than when it was *handled*, or another week.

    Days are those of the site, weeks begin on Monday. Not the time that has passed: a job
    that runs each night doesn't run at the same second.
    """
    timezone = _site_timezone()
    before, today = (time.astimezone(timezone).date() for time in (handled, now))
    if frequency == WEEKLY:
        return today.isocalendar()[:2] > before.isocalendar()[:2]
    return today > before


def _site_timezone():
    name = api.portal.get_registry_record("plone.portal_timezone", default=None)
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
