"""Earlier states of an object: before this transaction, and at its last savepoint."""

from Acquisition import aq_base
from BTrees.OOBTree import OOBTree
from collections.abc import Iterator
from DateTime import DateTime
from itertools import chain
from typing import Any
from ZODB.POSException import POSKeyError
from ZODB.serialize import ObjectReader
from ZODB.utils import z64

import copyreg


# The state of an empty BTree is None.
_UNAVAILABLE = object()


def committed_state(obj) -> dict[str, Any] | None:
    """Return the attributes of *obj* before this transaction, None if they are not available.

    The objects that they refer to are in their present state.
    """
    return _attributes(_committed(obj))


def committed_items(part) -> dict[Any, Any] | None:
    """Return the items that the record of an OOBTree, or an OOBucket, had before this transaction.

    None if that is not available. Empty for a tree with so many items that they are in buckets.
    """
    state = _committed(part)
    if state is _UNAVAILABLE:
        return None
    if isinstance(part, OOBTree):
        # With few items, it has the state of its only bucket.
        state = state[0][0] if state is not None and len(state) == 1 else None
    flat = state[0] if state else ()
    return dict(zip(flat[::2], flat[1::2], strict=True))


def had_buckets(tree: OOBTree) -> bool:
    """Return whether *tree* had so many items before this transaction that they were in buckets."""
    state = _committed(tree)
    return isinstance(state, tuple) and len(state) == 2


def savepoint_state(obj) -> dict[str, Any] | None:
    """Return the attributes of *obj* at the last savepoint of this transaction.

    None if there is no savepoint, or the object was not changed before it.
    """
    if not _is_saved(obj):
        return None
    base = aq_base(obj)
    data, _ = base._p_jar._savepoint_storage.load(base._p_oid)
    return _attributes(base._p_jar._reader.getState(data))


def written_by(jar) -> Iterator[Any]:
    """Return the objects that this transaction writes to the connection *jar*.

    New objects are not among them until a savepoint, but what refers to them is. Loads no state: what
    a savepoint has put out of memory comes as a ghost.
    """
    saved = jar._savepoint_storage
    return chain(jar._registered_objects, map(jar.get, saved.index) if saved else ())


def is_written(obj) -> bool:
    """Return whether this transaction writes the record of *obj*. Loads nothing."""
    return bool(aq_base(obj)._p_changed or _is_saved(obj))


def _is_saved(obj):
    base = aq_base(obj)
    saved = base._p_jar and base._p_jar._savepoint_storage
    return bool(saved) and base._p_oid in saved.index


def _committed(obj):
    base = aq_base(obj)
    jar = base._p_jar
    # A savepoint may have turned it into a ghost, which has no serial.
    base._p_activate()
    if jar is None or base._p_serial == z64:
        return _UNAVAILABLE
    try:
        # Connection.oldstate asks the storage of the last savepoint, if there is one, which
        # cannot load earlier records. Plone makes a savepoint in every edit.
        data = jar._normal_storage.loadSerial(base._p_oid, base._p_serial)
    except POSKeyError:
        # The database was packed in the meantime.
        return _UNAVAILABLE
    return ObjectReader(jar, jar._cache, _class).getState(data)


class _Unparsed(DateTime):
    """A date that is parsed when it is used. Few of a record are, and parsing takes half the time."""

    __slots__ = ("_state",)

    def __setstate__(self, state):
        self._state = state

    def __getattr__(self, name):
        # Only called for a part that is not set.
        if name in DateTime.__slots__ and self._state is not None:
            state, self._state = self._state, None
            super().__setstate__(state)
            return getattr(self, name)
        raise AttributeError(name)

    def __reduce_ex__(self, protocol):
        # Subscribers may store what they find: as a date, without this class.
        return copyreg._reconstructor, (DateTime, object, None), self.__getstate__()


# What the names in records stand for, by their modules: to look them up takes long, too.
_classes: dict[tuple[str, str], Any] = {
    (DateTime.__module__, DateTime.__name__): _Unparsed
}


def _class(jar, module, name):
    if (module, name) not in _classes:
        _classes[module, name] = jar.db().classFactory(jar, module, name)
    return _classes[module, name]


def _attributes(state):
    return state if isinstance(state, dict) else None
