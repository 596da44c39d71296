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
        self._times_consumed = 0
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
        self._times_consumed += 1
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
        return self._times_consumed, self._items

    def __setstate__(self, state: tuple | list) -> None:
        state = _read(state)
        self._times_consumed = state.times_consumed
        self._items = list(state.items)

    def _p_resolveConflict(self, old: Any, committed: Any, new: Any) -> tuple:
        return merge(old, committed, new)


class _State(NamedTuple):
    times_consumed: int
    items: list


def _read(state: tuple | list) -> _State:
    """Read a state of ours, or one of the ancestor, which was the list of items."""
    return _State(0, state) if isinstance(state, list) else _State(*state)


def merge(old: tuple | list, committed: tuple | list, new: tuple | list) -> tuple:
    """Append what new added to committed; of what new consumed, nothing stays.

    The count tells a consumed list from one that was never filled, and two consumers
    from one.
    """
    o, c, n = _read(old), _read(committed), _read(new)
    if n.times_consumed < o.times_consumed:
        refuse("Accumulator: items were processed; undo cannot make them pending.")
    if c.times_consumed < o.times_consumed:
        refuse("Accumulator: undo made processed items pending again.")
    new_consumed = n.times_consumed > o.times_consumed
    committed_consumed = c.times_consumed > o.times_consumed
    if new_consumed and committed_consumed:
        refuse("Accumulator: somebody else has consumed the same items.")

    known = o.items
    if not new_consumed and len(n.items) < len(known):
        # Only undo can ask this. What was appended stays pending.
        if not same_items(n.items, known[: len(n.items)]):
            refuse("Accumulator: items of old were replaced in new.")
        if not committed_consumed and holds_references(known[len(n.items) :]):
            # Undo removes the records that the undone transaction created.
            refuse("Accumulator: the undone transaction appended persistent objects.")
        return tuple(c)
    if not new_consumed and not same_items(n.items[: len(known)], known):
        refuse("Accumulator: items of old were replaced or removed in new.")
    if not committed_consumed and not same_items(c.items[: len(known)], known):
        refuse("Accumulator: items of old were replaced or removed in committed.")

    if new_consumed:
        return n.times_consumed, c.items[len(known) :] + n.items
    return c.times_consumed, c.items + n.items[len(known) :]
