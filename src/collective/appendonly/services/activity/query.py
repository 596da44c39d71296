"""The parameters of a request, and URLs with the same parameters."""

from collections.abc import Mapping
from collective.appendonly.feed import Filters
from collective.appendonly.feed import InvalidCursor
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed import read_parameters
from collective.appendonly.feed import to_parameters
from collective.appendonly.feed.parameters import read_size
from collective.appendonly.feed.parameters import size_parameters
from collective.appendonly.i18n import _
from datetime import tzinfo
from typing import Any
from typing import NamedTuple
from urllib.parse import urlencode
from zope.i18n import translate


class Query(NamedTuple):
    """The valid parameters of a request."""

    filters: Filters
    size: int
    timezone: tzinfo
    older: str | None = None
    newer: str | None = None

    @property
    def is_first(self) -> bool:
        """Whether the request is for the first page."""
        return self.older is None and self.newer is None

    def url(self, service_url: str, **cursors: str) -> str:
        """Return the URL of the service with these parameters, but other *cursors*."""
        pairs = to_parameters(self.filters, self.timezone)
        pairs += (size_parameters(self.size) | cursors).items()
        return f"{service_url}?{urlencode(pairs)}" if pairs else service_url

    def own_url(self, service_url: str) -> str:
        """Return the URL of the service with exactly these parameters."""
        cursors = {"older": self.older, "newer": self.newer}
        return self.url(
            service_url, **{name: cursor for name, cursor in cursors.items() if cursor}
        )


def read_query(form: Mapping[str, Any], timezone: tzinfo) -> Query:
    """Return the parameters in *form*; unknown ones are ignored.

    Raises :class:`~collective.appendonly.feed.InvalidFilter` for invalid values.
    """
    query = Query(
        read_parameters(form, timezone),
        read_size(form),
        timezone,
        older=read_cursor(form, "older"),
        newer=read_cursor(form, "newer"),
    )
    if query.older is not None and query.newer is not None:
        raise InvalidFilter("newer", _("Only one cursor is allowed: older or newer."))
    return query


def read_cursor(form: Mapping[str, Any], name: str) -> str | None:
    """Return the cursor in the parameter *name*. The feed checks whether it is valid."""
    cursor = form.get(name)
    if cursor is None or isinstance(cursor, str):
        return cursor
    raise InvalidFilter(name, _("Only one value is allowed."))


def error_body(error: InvalidFilter | InvalidCursor, request) -> dict[str, str]:
    """Return the body of the response to an invalid request, in the format of plone.rest.

    Raising an exception instead would add it to the error log of the site, and send managers a
    traceback. An invalid parameter is no error of the server.
    """
    message = _("Invalid cursor. Start again from the first page.")
    if isinstance(error, InvalidFilter):
        message = error.message
    text = translate(message, context=request)
    if isinstance(error, InvalidFilter):
        text = f"{error.name}: {text}"
    return {"type": "BadRequest", "message": text}
