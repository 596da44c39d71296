"""Which fields an edit really changed.

Plone says too much (Classic UI forms name the text, whatever was edited), too little (no
names at all), or nothing. The object's own previous record tells the truth for all that is
stored on the object itself.
"""

from Acquisition import aq_base
from collections.abc import Iterable
from persistent.interfaces import IPersistent
from plone.app.textfield.interfaces import IRichTextValue
from plone.autoform.interfaces import READ_PERMISSIONS_KEY
from plone.dexterity.utils import iterSchemata
from plone.supermodel.utils import mergedTaggedValueDict
from z3c.relationfield.interfaces import IRelationValue
from ZODB.POSException import POSKeyError
from ZODB.utils import z64
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


def changed_fields(obj, named: Iterable[str] | None) -> tuple[str, ...] | None:
    """Return the names of the fields that changed in this transaction.

    *named* are those that the events gave; with None all fields of the type are looked at.
    The answer None means that nothing was changed, an empty tuple that it can't be told, or
    not to everybody: fields with a read permission of their own are not named.
    """
    changed = _changed(obj, named)
    if changed is None:
        return None
    return tuple(sorted(changed - _protected(obj)))


def _changed(obj, named):
    if named is not None:
        named = {name for name in named if name not in _NO_CONTENT}
    before = _committed_state(obj)
    if before is None:
        return named or set()
    now = aq_base(obj).__dict__

    def changed(name):
        attribute = _ATTRIBUTES.get(name, name)
        if attribute not in before and attribute not in now:
            return None
        return not _same(before.get(attribute, _MISSING), now.get(attribute, _MISSING))

    if named is not None:
        # What isn't stored on the object may have changed: believe the event.
        return {name for name in named if changed(name) is not False} or None
    fields = {name for schema in iterSchemata(obj) for name in getFieldNames(schema)}
    return {name for name in fields - _NO_CONTENT if changed(name)}


def _protected(obj):
    return {
        name
        for schema in iterSchemata(obj)
        for name in mergedTaggedValueDict(schema, READ_PERMISSIONS_KEY)
    }


def _committed_state(obj):
    """Return the state of *obj* before this transaction, None if there is none."""
    base = aq_base(obj)
    jar = base._p_jar
    if jar is None or base._p_serial == z64:
        return None
    try:
        # Connection.oldstate would ask the storage of the last savepoint, if there was one,
        # and that can't load what was before it. Plone sets savepoints in every edit.
        data = jar._normal_storage.loadSerial(base._p_oid, base._p_serial)
    except POSKeyError:
        # Packed away in the meantime.
        return None
    state = jar._reader.getState(data)
    return state if isinstance(state, dict) else None


def _same(before, now):
    if before is now:
        # One persistent object in both states: its own record may have been changed.
        return not (IPersistent.providedBy(now) and _is_written(now))
    if _is_empty(before) and _is_empty(now):
        # Forms store "" where there was nothing.
        return True
    return _comparable(before) == _comparable(now)


def _is_written(persistent):
    """Tell whether the record of *persistent* is written by this transaction."""
    jar = persistent._p_jar
    saved = jar and jar._savepoint_storage
    return persistent._p_changed or bool(saved and persistent._p_oid in saved.index)


def _is_empty(value):
    return value is _MISSING or value is False or value is None or value in ("", (), [])


def _comparable(value):
    """Return what of *value* a person would call its content."""
    if isinstance(value, str):
        # Browsers send all line ends as CR LF.
        return value.replace("\r\n", "\n")
    if isinstance(value, (list, tuple)):
        return [_comparable(item) for item in value]
    if IRichTextValue.providedBy(value):
        return _comparable(value.raw), value.mimeType, value.outputMimeType
    if IRelationValue.providedBy(value):
        # Saving a form makes new relation values to the same objects.
        return "relation", value.to_id
    return value
