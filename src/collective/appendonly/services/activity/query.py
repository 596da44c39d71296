"""What a request asks for: filters, cursors and a size; and the addresses that ask for it again."""

from collections.abc import Mapping
from collective.appendonly.feed import Filters
from collective.appendonly.feed import InvalidCursor
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed import read_parameters
from collective.appendonly.feed import to_parameters
from collective.appendonly.i18n import _
from datetime import tzinfo
from typing import Any
from typing import NamedTuple
from urllib.parse import urlencode
from zope.i18n import translate


#: How many items a page has, and how many it may have.
SIZE = 20
LARGEST = 100


class Query(NamedTuple):
    """The parameters of a request, read and found good."""

    filters: Filters
    size: int
    timezone: tzinfo
    older: str | None = None
    newer: str | None = None

    @property
    def is_first(self) -> bool:
        """Tell whether it asks for the first page."""
        return self.older is None and self.newer is None

    def address(self, url: str, **cursors: str) -> str:
        """Return the address at *url* that asks for the same, from *cursors* on."""
        pairs = to_parameters(self.filters, self.timezone)
        if self.size != SIZE:
            pairs.append(("b_size", str(self.size)))
        pairs += cursors.items()
        return f"{url}?{urlencode(pairs)}" if pairs else url

    def own_address(self, url: str) -> str:
        """Return the address at *url* that asks for just this."""
        cursors = {"older": self.older, "newer": self.newer}
        return self.address(
            url, **{name: cursor for name, cursor in cursors.items() if cursor}
        )


def read_query(form: Mapping[str, Any], timezone: tzinfo) -> Query:
    """Return what the parameters in *form* ask for; other names are ignored.

    Raises :class:`~collective.appendonly.feed.InvalidFilter` and
    :class:`~collective.appendonly.feed.InvalidCursor` for what can't be asked for.
    """
    query = Query(
        read_parameters(form, timezone),
        _size(form.get("b_size", SIZE)),
        timezone,
        older=read_cursor(form, "older"),
        newer=read_cursor(form, "newer"),
    )
    if query.older is not None and query.newer is not None:
        raise InvalidFilter("newer", _("Give one cursor: either older or newer."))
    return query


def read_cursor(form: Mapping[str, Any], name: str) -> str | None:
    """Return the cursor called *name*. Whether it names a place is the feed's question."""
    cursor = form.get(name)
    if cursor is None or isinstance(cursor, str):
        return cursor
    raise InvalidFilter(name, _("Give one value, once."))


def _size(value):
    # Zope has made a number of it, if it was called b_size:int.
    number = value if type(value) is int else 0
    if isinstance(value, str) and value.isascii() and value.isdigit():
        number = int(value[:9])
    if not 1 <= number <= LARGEST:
        raise InvalidFilter(
            "b_size",
            _("Give a whole number from 1 to ${number}.", mapping={"number": LARGEST}),
        )
    return number


def refusal(error: InvalidFilter | InvalidCursor, request) -> dict[str, str]:
    """Return what the REST API says of a request that it refuses, as plone.rest would.

    Not by an exception: the error log of the site would keep each of them, and managers would
    be sent a traceback. A wrong parameter is no error of the server.
    """
    message = _("This cursor leads nowhere. Start again from the first page.")
    if isinstance(error, InvalidFilter):
        message = error.message
    said = translate(message, context=request)
    if isinstance(error, InvalidFilter):
        said = f"{error.name}: {said}"
    return {"type": "BadRequest", "message": said}
