"""Short old and new values of what was changed.

They stay in the log for years, so a field, and a value, has to be of a kind that is listed here.
"""

from collections.abc import Iterable
from collective.appendonly.bounds import VALUE
from collective.appendonly.entry import Pair
from collective.appendonly.recording.differences.fields import comparable
from collective.appendonly.recording.differences.fields import Compared
from collective.appendonly.recording.differences.fields import PROPERTIES
from collective.appendonly.recording.differences.fields import stored_value
from collective.appendonly.transactions import answer
from collective.appendonly.validation import MAX_NUMBER
from collective.appendonly.validation import without_surrogates
from DateTime import DateTime
from datetime import date
from datetime import time
from decimal import Decimal
from math import isfinite
from plone.base.utils import human_readable_size
from plone.namedfile.interfaces import INamed
from plone.namedfile.interfaces import INamedField
from plone.schema.email import IEmail
from plone.uuid.interfaces import IUUID
from typing import Any
from z3c.relationfield.interfaces import IRelation
from z3c.relationfield.interfaces import IRelationValue
from zope.schema.interfaces import IBool
from zope.schema.interfaces import IChoice
from zope.schema.interfaces import ICollection
from zope.schema.interfaces import IDate
from zope.schema.interfaces import IDatetime
from zope.schema.interfaces import IField
from zope.schema.interfaces import INumber
from zope.schema.interfaces import IPassword
from zope.schema.interfaces import IText
from zope.schema.interfaces import ITime

import re


_RECORDED = (
    IBool,
    IChoice,
    IDate,
    IDatetime,
    INamedField,
    INumber,
    IRelation,
    IText,
    ITime,
)
_NEVER = (IEmail, IPassword)
# Add-ons keep keys and passwords in lines of text.
_SECRET = re.compile(
    "pass|secret|token|private|license|credential|api.?key|_key", re.IGNORECASE
)
# Data about people, who may have no account.
_PERSONAL = re.compile(
    "^(attendees|contributors|creators)$|contact|mail|phone", re.IGNORECASE
)
# Data of programs, which readers do not know.
_TECHNICAL = frozenset(["sync_uid"])


class _NotShort(Exception):
    """A value is too long, or of a kind that is not recorded."""


def is_secret(name: str) -> bool:
    """Return whether the value of something called *name* must not be known."""
    return _SECRET.search(name) is not None


def has_short_values(name: str, field: IField | None) -> bool:
    """Return whether values of a field, or of a setting, are recorded if they are short.

    Those of passwords, keys and the like never are, whatever the type of the field. *field* is
    None for a property that no schema has.
    """
    if is_secret(name):
        return False
    if ICollection.providedBy(field):
        field = field.value_type
        # Without a type, its items can be anything.
        if field is None:
            return False
    return field is None or (
        any(kind.providedBy(field) for kind in _RECORDED)
        and not any(kind.providedBy(field) for kind in _NEVER)
    )


def changed_values(compared: Compared, names: Iterable[str]) -> dict[str, Pair]:
    """Return the old and the new value of those fields that have short ones.

    *names* are the fields that ``changed_fields`` returned, so none of them has a read permission.
    """
    values: dict[str, Pair] = {}
    if compared.before is None:
        return values
    for name in names:
        if _PERSONAL.search(name) or name in _TECHNICAL:
            continue
        fields = compared.fields.by_name.get(name, ())
        if not fields and name in PROPERTIES:
            fields = (None,)
        if fields and all(has_short_values(name, field) for field in fields):
            pair = answer(_old_and_new, compared.obj, name, compared.before)
            if pair is not None:
                values[name] = pair
    return values


def _old_and_new(obj, name, before):
    return short_pair(stored_value(obj, name, before), stored_value(obj, name))


def short_pair(old: Any, new: Any) -> Pair | None:
    """Return *old* and *new* in the form of ``Entry.values``.

    None if one of them is too long or of a kind that is not recorded, or if they do not differ
    in this form.
    """
    try:
        if isinstance(old, _COLLECTIONS) or isinstance(new, _COLLECTIONS):
            old, new = _items(old), _items(new)
            pair = [_only_in(old, new), _only_in(new, old)]
        else:
            pair = [_short(old), _short(new)]
    except _NotShort:
        return None
    return None if pair[0] == pair[1] else pair


_COLLECTIONS = (list, tuple, set, frozenset)


def _items(value):
    if value is None or value == "":
        return ()
    if not isinstance(value, _COLLECTIONS):
        raise _NotShort
    return value if isinstance(value, list | tuple) else sorted(value)


def _only_in(items, others):
    known = {comparable(item) for item in others}
    texts, left = {}, VALUE
    for item in items:
        if comparable(item) not in known:
            value = _short(item)
            # A relation may lead nowhere.
            if value is not None:
                text = str(value)
                texts[text] = None
                left -= len(text)
                # Before the next one is looked up: there may be thousands.
                if left < 0:
                    raise _NotShort
    return list(texts)


def _short(value):
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        # What JSON and its readers know.
        if abs(value) > MAX_NUMBER or not isfinite(value):
            raise _NotShort
        return value
    text = _text(value)
    if text is not None and len(text) > VALUE:
        raise _NotShort
    return text


def _text(value):
    if isinstance(value, str):
        text = comparable(value)
        return without_surrogates(text) if len(text) <= VALUE else text
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, DateTime):
        return value.ISO8601()
    if isinstance(value, Decimal):
        return str(value)
    if INamed.providedBy(value):
        size = human_readable_size(value.getSize())
        return ", ".join(filter(None, [value.filename, size, value.contentType]))
    if IRelationValue.providedBy(value):
        return IUUID(value.to_object, None)
    raise _NotShort
