"""Substitutes for odd values, and for values that cannot be looked up.

Add-ons, user directories, migrated content and old databases provide what the activity shows. One
entry, user, title, label, icon or link that is broken must not take away all others. So values
become text where they enter the read side, and what looks something up calls :func:`shown`.
"""

from collections.abc import Callable
from collections.abc import Sequence
from collective.appendonly.entry import Entry
from collective.appendonly.entry import Source
from collective.appendonly.transactions import errors_logged
from dataclasses import replace
from datetime import datetime
from datetime import timezone
from typing import Any
from typing import TypeVar

import math
import re


Result = TypeVar("Result")

# Python and JSON allow these halves of characters in text. No encoding does.
_SURROGATES = re.compile("[\ud800-\udfff]")
# All characters but those in https://www.w3.org/TR/xml/#charsets. HTML has no use for them either,
# and a parser may stop there.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# The embeddings, overrides and isolates of https://www.unicode.org/reports/tr9/, and their ends.
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")

# So that no time zone leads beyond the range of datetime.
_FIRST = datetime(1, 1, 3, tzinfo=timezone.utc)
_LAST = datetime(9999, 12, 29, tzinfo=timezone.utc)

# How deep lists and mappings are shown. Encoders of JSON are recursive.
_DEPTH = 20
_ELLIPSIS = "…"


def shown(find: Callable[[], Result], otherwise: Result, message: str, *args) -> Result:
    """Return the result of *find*, or *otherwise* if it raises an error.

    *message*, with *args*, is logged once for each cause. Conflicts are not caught.
    """
    with errors_logged(message, *map(text_of, args), once=True):
        return find()
    return otherwise


def text_of(value: Any) -> str:
    """Return *value* as text that any output can encode; an empty one if it is no text.

    Python 2 left bytes where text belongs.
    """
    if type(value) is str and value.isprintable():
        return value
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    elif isinstance(value, int | float):
        value = str(value)
    elif not isinstance(value, str):
        # A list or an object has no text that says anything to the reader.
        return ""
    # Of a subclass, the text only.
    value = str.__str__(value)
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", _SURROGATES.sub("?", value))


def printable(value: Any) -> str:
    """Return *value* as text to be put beside other text: a title, a name, a label.

    Controls that change the direction of text are left out. In plain text nothing ends them, so they
    could turn the rest of a sentence around. In HTML it is an element that isolates text of any
    direction: https://html.spec.whatwg.org/#the-bdi-element
    """
    return _DIRECTIONS.sub("", text_of(value))


def by_uid(brains: Sequence) -> dict[str, Any]:
    """Return catalog brains by the UID in their metadata.

    A damaged catalog may find what it has no metadata, no UID or no path of. Without them, content is
    not in the catalog.
    """
    found = {}
    for number in range(len(brains)):
        with errors_logged("The catalog could not be read.", once=True):
            brain = brains[number]
            # All callers ask for the path.
            brain.getPath()
            if uid := text_of(brain.UID):
                found[uid] = brain
    return found


def xml_text(document: str) -> str:
    """Replace the characters in *document* that are not allowed in XML."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", document)


def json_value(value: Any, depth: int = _DEPTH) -> Any:
    """Return *value* as a JSON value that can be encoded as UTF-8, and that any client can read."""
    if isinstance(value, dict):
        return {
            text_of(key): json_value(each, depth - 1) if depth else _ELLIPSIS
            for key, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [json_value(each, depth - 1) if depth else _ELLIPSIS for each in value]
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, float):
        # JSON has no others, though Python writes them.
        return value if math.isfinite(value) else None
    return text_of(value)


def local_time(time: datetime) -> datetime:
    """Return *time*, or the nearest one that exists in all time zones."""
    return min(max(time, _FIRST), _LAST)


def readable(entry: Entry) -> Entry | None:
    """Return *entry* with values of the types that it declares, the same object if it has them.

    Return None without any action. Earlier versions imported entries without looking at them.
    """
    changed = {}
    for name, clean in _CLEAN.items():
        value = getattr(entry, name)
        cleaned = clean(value)
        if cleaned is not value and cleaned != value:
            changed[name] = cleaned
    if changed:
        entry = replace(entry, **changed)
    return entry if entry.actions else None


def _text_or_none(value):
    return None if value is None else text_of(value) or None


def _texts(values):
    return tuple(_list(values))


def _list(values):
    if not isinstance(values, list | tuple):
        return []
    return [*filter(None, map(text_of, values))]


def _number(value):
    return value if isinstance(value, int) else None


def _source(source):
    path = isinstance(source, Source) and text_of(source.path)
    if not path:
        return None
    return Source(path, _principals(source.principals), text_of(source.uid))


def _descendants(counts):
    return tuple(
        (count, _principals(principals))
        for count, principals in counts
        if isinstance(count, int)
    )


def _principals(values):
    return tuple(value for value in values if isinstance(value, str))


def _details(details):
    return json_value(details) if isinstance(details, dict) else {}


def _pairs(pairs, clean):
    if not isinstance(pairs, dict):
        return {}
    return {
        text_of(name): [*map(clean, pair)]
        for name, pair in pairs.items()
        if isinstance(pair, list | tuple) and len(pair) == 2
    }


def _values(pairs):
    return _pairs(pairs, _value)


def _value(value):
    if isinstance(value, list | tuple):
        return _list(value)
    return None if isinstance(value, dict) else json_value(value)


def _roles(pairs):
    return _pairs(pairs, _list)


_CLEAN: dict[str, Callable[[Any], Any]] = {
    "actions": _texts,
    "uid": text_of,
    "path": text_of,
    "title": text_of,
    "portal_type": text_of,
    "actor": _text_or_none,
    "fields": _texts,
    "transitions": _texts,
    "old_state": _text_or_none,
    "new_state": _text_or_none,
    "comment": text_of,
    "source": _source,
    "descendants": _descendants,
    "discussion_item": _text_or_none,
    "group": _text_or_none,
    "version": _number,
    "version_before": _number,
    "details": _details,
    "values": _values,
    "roles": _roles,
}
