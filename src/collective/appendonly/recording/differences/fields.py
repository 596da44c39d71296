"""The fields that an edit really changed.

Events name too many fields (Classic UI forms name the text, whatever was edited), too few (no
names at all), or there is no event. The object's own previous record is reliable for all fields
that are stored on the object itself.
"""

from Acquisition import aq_base
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collective.appendonly.recording.differences.previous import is_written
from collective.appendonly.schemata import Fields
from collective.appendonly.schemata import fields_of
from collective.appendonly.transactions import answer
from DateTime import DateTime
from functools import cached_property
from itertools import zip_longest
from persistent.interfaces import IPersistent
from plone.app.textfield.interfaces import IRichTextValue
from plone.namedfile.interfaces import INamed
from typing import Any
from z3c.relationfield.interfaces import IRelationValue
from zope.lifecycleevent.interfaces import IAttributes


# Dublin Core stores some fields under other names.
_ATTRIBUTES = {
    "effective": "effective_date",
    "expires": "expiration_date",
    "subjects": "subject",
}
# In forms, but not part of the content: a comment on the version, and the id (a rename).
_NO_CONTENT = frozenset(["changeNote", "id"])
#: The Contents view and the display menu set these whether or not the type has such a field.
PROPERTIES = frozenset(
    [
        "contributors",
        "creators",
        "default_page",
        "effective",
        "exclude_from_nav",
        "expires",
        "language",
        "layout",
        "rights",
        "subjects",
    ]
)
# The Contents view shuffles the tags.
_WITHOUT_ORDER = frozenset(["subject"])
_MISSING = object()
# In the place of the names of fields that cannot be compared. No field has this name.
_UNKNOWN = ""


class Compared:
    """An object, and its state *before* the transaction, None if that is not available."""

    def __init__(self, obj, before: Mapping[str, Any] | None):
        self.obj = obj
        self.before = before

    def __repr__(self):
        return repr(self.obj)

    @cached_property
    def fields(self) -> Fields:
        """The fields of the object, as it is now."""
        return fields_of(self.obj)


def named_fields(event) -> tuple[str, ...]:
    """Return the field names in *event*, without the interfaces before them.

    Descriptions can be anything (Plone passes requests and strings), so only those that
    provide IAttributes count.
    """
    return tuple(
        name.rpartition(".")[2]
        for description in event.descriptions
        if IAttributes.providedBy(description)
        for name in description.attributes
    )


def changed_fields(
    compared: Compared, named: Iterable[str] | None
) -> tuple[str, ...] | None:
    """Return the names of the fields that changed in this transaction.

    *named* are the fields that the events name; with None, all fields of the type are compared.
    The result None means that nothing was changed. An empty tuple means that the fields are not
    known, cannot be compared, or have a read permission of their own.
    """
    changed = _changed(compared, named)
    return None if changed is None else without_protected(compared, changed)


def without_protected(compared: Compared, names: Iterable[str]) -> tuple[str, ...]:
    """Return those of *names*, sorted, that every user who can view the object can read."""
    return tuple(sorted(set(names) - {_UNKNOWN} - compared.fields.protected))


def differing_fields(compared: Compared) -> set[str]:
    """Return the names of all fields that differ from the state before, which is available.

    One of them is ``""`` if there are fields that cannot be compared.
    """
    names = (compared.fields.by_name.keys() | PROPERTIES) - _NO_CONTENT
    return _differing(names, compared, is_named=False)


def _changed(compared, named):
    if named is not None:
        named = {name for name in named if name not in _NO_CONTENT}
    if compared.before is None:
        return named or set()
    if named is None:
        return differing_fields(compared)
    return _differing(named, compared, is_named=True) or None


def _differing(names, compared, is_named):
    found, obj, before = set(), compared.obj, compared.before
    for name in names:
        # A blob may be lost, and values of two kinds may refuse to be compared.
        differs = answer(_differs, obj, name, before, otherwise=_UNKNOWN)
        if differs is _UNKNOWN:
            found.add(_UNKNOWN)
        # A field that is not stored on the object may have changed: trust the event.
        elif differs or (is_named and differs is None):
            found.add(name)
    return found


def _differs(obj, name, before):
    """Return whether a field has another value than in *before*; None if it is not stored."""
    attribute = _ATTRIBUTES.get(name, name)
    if attribute not in before and attribute not in vars(aq_base(obj)):
        return None
    old, new = stored_value(obj, name, before), stored_value(obj, name)
    if attribute in _WITHOUT_ORDER and old != new:
        old, new = _in_order(old), _in_order(new)
    return not _same(old, new)


def stored_value(obj, name: str, state: Mapping[str, Any] | None = None) -> Any:
    """Return the value of a field in *state*, an earlier state of *obj*, or today.

    It is the default if none is stored: a check-in stores fields that were never set.
    """
    state = vars(aq_base(obj)) if state is None else state
    value = state.get(_ATTRIBUTES.get(name, name), _MISSING)
    if value is not _MISSING:
        return value
    for field in fields_of(obj).by_name.get(name, ())[:1]:
        return field.bind(obj).default
    return None


def _same(before, now):
    if before is now:
        # One persistent object in both states: its own record may have changed.
        return not (IPersistent.providedBy(now) and is_written(now))
    if _is_empty(before) and _is_empty(now):
        # Forms store "" where there was nothing.
        return True
    if INamed.providedBy(before) and INamed.providedBy(now):
        return is_same_file(before, now)
    return comparable(before) == comparable(now)


def _in_order(value):
    return sorted(value) if isinstance(value, (list, tuple)) else value


def _is_empty(value):
    return value is False or value is None or value in ("", (), [])


def comparable(value: Any) -> Any:
    """Return *value* without what makes no difference to a reader."""
    if isinstance(value, str):
        # Browsers send all line ends as CR LF.
        return value.replace("\r\n", "\n")
    if isinstance(value, (list, tuple)):
        return [comparable(item) for item in value]
    if isinstance(value, DateTime):
        # Forms have no seconds.
        return value.timeTime() // 60
    if IRichTextValue.providedBy(value):
        return comparable(value.raw), value.mimeType, value.outputMimeType
    if IRelationValue.providedBy(value):
        # Saving a form makes new relation values to the same objects.
        return "relation", value.to_id
    return value


_CHUNK = 1 << 16


def is_same_file(one, other) -> bool:
    """Return whether two values of file or image fields have the same name, type and data."""
    return _description(one) == _description(other) and all(
        chunk == counterpart
        for chunk, counterpart in zip_longest(_chunks(one), _chunks(other))
    )


def _description(value):
    return value.filename, value.contentType, value.getSize()


def _chunks(value) -> Iterator[bytes]:
    if not hasattr(value, "open"):
        # Not in a blob, so it is small.
        yield value.data
        return
    with value.open() as data:
        while chunk := data.read(_CHUNK):
            yield chunk
