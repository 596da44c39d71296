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
    try:
        if ours == theirs:
            return True
    except ValueError:
        pass  # different references refuse to be compared
    return len(ours) == len(theirs) and all(map(same, ours, theirs))


def same(ours: Any, theirs: Any) -> bool:
    """Return whether two objects of two states are the same.

    Each state was unpickled on its own. So two copies of one item are equal only if its
    class says so; otherwise their pickles, which name the class, are compared.
    """
    try:
        if ours == theirs:
            return True
    except ValueError:
        pass
    return _dump(ours)[0] == _dump(theirs)[0]


def holds_references(items: list) -> bool:
    """Return whether items are or contain persistent objects, weak references aside."""
    return _dump(items)[1]


class _StatePickler(pickle.Pickler):
    holds_references = False

    def persistent_id(self, obj: Any) -> Any:
        # The class is known by its name, since it lives in ZODB.ConflictResolution.
        # Its own pickle is refused, and one object may be referred to in several ways.
        if type(obj).__name__ != "PersistentReference":
            return None
        if not obj.weak:
            self.holds_references = True
        return obj.oid, obj.database_name, obj.weak


def _dump(obj: Any) -> tuple[bytes, bool]:
    file = BytesIO()
    pickler = _StatePickler(file, protocol=4)
    pickler.dump(obj)
    return file.getvalue(), pickler.holds_references
