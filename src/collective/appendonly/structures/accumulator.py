"""Accumulator: items that wait to be processed together, each of them once.

Items are appended, or all taken at once, never some. The contract is
``interfaces.IAccumulator``; ``docs/conflict-resolution.rst`` explains the merge.
"""

from collections.abc import Iterable
from collections.abc import Iterator
from collective.appendonly.structures.interfaces import IAccumulator
from collective.appendonly.structures.merge import holds_references
from collective.appendonly.structures.merge import refuse
from collective.appendonly.structures.merge import same_items
from persistent import Persistent
from typing import Any
from typing import NamedTuple
from zope.interface import implementer


@implementer(IAccumulator)
class Accumulator(Persistent):
    def __init__(self, value: Iterable = ()) -> None:
        self._consumed = 0
        self._items = list(value)

    def append(self, obj: Any) -> None:
        self._items.append(obj)
        self._p_changed = True

    def extend(self, values: Iterable) -> None:
        values = list(values)
        if values:
            self._items.extend(values)
            self._p_changed = True

    def consume(self) -> list:
        if not self._items:
            return []
        items, self._items = self._items, []
        self._consumed += len(items)
        return items

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self._items))

    def __len__(self) -> int:
        return len(self._items)

    def __bool__(self) -> bool:
        return bool(self._items)

    def _p_repr(self) -> str:
        return f"<{type(self).__name__}: {len(self._items)} items pending>"

    def __getstate__(self) -> tuple:
        return self._consumed, self._items

    def __setstate__(self, state: tuple | list) -> None:
        state = _read(state)
        self._consumed = state.consumed
        self._items = list(state.items)

    def _p_resolveConflict(self, old: Any, committed: Any, new: Any) -> tuple:
        return merge(old, committed, new)


class _State(NamedTuple):
    consumed: int  # how many items in all
    items: list


def _read(state: tuple | list) -> _State:
    """Read a state of ours, or one of the predecessor, which was the list of items."""
    return _State(0, state) if isinstance(state, list) else _State(*state)


def merge(old: tuple | list, committed: tuple | list, new: tuple | list) -> tuple:
    """Append what new added to committed; of what new consumed, nothing stays.

    The count says how many items of old new has consumed, so that a merged state can be
    merged again. It also distinguishes a consumed list from one that was never filled.
    """
    o, c, n = _read(old), _read(committed), _read(new)
    if n.consumed < o.consumed:
        refuse("Accumulator: items were processed; undo cannot make them pending.")
    if c.consumed < o.consumed:
        refuse("Accumulator: undo made processed items pending again.")
    if min(n.consumed, c.consumed) > o.consumed:
        refuse("Accumulator: another transaction has consumed the same items.")

    known = o.items
    taken = min(n.consumed - o.consumed, len(known))
    if not taken and len(n.items) < len(known):
        # Only undo can ask this. What was appended stays pending.
        if not same_items(n.items, known[: len(n.items)]):
            refuse("Accumulator: items of old were replaced in new.")
        if holds_references(known[len(n.items) :]):
            # Undo removes the records that the undone transaction created. A transaction
            # that consumed meanwhile need not have seen these items.
            refuse("Accumulator: the undone transaction appended persistent objects.")
        return tuple(c)
    left = known[taken:]
    if not same_items(n.items[: len(left)], left):
        refuse("Accumulator: items of old were replaced or removed in new.")
    if c.consumed == o.consumed and not same_items(c.items[: len(known)], known):
        refuse("Accumulator: items of old were replaced or removed in committed.")
    return c.consumed + taken, c.items[taken:] + n.items[len(left) :]
