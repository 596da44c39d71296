"""AppendStack: the newest items, in one record that many transactions push onto.

Knows no archive: layers that leave the stack go to the pruner of the caller.
The contract is ``interfaces.IAppendStack``; ``docs/conflict-resolution.rst`` explains.
"""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collective.appendonly.structures.interfaces import IAppendStack
from collective.appendonly.structures.merge import holds_references
from collective.appendonly.structures.merge import refuse
from collective.appendonly.structures.merge import same_items
from collective.appendonly.structures.replacing import as_many
from collective.appendonly.structures.replacing import NEVER
from collective.appendonly.structures.replacing import new_mark
from persistent import Persistent
from typing import Any
from typing import NamedTuple
from zope.interface import implementer


Pruner = Callable[[int, list], None]

_NEEDS = {
    "max_layers": (1, "a stack needs at least one layer"),
    "max_length": (1, "a layer needs room for at least one item"),
    "first_generation": (0, "generations are counted up from 0"),
    "keep": (0, "no fewer than 0 layers can be kept"),
}


class NoItem:
    """Fills a layer of the predecessor that was too short, so that positions stay."""


@implementer(IAppendStack)
class AppendStack(Persistent):
    def __init__(
        self, max_layers: int = 10, max_length: int = 100, first_generation: int = 0
    ) -> None:
        self._max_layers = _checked("max_layers", max_layers)
        self._max_length = _checked("max_length", max_length)
        self._first_generation = _checked("first_generation", first_generation)
        self._items = []
        self._rewritten = NEVER

    @property
    def max_layers(self) -> int:
        return self._max_layers

    @property
    def max_length(self) -> int:
        return self._max_length

    @property
    def first_generation(self) -> int:
        return self._first_generation

    @property
    def generation(self) -> int:
        return self._first_generation + self._layers_for(len(self._items)) - 1

    def push(self, obj: Any, pruner: Pruner | None = None) -> None:
        count = len(self._items)
        begins_layer = count % self._max_length == 0
        surplus = self._layers_for(count + 1) - self._max_layers
        # Among many writers hardly any sees a stack without a surplus. If each of them
        # pruned, each would write the same layer and the archive's record.
        if begins_layer or surplus > self._max_layers:
            self._hand_over(surplus, pruner)
        self._items.append(obj)
        self._p_changed = True

    def prune(self, pruner: Pruner | None = None, keep: int = 0) -> None:
        keep = _checked("keep", keep)
        self._hand_over(self._layers_for(len(self._items)) - keep, pruner)

    def resize(
        self,
        max_layers: int | None = None,
        max_length: int | None = None,
        pruner: Pruner | None = None,
    ) -> None:
        layers = self._max_layers if max_layers is None else max_layers
        length = self._max_length if max_length is None else max_length
        limits = _checked("max_layers", layers), _checked("max_length", length)
        if limits == (self._max_layers, self._max_length):
            return
        self.prune(pruner, keep=layers if length == self._max_length else 0)
        self._max_layers, self._max_length = limits

    def restart(self, first_generation: int) -> None:
        first = _checked("first_generation", first_generation)
        if self._items or first < self._first_generation:
            raise ValueError(
                f"{self!r} cannot restart at generation {first}. It must be empty, so "
                f"prune it first; and pass {self._first_generation} or more."
            )
        if first > self._first_generation:
            self._first_generation = first

    def replace(self, generation: int, items: Iterable) -> None:
        items = tuple(items)  # first, since what makes them may push
        start = (generation - self._first_generation) * self._max_length
        layer = self._items[start : start + self._max_length] if start >= 0 else []
        stop = start + len(_items(layer))
        items = as_many(self, generation, stop - start, items)
        self._items = [*self._items[:start], *items, *self._items[stop:]]
        self._rewritten = new_mark(self)

    def __iter__(self) -> Iterator[tuple[int, int, Any]]:
        return self._newest_first(0, len(self._items))

    def newer(self, generation: int, index: int) -> Iterator[tuple[int, int, Any]]:
        return self._newest_first(self._offset(generation, index + 1), len(self._items))

    def older(self, generation: int, index: int) -> Iterator[tuple[int, int, Any]]:
        return self._newest_first(0, self._offset(generation, index))

    def layers(self) -> Iterator[tuple[int, list]]:
        items, length = self._items, self._max_length
        starts = range(0, len(items), length)
        layers = [_items(items[start : start + length]) for start in starts]
        return enumerate(layers, self._first_generation)

    def __len__(self) -> int:
        return len(_items(self._items))

    def __bool__(self) -> bool:
        return bool(self._items)

    def _p_repr(self) -> str:  # Persistent's own __repr__ survives if this one fails
        return (
            f"<{type(self).__name__} of {self._max_layers} x {self._max_length}: "
            f"{len(self)} items from generation {self._first_generation}>"
        )

    def __getstate__(self) -> tuple:
        limits = self._max_layers, self._max_length
        return _state(*limits, self._first_generation, self._items, self._rewritten)

    def __setstate__(self, state: tuple) -> None:
        state = _flat(state)
        self._max_layers, self._max_length = state.max_layers, state.max_length
        self._first_generation = state.first
        self._items = list(state.items)
        self._rewritten = state.rewritten

    def _p_resolveConflict(self, old: tuple, committed: tuple, new: tuple) -> tuple:
        return merge(old, committed, new)

    def _layers_for(self, count: int) -> int:
        return -(-count // self._max_length)

    def _offset(self, generation: int, index: int) -> int:
        """Return how many items stand before a position."""
        length = self._max_length
        within = min(max(index, 0), length)
        offset = (generation - self._first_generation) * length + within
        return min(max(offset, 0), len(self._items))

    def _newest_first(self, start: int, stop: int) -> Iterator[tuple[int, int, Any]]:
        items = self._items[start:stop]
        offsets = range(start + len(items) - 1, start - 1, -1)
        first, length = self._first_generation, self._max_length
        return (
            (first + offset // length, offset % length, item)
            for offset, item in zip(offsets, reversed(items), strict=True)
            if item is not NoItem
        )

    def _hand_over(self, count: int, pruner: Pruner | None) -> None:
        """Take layers off, each as soon as the pruner is done with it."""
        for _ in range(count):
            if pruner is not None:
                before, items = self._shape(), self._items
                layer = _items(items[: self._max_length])
                result = pruner(self._first_generation, layer)
                if result is not None:
                    raise TypeError(
                        f"{self!r}: the pruner {pruner!r} returned {result!r}. A "
                        "pruner does its work when it is called, and returns None."
                    )
                if before != self._shape():
                    raise RuntimeError(
                        f"{self!r}: the pruner {pruner!r} changed the stack that "
                        "called it. Abort, and push or prune after the call."
                    )
            del self._items[: self._max_length]
            self._first_generation += 1  # an assignment, so the change is noticed

    def _shape(self) -> tuple:
        """Return what any change changes."""
        limits = self._max_layers, self._max_length
        return *limits, self._first_generation, id(self._items), len(self._items)


def _items(items: list) -> list:
    return [item for item in items if item is not NoItem]


def _checked(name: str, value: int) -> int:
    least, need = _NEEDS[name]
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"AppendStack: {name} must be an int, not {value!r}.")
    if value < least:
        raise ValueError(
            f"AppendStack: {need}; {name} is {value}, pass {least} or more."
        )
    return int(value)  # a subclass of int would be pickled with its class


class _State(NamedTuple):
    max_layers: int
    max_length: int
    first: int
    items: list
    rewritten: bytes = NEVER


def _state(*values: Any) -> tuple:
    """Return what is stored: a stack whose items were never replaced has no mark."""
    return values[:4] if values[4] == NEVER else values


def _flat(state: tuple) -> _State:
    """Read a state of ours, or one of the predecessor, whose layers were nested."""
    if len(state) != 3:
        return _State(*state)
    max_layers, max_length, layers = state
    newest, oldest = layers[0][0], layers[-1][0]
    contiguous = [number for number, _ in layers] == list(range(newest, oldest - 1, -1))
    if not contiguous or any(len(items) > max_length for _, items in layers):
        raise ValueError(
            f"AppendStack: a nested state of generations {oldest} to {newest} cannot "
            f"be converted: its layers are not contiguous, or one has more than "
            f"{max_length} items. Read it with the package that wrote it, and push the "
            "items onto a new stack."
        )
    items = []
    for generation, layer in reversed(layers):
        # An application that raised max_length has left shorter layers.
        missing = (generation - oldest) * max_length - len(items)
        items += [NoItem] * missing + list(layer)
    return _State(max_layers, max_length, oldest, items)


def merge(old: tuple, committed: tuple, new: tuple) -> tuple:
    """Start from committed, drop the layers that new has pruned, append what new added.

    There are no objects here, hence no pruner. So a layer is dropped only if new has
    already handed it over; a surplus waits for a push that begins a layer.
    """
    o, c, n = _flat(old), _flat(committed), _flat(new)
    if not o[:2] == c[:2] == n[:2]:
        refuse("AppendStack: the limits were changed.")
    if n.rewritten != o.rewritten:
        refuse("AppendStack: new replaced items.")
    if n.first < o.first:
        return _merge_undone_prune(o, c, n)

    pruned = (n.first - o.first) * o.max_length
    if pruned > len(o.items):
        refuse("AppendStack: new pruned items that old did not have.")
    if pruned and c.first < o.first:
        refuse("AppendStack: new pruned while undo brought older layers back.")
    known = o.items[pruned:]
    if not pruned and len(n.items) < len(known):
        # Only undo can ask this. What was pushed did happen: it stays.
        if not same_items(n.items, known[: len(n.items)]):
            refuse("AppendStack: items of old were replaced in new.")
        _refuse_vanishing(known[len(n.items) :])
        return _state(*c)
    if not same_items(n.items[: len(known)], known):
        refuse("AppendStack: items of old were replaced or removed in new.")
    _refuse_unless_carried(o, c)

    first = max(c.first, n.first) if pruned else c.first
    items = c.items[(first - c.first) * c.max_length :] + n.items[len(known) :]
    return _state(*c._replace(first=first, items=items))


def _merge_undone_prune(o: _State, c: _State, n: _State) -> tuple:
    """Bring back the layers that old had pruned, if nothing was pruned since.

    The storage restores an archive that was not changed since, without a merge. Then the
    layers must come back here, or they would be nowhere. ``archive.merge`` follows the
    same rule, for the case that the archive is merged.
    """
    back = (o.first - n.first) * o.max_length
    known = n.items[back:]
    if len(n.items) < back:
        refuse("AppendStack: the undone transaction pruned a layer that it had filled.")
    if not same_items(o.items[: len(known)], known):
        refuse("AppendStack: items were replaced or removed by the undone transaction.")
    _refuse_vanishing(o.items[len(known) :])
    if c.first != o.first:
        return _state(*c)
    _refuse_unless_carried(o, c)
    return _state(*c._replace(first=n.first, items=n.items[:back] + c.items))


def _refuse_unless_carried(o: _State, c: _State) -> None:
    """Refuse if what new has of old, and may have archived, is not in committed."""
    if c.rewritten != o.rewritten:
        refuse("AppendStack: committed replaced items.")
    low = max(o.first, c.first)
    known = o.items[(low - o.first) * o.max_length :]
    theirs = c.items[(low - c.first) * c.max_length :]
    if not same_items(theirs[: len(known)], known):
        refuse("AppendStack: items of old were replaced or removed in committed.")


def _refuse_vanishing(items: list) -> None:
    # Undo removes the records that the undone transaction created. An item that stays
    # would refer to nothing.
    if holds_references(items):
        refuse("AppendStack: the undone transaction pushed persistent objects.")
