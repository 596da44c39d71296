"""The common part of the conflict resolutions: how to refuse, how to compare items.

Works on unpickled states, in which a persistent object is only a reference, and in
processes that may not have the application. Must not load or import anything.
"""

from io import BytesIO
from typing import Any
from typing import NoReturn
from ZODB.POSException import ConflictError

import pickle


def refuse(rule: str) -> NoReturn:
    """End a conflict resolution by naming the rule that forbids it."""
    raise ConflictError(rule)


def same_items(ours: list, theirs: list) -> bool:
    """Return whether two runs of items of two states are the same."""
    if _equal(ours, theirs):
        return True
    return len(ours) == len(theirs) and all(map(same, ours, theirs))


def same(ours: Any, theirs: Any) -> bool:
    """Return whether two objects of two states are the same.

    Each state was unpickled on its own. So two copies of one item are equal only if its
    class says so; otherwise their pickles, which name the class, are compared. Objects
    that cannot be compared in either way are not the same.
    """
    if _equal(ours, theirs):
        return True
    dumped = _dump(ours)
    return dumped is not None and dumped == _dump(theirs)


def holds_references(items: list) -> bool:
    """Return whether items may be or contain persistent objects, weak references aside."""
    dumped = _dump(items)
    return dumped is None or dumped[1]


def _equal(ours: Any, theirs: Any) -> bool:
    try:
        return bool(ours == theirs)
    except Exception:  # code of an application, which may raise anything
        return False


_SCALARS = {str, bytes, int, float, bool, type(None)}


class _StatePickler(pickle.Pickler):
    holds_references = False

    def persistent_id(self, obj: Any) -> Any:
        if type(obj) in (set, frozenset) and _SCALARS.issuperset(map(type, obj)):
            # Its own order may not be the same twice.
            return type(obj), sorted((type(each).__name__, repr(each)) for each in obj)
        # The class is known by its name, since it lives in ZODB.ConflictResolution.
        # Its own pickle is refused, and one object may be referred to in several ways.
        if type(obj).__name__ != "PersistentReference":
            return None
        if not obj.weak:
            self.holds_references = True
        return obj.oid, obj.database_name, obj.weak


def _dump(obj: Any) -> tuple[bytes, bool] | None:
    """Return a pickle, and whether it refers to persistent objects; None if it has none."""
    file = BytesIO()
    pickler = _StatePickler(file, protocol=4)
    try:
        pickler.dump(obj)
    except Exception:
        return None
    return file.getvalue(), pickler.holds_references
