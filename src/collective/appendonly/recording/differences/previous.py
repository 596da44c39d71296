"""What the database has of an object: before this transaction, and in the midst of it."""

from Acquisition import aq_base
from typing import Any
from ZODB.POSException import POSKeyError
from ZODB.utils import z64


def committed_state(obj) -> dict[str, Any] | None:
    """Return the attributes of *obj* before this transaction, None if they can't be had.

    What they refer to are the objects of today.
    """
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
    return _attributes(jar, data)


def savepoint_state(obj) -> dict[str, Any] | None:
    """Return the attributes of *obj* at the last savepoint of this transaction.

    None if there was no savepoint, or the object was not changed before it.
    """
    if not _is_saved(obj):
        return None
    base = aq_base(obj)
    data, _ = base._p_jar._savepoint_storage.load(base._p_oid)
    return _attributes(base._p_jar, data)


def is_written(obj) -> bool:
    """Tell whether this transaction writes the record of *obj*. Loads nothing."""
    return bool(aq_base(obj)._p_changed or _is_saved(obj))


def _is_saved(obj):
    base = aq_base(obj)
    saved = base._p_jar and base._p_jar._savepoint_storage
    return bool(saved) and base._p_oid in saved.index


def _attributes(jar, data):
    state = jar._reader.getState(data)
    return state if isinstance(state, dict) else None
