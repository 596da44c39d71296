"""Whether a change set is what ``entry.py`` says: asked of what was read from elsewhere."""

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Source
from datetime import datetime
from typing import Any


def flaws(change_set: ChangeSet) -> Iterator[str]:
    """Yield what is wrong with a change set, as the rest of a sentence, such as
    ``"has no entries"``.

    Principals may be empty: nobody sees such an entry, and erasing a person may leave it so.
    """
    if not isinstance(change_set.time, datetime) or change_set.time.tzinfo is None:
        yield "has no time"
    if not _text_or_none(change_set.actor):
        yield f"has {change_set.actor!r:.60} as its actor"
    if not change_set.entries:
        yield "has no entries"
    for number, entry in enumerate(change_set.entries, 1):
        for name, is_sound in _SOUND.items():
            value = getattr(entry, name)
            if not is_sound(value):
                yield f"has {value!r:.60} as {name} of its entry {number}"


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
        isinstance(value, Source) and _text(value.path) and _texts(value.principals)
    )


def _descendants(value: Any) -> bool:
    return isinstance(value, tuple) and all(
        count is not None and _number_or_none(count) and _texts(principals)
        for count, principals in value
    )


_SOUND: Mapping[str, Callable[[Any], bool]] = {
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
