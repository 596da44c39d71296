"""The site that is examined, with what several examinations ask for."""

from collective.appendonly.doctor.check import Checked
from collective.appendonly.doctor.engine import engine_of
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.presentation.times import Times
from collective.appendonly.settings import activity_settings
from collective.appendonly.settings import ActivitySettings
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zope.component import getUtility


@dataclass(frozen=True)
class Patient:
    """The current site at the time *now*, and its last check, if there was one.

    Of the archive at most *layers* are read.
    """

    site: object
    now: datetime
    checked: Checked | None
    layers: int

    @cached_property
    def log(self) -> IActivityLog:
        """The log. Raises ComponentLookupError where the add-on is not installed."""
        return getUtility(IActivityLog)

    @property
    def database(self):
        return self.site._p_jar.db()

    @cached_property
    def engine(self) -> str:
        return engine_of(self.database)

    @cached_property
    def settings(self) -> ActivitySettings:
        return activity_settings()

    def moment(self, time: datetime) -> str:
        """Return day and time as the reader writes them."""
        return Times(self.site, self.site.REQUEST).moment(time)
