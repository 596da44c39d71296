"""Validation of change sets from a file or a database against ``entry.py``."""

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Source
from datetime import datetime
from typing import Any


def flaws(change_set: ChangeSet) -> Iterator[str]:
    """Yield the flaws of a change set as predicates, such as ``"has no entries"``.

    Principals may be empty: no user can view such an entry. The erasure of a user may cause that.
    """
    if not isinstance(change_set.time, datetime) or change_set.time.tzinfo is None:
        yield "has no time"
    if not _text_or_none(change_set.actor):
        yield f"has the invalid actor {change_set.actor!r:.60}"
    if not change_set.entries:
        yield "has no entries"
    for number, entry in enumerate(change_set.entries, 1):
        for name, is_valid in _VALID.items():
            value = getattr(entry, name)
            if not is_valid(value):
                yield f"has invalid {name} in entry {number}: {value!r:.60}"


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _text_or_none(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _texts(value: Any) -> bool:
    return isinstance(value, tuple) and all(map(_text, value))


def _actions(value: Any) -> bool:
    return bool(value) and _texts(value)


def _number_or_none(value: Any) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool))


def _source(value: Any) -> bool:
    return value is None or (
        isinstance(value, Source)
        and _text(value.path)
        and _texts(value.principals)
        and _text(value.uid)
    )


def _descendants(value: Any) -> bool:
    return isinstance(value, tuple) and all(
        count is not None and _number_or_none(count) and _texts(principals)
        for count, principals in value
    )


_VALID: Mapping[str, Callable[[Any], bool]] = {
    "actions": _actions,
    "uid": _text,
    "path": _text,
    "title": _text,
    "portal_type": _text,
    "principals": _texts,
    "actor": _text_or_none,
    "fields": _texts,
    "transitions": _texts,
    "old_state": _text_or_none,
    "new_state": _text_or_none,
    "comment": _text,
    "source": _source,
    "descendants": _descendants,
    "discussion_item": _text_or_none,
    "group": _text_or_none,
    "version": _number_or_none,
    "version_before": _number_or_none,
    "details": lambda value: isinstance(value, Mapping),
}
