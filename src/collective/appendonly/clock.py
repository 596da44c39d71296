"""The current time. A module of its own, so that tests and demos can set it."""

from datetime import datetime
from datetime import timezone


def utc_now() -> datetime:
    """Return the current time as an aware datetime in UTC."""
    return datetime.now(timezone.utc)
