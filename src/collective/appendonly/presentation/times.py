"""Times as the reader knows them: in their time zone and their language."""

from collective.appendonly.memo import Memo
from collective.appendonly.presentation.translator import Translator
from datetime import datetime
from functools import cache
from functools import cached_property
from plone.app.event.base import default_timezone
from plone.app.event.base import ulocalized_time
from plone.base.i18nl10n import get_formatstring_from_registry
from zoneinfo import ZoneInfo
from zoneinfo import ZoneInfoNotFoundError

import pytz


# Of the names of months, and the order of day, month and year.
_DOMAIN = "plonelocales"

# By the time, the time zone, the language, and the format with the one that the site has in its
# place. Nothing else decides how a time is told.
_TOLD: Memo[str] = Memo(4000)


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

    @cached_property
    def _own_format(self):
        return cache(get_formatstring_from_registry)

    def moment(self, time: datetime) -> str:
        """Return day and time of an aware datetime."""
        return self._told(time, "date_format_long", long_format=True)

    def day(self, time: datetime) -> str:
        """Return the day of an aware datetime."""
        return self._told(time, "date_format_short", long_format=False)

    def time_of_day(self, time: datetime) -> str:
        """Return the time of day of an aware datetime."""
        return self._told(time, "time_format", time_only=True)

    def _told(self, time, format_name, **form):
        zone = self.timezone.key

        def tell():
            # Plone's own function of this name shows the time zone of the server, and this one
            # takes that of pytz only.
            return ulocalized_time(
                time.astimezone(pytz.timezone(zone)),
                context=self._context,
                request=self._request,
                # It would find out anew for each of the texts it is made of.
                target_language=self._language,
                **form,
            )

        if self._language is None:
            return tell()
        own_format = self._own_format(format_name)
        return _TOLD.get((time, zone, self._language, format_name, own_format), tell)
