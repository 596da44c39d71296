"""Filters as URL parameters, the same for every output, so that they can be bookmarked."""

from collections.abc import Mapping
from collective.appendonly.feed.filters import Filters
from collective.appendonly.feed.filters import InvalidFilter
from collective.appendonly.i18n import _
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from datetime import tzinfo
from typing import Any


#: The names of the parameters.
PARAMETERS = ("actor", "by", "actions", "types", "from", "to", "text")
#: The value of ``by``.
OTHERS = "others"
#: The maximum length of a value, and the maximum number of values.
MAX_LENGTH = 200
MAX_VALUES = 50
#: The number of items on a page: the default and the maximum.
SIZE = 20
LARGEST = 100

_DAY = timedelta(days=1)
# So that a time zone or a tolerance never leads beyond the range of datetime.
_YEARS = range(1900, 9000)


def read_parameters(form: Mapping[str, Any], timezone: tzinfo) -> Filters:
    """Return the filters in the parameters *form*.

    ``actor``, ``text``: one value. ``by``: only ``others``. ``actions``, ``types``: one or
    several. ``from``, ``to``: a day in *timezone*, both days included, as ``2026-11-23``; or a
    time in ISO 8601 with its offset from UTC, ``to`` not included. Empty values and other
    parameters are ignored.

    Raises :class:`~collective.appendonly.feed.InvalidFilter` for anything else.
    """
    since = _moment(form, "from", timezone)
    until = _moment(form, "to", timezone, _DAY)
    if since is not None and until is not None and since >= until:
        raise InvalidFilter("to", _("The end date must not be before the start date."))
    return Filters(
        actor=_one(form, "actor") or None,
        actions=_several(form, "actions"),
        types=_several(form, "types"),
        since=since,
        until=until,
        text=_one(form, "text"),
        others=_others(form),
    )


def read_size(form: Mapping[str, Any]) -> int:
    """Return the number of items on a page in the parameter ``b_size`` of *form*.

    Raises :class:`~collective.appendonly.feed.InvalidFilter` unless it is 1 to ``LARGEST``.
    """
    value = form.get("b_size", "")
    if value == "":
        return SIZE
    # Zope has converted a parameter called b_size:int.
    number = value if type(value) is int else 0
    if isinstance(value, str) and value.isascii() and value.isdigit():
        number = int(value[:9])
    if not 1 <= number <= LARGEST:
        raise InvalidFilter(
            "b_size",
            _("Enter a whole number from 1 to ${number}.", mapping={"number": LARGEST}),
        )
    return number


def size_parameters(size: int) -> dict[str, str]:
    """Return the parameter for pages of *size* items, nothing for the default."""
    return {} if size == SIZE else {"b_size": str(size)}


def to_parameters(filters: Filters, timezone: tzinfo) -> list[tuple[str, str]]:
    """Return the names and values of the parameters for *filters*."""
    pairs = [
        ("actor", filters.actor or ""),
        ("by", OTHERS if filters.others else ""),
        *(("actions", action) for action in filters.actions),
        *(("types", portal_type) for portal_type in filters.types),
        ("from", _written(filters.since, timezone)),
        ("to", _written(filters.until, timezone, _DAY)),
        ("text", filters.text),
    ]
    return [(name, value) for name, value in pairs if value]


def _others(form) -> bool:
    value = _one(form, "by")
    if value not in ("", OTHERS):
        raise InvalidFilter("by", _("The only possible value is “others”."))
    return value == OTHERS


def _several(form, name) -> tuple[str, ...]:
    values = form.get(name, ())
    if isinstance(values, str):
        values = [values]
    if not isinstance(values, list | tuple) or len(values) > MAX_VALUES:
        raise InvalidFilter(name, _("Too many values, or an unreadable one."))
    return tuple(dict.fromkeys(value for value in map(_checked(name), values) if value))


def _one(form, name) -> str:
    return _checked(name)(form.get(name, ""))


def _checked(name):
    def check(value):
        if not isinstance(value, str):
            raise InvalidFilter(name, _("Only one value is allowed."))
        if len(value) > MAX_LENGTH:
            raise InvalidFilter(
                name,
                _(
                    "Enter at most ${number} characters.",
                    mapping={"number": MAX_LENGTH},
                ),
            )
        if value.encode("utf-8", "replace").decode("utf-8") != value:
            # Zope accepts bytes that are not UTF-8. No link could contain them.
            raise InvalidFilter(name, _("The text is not valid UTF-8."))
        return value.strip()

    return check


def _moment(form, name, timezone, length=timedelta()) -> datetime | None:
    value = _one(form, name)
    if not value:
        return None
    try:
        if len(value) == len("2026-11-23"):
            day = date.fromisoformat(value) + length
            moment = datetime.combine(day, time(), timezone)
        else:
            # In a URL, a plus sign that is not encoded is a blank. Python 3.10 does not parse the
            # letter Z.
            clock = value[11:].replace(" ", "+").replace("Z", "+00:00")
            moment = datetime.fromisoformat(value[:11] + clock)
        if moment.tzinfo is None or moment.year not in _YEARS:
            raise ValueError(value)
    except (ValueError, OverflowError):
        raise InvalidFilter(
            name,
            _(
                "Enter a date such as 2026-11-23, or a time such as"
                " 2026-11-23T09:30:00+00:00."
            ),
        ) from None
    return moment


def _written(moment, timezone, length=timedelta()) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(timezone)
    if local.time() == time():
        return (local.date() - length).isoformat()
    return moment.isoformat()
