"""Times as the reader knows them: in their time zone and their language."""

from collective.appendonly.presentation.translator import Translator
from datetime import datetime
from functools import cached_property
from plone.app.event.base import default_timezone
from plone.app.event.base import ulocalized_time
from zoneinfo import ZoneInfo
from zoneinfo import ZoneInfoNotFoundError

import pytz


# Of the names of months, and the order of day, month and year.
_DOMAIN = "plonelocales"


class Times:
    """Tells times to the person of one request, who is at *context*."""

    def __init__(self, context, request):
        self._context = context
        self._request = request

    @cached_property
    def timezone(self) -> ZoneInfo:
        """The time zone of the reader: their own, or that of the site."""
        try:
            return ZoneInfo(default_timezone(self._context))
        except (pytz.UnknownTimeZoneError, ZoneInfoNotFoundError):
            # A profile may hold anything.
            return ZoneInfo("UTC")

    @cached_property
    def _language(self):
        return Translator(self._request).language(_DOMAIN)

    def moment(self, time: datetime) -> str:
        """Return day and time of an aware datetime."""
        return self._localized(time, long_format=True)

    def day(self, time: datetime) -> str:
        """Return the day of an aware datetime."""
        return self._localized(time, long_format=False)

    def time_of_day(self, time: datetime) -> str:
        """Return the time of day of an aware datetime."""
        return self._localized(time, time_only=True)

    def _localized(self, time, **form):
        # Plone's own function of this name shows the time zone of the server, and this one
        # takes that of pytz only.
        return ulocalized_time(
            time.astimezone(pytz.timezone(self.timezone.key)),
            context=self._context,
            request=self._request,
            # It would find out anew for each of the texts it is made of.
            target_language=self._language,
            **form,
        )
