"""Earlier states of an object: before this transaction, and at its last savepoint."""

from Acquisition import aq_base
from typing import Any
from ZODB.POSException import POSKeyError
from ZODB.utils import z64


def committed_state(obj) -> dict[str, Any] | None:
    """Return the attributes of *obj* before this transaction, None if they are not available.

    The objects that they refer to are in their present state.
    """
    base = aq_base(obj)
    jar = base._p_jar
    if jar is None or base._p_serial == z64:
        return None
    try:
        # Connection.oldstate asks the storage of the last savepoint, if there is one, which
        # cannot load earlier records. Plone makes a savepoint in every edit.
        data = jar._normal_storage.loadSerial(base._p_oid, base._p_serial)
    except POSKeyError:
        # The database was packed in the meantime.
        return None
    return _attributes(jar, data)


def savepoint_state(obj) -> dict[str, Any] | None:
    """Return the attributes of *obj* at the last savepoint of this transaction.

    None if there is no savepoint, or the object was not changed before it.
    """
    if not _is_saved(obj):
        return None
    base = aq_base(obj)
    data, _ = base._p_jar._savepoint_storage.load(base._p_oid)
    return _attributes(base._p_jar, data)


def is_written(obj) -> bool:
    """Return whether this transaction writes the record of *obj*. Loads nothing."""
    return bool(aq_base(obj)._p_changed or _is_saved(obj))


def _is_saved(obj):
    base = aq_base(obj)
    saved = base._p_jar and base._p_jar._savepoint_storage
    return bool(saved) and base._p_oid in saved.index


def _attributes(jar, data):
    state = jar._reader.getState(data)
    return state if isinstance(state, dict) else None
