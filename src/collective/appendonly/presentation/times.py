"""Times in the time zone, the language and the format of the reader."""

from collective.appendonly.guard import printable
from collective.appendonly.guard import shown
from collective.appendonly.presentation.translator import Translator
from datetime import datetime
from functools import cache
from functools import cached_property
from functools import lru_cache
from plone import api
from plone.app.event.base import default_timezone
from plone.app.event.base import ulocalized_time
from plone.base.i18nl10n import get_formatstring_from_registry
from zoneinfo import ZoneInfo
from zoneinfo import ZoneInfoNotFoundError

import pytz


# The domain of the names of months, and of the order of day, month and year.
_DOMAIN = "plonelocales"


class Times:
    """Formats times for the user of one request, at *context*."""

    def __init__(self, context, request):
        self._context = context
        self._request = request

    @cached_property
    def timezone(self) -> ZoneInfo:
        """The time zone of the user, or that of the site."""
        return shown(
            self._find_timezone, ZoneInfo("UTC"), "No time zone could be found."
        )

    def _find_timezone(self):
        try:
            return ZoneInfo(default_timezone(self._context))
        except (pytz.UnknownTimeZoneError, ZoneInfoNotFoundError):
            # The profile of a user may contain anything.
            return ZoneInfo("UTC")

    @cached_property
    def _language(self):
        return Translator(self._request).language(_DOMAIN)

    @cached_property
    def _site_format(self):
        return cache(get_formatstring_from_registry)

    def moment(self, time: datetime) -> str:
        """Return day and time of an aware datetime."""
        return self._format(time, "date_format_long")

    def day(self, time: datetime) -> str:
        """Return the day of an aware datetime."""
        return self._format(time, "date_format_short")

    def time_of_day(self, time: datetime) -> str:
        """Return the time of day of an aware datetime."""
        return self._format(time, "time_format")

    def _format(self, time, name):
        # Without a language, Plone negotiates one for each text, so nothing can be cached.
        formatted = _formatted if self._language else _formatted.__wrapped__
        zone = self.timezone.key
        text = shown(
            lambda: formatted(
                time, name, zone, self._language, self._site_format(name)
            ),
            None,
            "A time could not be formatted: %s.",
            name,
        )
        if not isinstance(text, str) or not text:
            # The format of the site may be no format.
            return time.astimezone(self.timezone).isoformat(" ", "minutes")
        return printable(text)


@lru_cache(maxsize=4000)
def _formatted(time, name, zone, language, site_format):
    """Return *time* in the format called *name*, or in *site_format*.

    Site and request are only passed because Plone requires them. The result depends on nothing
    but the arguments, so requests of different users can share it.
    """
    # Plone's own function of this name uses the time zone of the server. This one needs pytz.
    return ulocalized_time(
        time.astimezone(pytz.timezone(zone)),
        long_format=site_format or name == "date_format_long",
        time_only=name == "time_format",
        context=api.portal.get(),
        target_language=language,
    )
