"""The schema of entries and change sets.

It is the same for what is recorded, imported or backfilled, and for what ``activitylog verify``
finds in the database. Whatever has no flaws can be shown by every output. Like ``entry.py`` this
knows nothing of Plone; ``bounds.py`` has the limits of sizes.
"""

from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Mapping
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.entry import Source
from datetime import datetime
from datetime import timezone
from itertools import islice
from math import isfinite
from typing import Any

import re


#: The first time, and the first time too late. In every time zone, with a year before and after,
#: the years have four digits.
EARLIEST = datetime(1001, 1, 1, tzinfo=timezone.utc)
LATEST = datetime(9998, 1, 1, tzinfo=timezone.utc)

#: The longest name of an action.
ACTION = 100
#: In how many levels of lists and objects the values of details may be.
DEPTH = 32

#: A number above this loses digits where JSON is read as in JavaScript.
MAX_NUMBER = 2**53

_ACTION = re.compile(r"[a-z][a-z0-9_.-]*", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")


def flaws(change_set: ChangeSet) -> Iterator[str]:
    """Yield the flaws of a change set as predicates, such as ``"has no entries"``."""
    if not _time(change_set.time):
        yield f"has an invalid time: {change_set.time!r:.60}"
    if not _text_or_none(change_set.actor):
        yield f"has the invalid actor {change_set.actor!r:.60}"
    if not change_set.entries:
        yield "has no entries"
    for number, entry in enumerate(change_set.entries, 1):
        for name in invalid_names(entry):
            value = getattr(entry, name)
            yield f"has invalid {name} in entry {number}: {value!r:.60}"


def invalid_names(entry: Entry) -> Iterator[str]:
    """Yield the names of the attributes of *entry* that have invalid values.

    Principals may be empty: no user can view such an entry. The erasure of a user may cause that.
    """
    for name, is_valid in _VALID.items():
        if not is_valid(getattr(entry, name)):
            yield name


def is_action(value: Any) -> bool:
    """Return whether *value* can be the name of an action."""
    return (
        isinstance(value, str)
        and len(value) <= ACTION
        and _ACTION.fullmatch(value) is not None
    )


def is_text(value: Any) -> bool:
    """Return whether *value* is a string that UTF-8 can represent."""
    return isinstance(value, str) and (
        value.isascii() or _SURROGATE.search(value) is None
    )


def without_surrogates(text: str) -> str:
    """Return *text* with a question mark for each lone surrogate.

    Python and JSON allow these halves of characters, which no encoding can represent.
    """
    return text.encode("utf-8", "replace").decode("utf-8")


def are_details(value: Any) -> bool:
    """Return whether *value* is an object of JSON that can be shown: without infinite numbers,
    lone surrogates and too many levels.
    """
    if not isinstance(value, Mapping) or is_nested(value, DEPTH):
        return False
    return all(all(map(_json, level)) for level in _levels(value))


def is_nested(value: Any, depth: int) -> bool:
    """Return whether *value*, of JSON, has lists or objects in more than *depth* levels.

    Ask this before anything that calls itself for what is inside.
    """
    level = next(islice(_levels(value), depth, None), ())
    return any(isinstance(each, Mapping | list | tuple) for each in level)


def _levels(value: Any) -> Iterator[Collection]:
    """Yield the values on each level of *value*, each object once. A cycle has no end."""
    level: Collection = [value]
    while level:
        yield level
        inside: dict[int, Any] = {}
        for each in level:
            if isinstance(each, Mapping):
                each = each.values()
            elif not isinstance(each, list | tuple):
                continue
            inside.update((id(inner), inner) for inner in each)
        level = inside.values()


def _json(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(map(is_text, value))
    if isinstance(value, float):
        return isfinite(value)
    return value is None or isinstance(value, list | tuple | int) or is_text(value)


def _time(value: Any) -> bool:
    return (
        isinstance(value, datetime)
        and value.tzinfo is not None
        and EARLIEST <= value < LATEST
    )


def _text_or_none(value: Any) -> bool:
    return value is None or is_text(value)


def _texts(value: Any) -> bool:
    return isinstance(value, tuple) and all(map(is_text, value))


def _path(value: Any) -> bool:
    # The site has an empty path, and so have users and groups.
    return is_text(value) and (
        not value or {"", ".", ".."}.isdisjoint(value.split("/"))
    )


def _actions(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and all(map(is_action, value))


def _number(value: Any) -> bool:
    is_int = isinstance(value, int) and not isinstance(value, bool)
    return is_int and 0 <= value <= MAX_NUMBER


def _number_or_none(value: Any) -> bool:
    return value is None or _number(value)


def _source(value: Any) -> bool:
    return value is None or (
        isinstance(value, Source)
        and _path(value.path)
        and _texts(value.principals)
        and is_text(value.uid)
    )


def _descendants(value: Any) -> bool:
    return isinstance(value, tuple) and all(
        _number(count) and _texts(principals) for count, principals in value
    )


def _values(value: Any) -> bool:
    return _pairs(value, _is_value)


def _roles(value: Any) -> bool:
    return _pairs(value, _is_list_of_texts)


def _pairs(value: Any, is_valid: Callable[[Any], bool]) -> bool:
    return isinstance(value, Mapping) and all(
        is_text(name)
        and isinstance(pair, list | tuple)
        and len(pair) == 2
        and all(map(is_valid, pair))
        for name, pair in value.items()
    )


def _is_value(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return _is_list_of_texts(value)
    return not isinstance(value, Mapping) and _json(value)


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(map(is_text, value))


_VALID: Mapping[str, Callable[[Any], bool]] = {
    "actions": _actions,
    "uid": is_text,
    "path": _path,
    "title": is_text,
    "portal_type": is_text,
    "principals": _texts,
    "actor": _text_or_none,
    "fields": _texts,
    "transitions": _texts,
    "old_state": _text_or_none,
    "new_state": _text_or_none,
    "comment": is_text,
    "source": _source,
    "descendants": _descendants,
    "discussion_item": _text_or_none,
    "group": _text_or_none,
    "version": _number_or_none,
    "version_before": _number_or_none,
    "details": are_details,
    "values": _values,
    "roles": _roles,
}
