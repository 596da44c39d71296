"""The filters of a subscription as plain values, which are stored in its record.

``docs/storage-format.rst`` describes them.
"""

from collections.abc import Mapping
from collective.appendonly.feed import Filters
from collective.appendonly.feed.filters import NO_FILTERS
from dataclasses import replace
from hashlib import sha256
from typing import Any

import json


#: The version of the stored values.
VERSION = 1

#: The filters that a subscription can have. A digest covers the time since the previous one.
NAMES = ("actor", "actions", "types", "text")


class UnknownFilters(ValueError):
    """The filters were stored by a later version of the add-on."""


def undated(filters: Filters) -> Filters:
    """Return those of *filters* that a subscription can have.

    Whether a digest contains what its member did is a setting of the subscription.
    """
    return replace(filters, since=None, until=None, others=False)


def to_values(filters: Filters) -> dict[str, Any] | None:
    """Return those of *filters* that a subscription can have as builtin values, None without any."""
    values = {
        "actor": filters.actor,
        # The order in which they were checked does not matter.
        "actions": sorted(filters.actions),
        "types": sorted(filters.types),
        "text": filters.text,
    }
    given = {name: value for name, value in values.items() if value}
    return {"version": VERSION, **given} if given else None


def from_values(values: Mapping[str, Any] | None) -> Filters:
    """Return the filters that were stored as *values*.

    Raises :class:`UnknownFilters` for what this version does not know: without one of its
    filters, a digest would contain more than its member wants.
    """
    if not values:
        return NO_FILTERS
    if values.get("version") != VERSION or set(values) - {"version", *NAMES}:
        raise UnknownFilters(f"Filters of version {values.get('version')!r}.")
    return Filters(
        actor=values.get("actor"),
        actions=tuple(values.get("actions", ())),
        types=tuple(values.get("types", ())),
        text=values.get("text", ""),
    )


def filters_id(values: Mapping[str, Any]) -> str:
    """Return the part of the key of a subscription that depends on its filters."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=True)
    return sha256(text.encode("ascii")).hexdigest()[:32]
