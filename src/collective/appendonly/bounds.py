"""The bounds of an entry.

Editors choose what an entry consists of, and all later edits and requests carry it along. So long
texts are cut, with an ellipsis, and long lists too. A lone surrogate becomes a question mark. Like ``entry.py`` this knows nothing of Plone.
"""

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from collective.appendonly.entry import Entry
from collective.appendonly.entry import Pair
from collective.appendonly.entry import Principals
from collective.appendonly.entry import Source
from collective.appendonly.entry import to_json
from collective.appendonly.validation import ACTION
from collective.appendonly.validation import is_text
from collective.appendonly.validation import without_surrogates
from dataclasses import replace
from typing import Any


#: The longest title, name or id, in characters.
LINE = 500
#: The longest comment or path, in characters.
TEXT = 2000
#: The most actions, fields, transitions, or counts of descendants. Of actions, the first are kept.
LIST = 100
#: The largest details, in bytes of JSON. Roles have the same limit.
DETAILS = 8192
#: The longest old or new value, in characters, and all of an entry, in bytes of JSON.
VALUE, VALUES = 200, 4096
# The longest set of principals, in characters of all their ids. With it an entry stays below
# what ``compression.py`` inflates, even if JSON escapes each character.
_PRINCIPALS = 500_000

_ELLIPSIS = "…"
# An entry with another path or UID would be about an object with other permissions.
_DECISIVE = frozenset(["uid", "path", "discussion_item"])


def bounded(entry: Entry) -> Entry:
    """Return *entry* within the bounds, the same object if it is.

    It is never visible to more users than before, but may be to fewer: principals that are too
    many, or no text, are left out, and with an incomplete path or UID all are.
    """
    cut = {}
    for name, within in _BOUNDS.items():
        value = getattr(entry, name)
        # Most values are empty, or short texts.
        if not value or (type(value) is str and len(value) <= LINE and value.isascii()):
            continue
        bounded_value = within(value)
        if bounded_value is not value:
            cut[name] = bounded_value
    if not cut:
        return entry
    if not _DECISIVE.isdisjoint(cut):
        cut["principals"] = ()
    return replace(entry, **cut)


def bounded_id(value: Any) -> Any:
    """Return an id, a name or a title within the bounds, or another value as it is."""
    return _cut(value, LINE)


def size_of(details: Mapping[str, Any]) -> int:
    """Return the size of *details* in bytes, as :data:`DETAILS` limits it."""
    return len(to_json(dict(details)).encode("utf-8", "surrogatepass"))


def _cut(value: Any, limit: int) -> Any:
    if isinstance(value, str):
        if not is_text(value):
            value = without_surrogates(value)
        if len(value) > limit:
            return value[: limit - 1] + _ELLIPSIS
    return value


def _text(value: Any) -> Any:
    return _cut(value, TEXT)


def _lines(values: Sequence[str]) -> Sequence[str]:
    lines = tuple(map(bounded_id, values))
    if len(lines) > LIST:
        # The last transition is the one that led to the present state.
        lines = (*lines[: LIST - 2], _ELLIPSIS, lines[-1])
    return values if lines == tuple(values) else lines


def _actions(values: Sequence[str]) -> Sequence[str]:
    # Without an ellipsis, which is not the name of an action.
    if len(values) <= LIST and all(len(value) <= ACTION for value in values):
        return values
    return tuple(value[:ACTION] for value in values[:LIST])


def _principals(values: Principals, limit: int = _PRINCIPALS) -> Principals:
    if sum(map(len, values)) <= limit and all(map(is_text, values)):
        return values
    values, kept = tuple(filter(is_text, values)), []
    # Sorted, roles come first.
    for value in values:
        limit -= len(value)
        if limit < 0:
            break
        kept.append(value)
    return tuple(kept)


def _source(source: Source | None) -> Source | None:
    if source is None:
        return None
    path, uid = _text(source.path), bounded_id(source.uid)
    if path is not source.path or uid is not source.uid:
        return Source(path, (), uid)
    principals = _principals(source.principals)
    if principals is source.principals:
        return source
    return replace(source, principals=principals)


def _descendants(counts: Sequence[tuple[int, Principals]]) -> Sequence:
    """Keep the largest counts; readers who see what others count see a lower number."""
    left, kept = _PRINCIPALS, []
    for count, principals in sorted(counts, key=lambda each: -each[0])[:LIST]:
        size = sum(map(len, principals))
        if size <= left:
            kept.append((count, principals))
            left -= size
    return counts if len(kept) == len(counts) else tuple(kept)


def _details(details: Mapping[str, Any]) -> Mapping[str, Any]:
    if not details or size_of(details) <= DETAILS:
        return details
    kept, left = {}, DETAILS
    for name, value in details.items():
        for shown in (value, _ELLIPSIS):
            size = size_of({name: shown})
            if size <= left:
                kept[name] = shown
                left -= size
                break
    return kept


def _values(values: Mapping[str, Pair]) -> Mapping[str, Pair]:
    short = {
        name: pair
        for name, pair in values.items()
        if len(name) <= LINE and all(map(is_short, pair))
    }
    return _fitting(values, short, VALUES)


def is_short(value: Any) -> bool:
    """Return whether *value*, a scalar or a list of strings, is short enough for an entry."""
    texts = value if isinstance(value, list | tuple) else [value]
    return sum(len(text) for text in texts if isinstance(text, str)) <= VALUE


def _roles(roles: Mapping[str, Pair]) -> Mapping[str, Pair]:
    return _fitting(roles, roles, DETAILS)


def _fitting(before: Mapping[str, Pair], kept: Mapping[str, Pair], limit: int):
    """Return those of *kept* that fit, *before* if that is all of it."""
    # No character takes more than six bytes of JSON, and most values are far below the limit.
    if len(kept) == len(before) and 6 * len(repr(before)) <= limit:
        return before
    fitting = {}
    for name, pair in kept.items():
        limit -= size_of({name: pair})
        if limit < 0:
            break
        fitting[name] = pair
    return before if len(fitting) == len(before) else fitting


_BOUNDS: Mapping[str, Callable[[Any], Any]] = {
    "actions": _actions,
    "uid": bounded_id,
    "path": _text,
    "title": bounded_id,
    "portal_type": bounded_id,
    "principals": _principals,
    "actor": bounded_id,
    "fields": _lines,
    "transitions": _lines,
    "old_state": bounded_id,
    "new_state": bounded_id,
    "comment": _text,
    "source": _source,
    "descendants": _descendants,
    "discussion_item": bounded_id,
    "group": bounded_id,
    "details": _details,
    "values": _values,
    "roles": _roles,
}
