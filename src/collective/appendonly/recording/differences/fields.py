"""Which fields an edit really changed.

Plone says too much (Classic UI forms name the text, whatever was edited), too little (no
names at all), or nothing. The object's own previous record tells the truth for all that is
stored on the object itself.
"""

from Acquisition import aq_base
from collections.abc import Iterable
from collections.abc import Mapping
from collective.appendonly.recording.differences.file_contents import is_same_file
from collective.appendonly.recording.differences.previous import is_written
from DateTime import DateTime
from persistent.interfaces import IPersistent
from plone.app.textfield.interfaces import IRichTextValue
from plone.autoform.interfaces import READ_PERMISSIONS_KEY
from plone.dexterity.utils import iterSchemata
from plone.namedfile.interfaces import INamed
from plone.supermodel.utils import mergedTaggedValueDict
from typing import Any
from z3c.relationfield.interfaces import IRelationValue
from zope.lifecycleevent.interfaces import IAttributes
from zope.schema import getFieldNames


# Dublin Core keeps some fields under other names.
_ATTRIBUTES = {
    "effective": "effective_date",
    "expires": "expiration_date",
    "subjects": "subject",
}
# In forms, but never part of the content: a remark for the version, the id (a rename says it).
_NO_CONTENT = frozenset(["changeNote", "id"])
# Folder contents and the display menu set these whether or not the type has such a field.
_PROPERTIES = frozenset(
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
# Folder contents shuffles the tags.
_WITHOUT_ORDER = frozenset(["subject"])
_MISSING = object()


def named_fields(event) -> tuple[str, ...]:
    """Return the field names that *event* gives, without the interfaces before them.

    Descriptions may be anything (Plone puts requests and strings there): only what says that
    it is a list of attributes is asked for one.
    """
    return tuple(
        name.rpartition(".")[2]
        for description in event.descriptions
        if IAttributes.providedBy(description)
        for name in description.attributes
    )


def changed_fields(
    obj, before: Mapping[str, Any] | None, named: Iterable[str] | None
) -> tuple[str, ...] | None:
    """Return the names of the fields that changed in this transaction.

    *before* is the state of *obj* before it, None if that can't be had. *named* are those that
    the events gave; with None all fields of the type are looked at. The answer None means that
    nothing was changed, an empty tuple that it can't be told, or not to everybody: fields with
    a read permission of their own are not named.
    """
    changed = _changed(obj, before, named)
    return None if changed is None else without_protected(obj, changed)


def without_protected(obj, names: Iterable[str]) -> tuple[str, ...]:
    """Return those of *names*, in order, that whoever may see *obj* may read."""
    protected = {
        name
        for schema in iterSchemata(obj)
        for name in mergedTaggedValueDict(schema, READ_PERMISSIONS_KEY)
    }
    return tuple(sorted(set(names) - protected))


def differing_fields(obj, before: Mapping[str, Any]) -> set[str]:
    """Return the names of all fields of *obj* that differ from the state *before*."""
    fields = {name for schema in iterSchemata(obj) for name in getFieldNames(schema)}
    names = (fields | _PROPERTIES) - _NO_CONTENT
    return {name for name in names if _differs(name, obj, before)}


def _changed(obj, before, named):
    if named is not None:
        named = {name for name in named if name not in _NO_CONTENT}
    if before is None:
        return named or set()
    if named is None:
        return differing_fields(obj, before)
    # What isn't stored on the object may have changed: believe the event.
    return {name for name in named if _differs(name, obj, before) is not False} or None


def _differs(name, obj, before):
    """Tell whether a field has another value than in *before*; None if it isn't there."""
    now = aq_base(obj).__dict__
    attribute = _ATTRIBUTES.get(name, name)
    if attribute not in before and attribute not in now:
        return None
    old, new = before.get(attribute, _MISSING), now.get(attribute, _MISSING)
    if old is _MISSING:
        # Checking in stores what was never set.
        old = _default(name, obj)
    if attribute in _WITHOUT_ORDER:
        old, new = _in_order(old), _in_order(new)
    return not _same(old, new)


def _default(name, obj):
    """Return what a field reads as long as it isn't stored."""
    for schema in iterSchemata(obj):
        if name in schema:
            return schema[name].bind(obj).default
    return _MISSING


def _same(before, now):
    if before is now:
        # One persistent object in both states: its own record may have been changed.
        return not (IPersistent.providedBy(now) and is_written(now))
    if _is_empty(before) and _is_empty(now):
        # Forms store "" where there was nothing.
        return True
    if INamed.providedBy(before) and INamed.providedBy(now):
        return is_same_file(before, now)
    return _comparable(before) == _comparable(now)


def _in_order(value):
    return sorted(value) if isinstance(value, (list, tuple)) else value


def _is_empty(value):
    return value is _MISSING or value is False or value is None or value in ("", (), [])


def _comparable(value):
    """Return what of *value* a person would call its content."""
    if isinstance(value, str):
        # Browsers send all line ends as CR LF.
        return value.replace("\r\n", "\n")
    if isinstance(value, (list, tuple)):
        return [_comparable(item) for item in value]
    if isinstance(value, DateTime):
        # Forms know no seconds.
        return value.timeTime() // 60
    if IRichTextValue.providedBy(value):
        return _comparable(value.raw), value.mimeType, value.outputMimeType
    if IRelationValue.providedBy(value):
        # Saving a form makes new relation values to the same objects.
        return "relation", value.to_id
    return value
