"""ArchiveLayer: one archived layer, and how to move along a chain of them.

Layers are chained newest first. A layer also refers to one further down, its *jump*, as
in Myers' applicative random-access stack (1983). Nothing here knows the archive.
"""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collective.appendonly.structures.contents import Contents
from collective.appendonly.structures.contents import UNKNOWN
from collective.appendonly.structures.contents import unpack
from collective.appendonly.structures.layer_interfaces import IArchiveLayer
from contextlib import contextmanager
from persistent import Persistent
from pickle import UnpicklingError
from typing import Any
from typing import NoReturn
from zope.interface import implementer

import ZODB.POSException


# What loading a record raises that is lost or damaged. Whatever else it raises, such as
# a lost connection, concerns all records.
DAMAGES = (
    AttributeError,
    EOFError,
    ImportError,
    LookupError,
    TypeError,
    UnpicklingError,
    ValueError,
    # Around what a state raises, in ZODB 6.4.
    getattr(ZODB.POSException, "StateLoadError", ValueError),
)


@implementer(IArchiveLayer)
class ArchiveLayer(Persistent):
    # Class attributes stand for what a record of the predecessor does not have.
    next = jump = None
    next_generation = jump_generation = None
    depth = 0
    below = None
    # And for a layer that was added without keys. See ``summary.py``.
    rank = contents = summary = None

    def __init__(
        self,
        generation: int,
        items: Iterable,
        next: "ArchiveLayer | None" = None,
        jump: "ArchiveLayer | None" = None,
        below: int = 0,
    ) -> None:
        self.generation = generation
        self.items = tuple(items)
        self.below = below
        if next is not None:
            self.next, self.next_generation = next, next.generation
            self.jump, self.jump_generation = jump, _generation(jump, next)
            self.depth = next.depth + 1

    def __iter__(self) -> Iterator[tuple[int, Any]]:
        return self._newest_first(0, len(self.items))

    def newer(self, index: int) -> Iterator[tuple[int, Any]]:
        return self._newest_first(max(index + 1, 0), len(self.items))

    def older(self, index: int) -> Iterator[tuple[int, Any]]:
        return self._newest_first(0, min(index, len(self.items)))

    def follow_next(self, floor: int) -> "ArchiveLayer | None":
        return follow(self, "next", floor)

    def follow_jump(self, floor: int) -> "ArchiveLayer | None":
        return follow(self, "jump", floor)

    @property
    def own(self) -> Contents | None:
        if self.summary is None:
            return self.contents
        with visiting(self.summary):
            return UNKNOWN if is_lost(self.summary) else self.summary.own

    @property
    def keys(self) -> tuple[int, ...] | None:
        keys, _ = self.own or (None, None)
        return None if keys is None else tuple(unpack(keys))

    @property
    def times(self) -> tuple | None:
        _, times = self.own or (None, None)
        return times

    def _p_repr(self) -> str:
        return f"<ArchiveLayer {self.generation} of {len(self.items)} items>"

    def __reduce__(self) -> NoReturn:
        # The ZODB does not ask. For others, all older layers would be part of this one.
        raise TypeError(
            f"{self!r} cannot be copied or pickled, nor can what refers to it. To copy "
            "an archive, add the layers of oldest_first() to a new one."
        )

    def __setstate__(self, state: dict) -> None:
        if "_stack" in state:
            state = {
                "generation": state["_generation"],
                "items": tuple(state["_stack"]),
                "next": state.get("_next"),
            }
        super().__setstate__(state)

    def _newest_first(self, start: int, stop: int) -> Iterator[tuple[int, Any]]:
        items = self.items
        return ((index, items[index]) for index in range(stop - 1, start - 1, -1))


def follow(layer: ArchiveLayer, way: str, floor: int) -> "ArchiveLayer | None":
    """Return what a layer refers to as *way*, if that is not below a floor.

    What lies below an archive's horizon may be packed away and is never touched.
    """
    older = getattr(layer, way)
    if older is None:
        return None
    generation = getattr(layer, f"{way}_generation")
    if generation is None:  # in a record of the predecessor
        generation = older.generation
    return older if generation >= floor else None


def older_than(layer: ArchiveLayer, floor: int) -> "tuple[ArchiveLayer | None, bool]":
    """Return the next older layer, and whether it was a ghost before.

    A record of the predecessor loads it to find out.
    """
    was_ghost = is_ghost(layer.next)
    return layer.follow_next(floor), was_ghost


@contextmanager
def visiting(obj: Persistent) -> Iterator[None]:
    """Make an object a ghost afterwards if it is one before."""
    was_ghost = is_ghost(obj)
    yield
    if was_ghost:
        obj._p_deactivate()


def is_ghost(obj: Persistent | None) -> bool:
    return obj is not None and obj._p_changed is None


def is_lost(obj: Persistent) -> bool:
    """Return whether the record of an object is lost or damaged."""
    try:
        obj._p_activate()
    except DAMAGES:
        return True
    return False


def jump_depth(depth: int) -> int:
    """Return the depth of the layer that a layer at ``depth`` (from 1) jumps to.

    Myers' rule is: if the jumps of the layer below and of the layer that this one jumps
    to are equally long, jump over both, else to the layer below. It comes to the same
    as writing the depth as a sum of numbers 2**k - 1, the largest first, and jumping
    over the last of them.
    """
    rest = depth
    while rest:
        step = 2 ** rest.bit_length() - 1
        if step > rest:
            step //= 2
        rest -= step
    return depth - step


def jump_from(head: ArchiveLayer, floor: int) -> ArchiveLayer:
    """Return the layer to jump to from a new layer on top of ``head``.

    Where the rule names a layer below ``floor``, it is the lowest that is left.
    """
    if jump_depth(head.depth + 1) == head.depth:
        return head
    try:
        first = head.follow_jump(floor)
        second = first and first.follow_jump(floor)
        return second or lowest(head, floor)
    except DAMAGES:
        layer = head  # down to what is lost
        while (older := layer.follow_next(floor)) is not None and not is_lost(older):
            layer = older
        return layer


def _generation(jump: ArchiveLayer, head: ArchiveLayer) -> int:
    """Return the generation of a layer to jump to from above ``head``.

    A layer that was loaded on the way to it knows it.
    """
    first = head.jump
    if jump is head or first is None or is_ghost(first) or first.jump is not jump:
        return jump.generation
    return first.jump_generation


def lowest(head: ArchiveLayer, floor: int) -> ArchiveLayer:
    """Return the oldest layer that is not below ``floor``."""
    layer = head
    while True:
        older = layer.follow_jump(floor) or layer.follow_next(floor)
        if older is None:
            return layer
        layer = older


def find(
    head: ArchiveLayer, floor: int, predicate: Callable[[ArchiveLayer], bool]
) -> ArchiveLayer | None:
    """Return the newest layer for which a monotone predicate is true, or None."""
    if predicate(head):
        return head
    layer = head
    while True:
        jump = layer.follow_jump(floor)
        if jump is not None and not predicate(jump):
            layer = jump
            continue
        layer = layer.follow_next(floor)
        if layer is None or predicate(layer):
            return layer


def at_most(
    head: ArchiveLayer | None, generation: int, floor: int
) -> ArchiveLayer | None:
    """Return the newest layer that is not newer than a generation, or None.

    As ``find``, but layers know the generation of their jump, so none is loaded in vain.
    """
    layer = head
    above = max(generation + 1, floor)
    while layer is not None and layer.generation > generation:
        layer = layer.follow_jump(above) or layer.follow_next(floor)
    return layer


def walk(layer: ArchiveLayer, floor: int) -> Iterator[ArchiveLayer]:
    """Yield a layer and all older ones down to ``floor``, which become ghosts again.

    They would otherwise fill the memory, as the cache is trimmed between transactions
    only.
    """
    was_ghost = False
    while layer is not None:
        yield layer
        older, was_unseen = older_than(layer, floor)
        if was_ghost:
            layer._p_deactivate()
        layer, was_ghost = older, was_unseen


def climb(head: ArchiveLayer, floor: int) -> Iterator[ArchiveLayer]:
    """Yield all layers from ``floor`` up, which become ghosts again."""
    path = [(head, is_ghost(head))]  # the way down to the next, with jumps: O(log n)
    while path:
        layer, was_ghost = path[-1]
        older, was_unseen = layer.follow_jump(floor), is_ghost(layer.jump)
        if older is None:
            older, was_unseen = older_than(layer, floor)
        if older is not None:
            path.append((older, was_unseen))
            if was_ghost and layer.jump is None:
                layer._p_deactivate()  # without jumps, the way down is long
            continue
        if was_unseen:
            layer.next._p_deactivate()  # loaded to learn its generation
        yield layer
        floor = layer.generation + 1
        path.pop()
        if was_ghost:
            layer._p_deactivate()


def cut(head: ArchiveLayer, floor: int) -> None:
    """Remove all references to layers below ``floor`` from a chain.

    Jumps nest, so every jump across the boundary starts on the way down to it.
    """
    crossing = []
    layer = older = head
    while older is not None:
        layer = older
        older = layer.follow_jump(floor)
        if older is None:
            if layer.jump is not None:
                crossing.append(layer)
            older = layer.follow_next(floor)
    for other in crossing:
        other.jump = None if other is layer else layer
        other.jump_generation = None if other is layer else layer.generation
    if layer.next is not None:
        layer.next = layer.next_generation = None


def is_new(layer: ArchiveLayer) -> bool:
    """Return whether a layer is not in the database yet."""
    layer._p_activate()  # a ghost does not know its serial
    return layer._p_jar is None or layer._p_serial == bytes(8)


def require(layer: ArchiveLayer | None) -> None:
    """Make the commit fail if the newest layer in the database is changed meanwhile.

    Undo may remove it, and its generation may be given out again. A transaction that
    adds one layer need not ask: ``archive.merge`` sees the other head.
    """
    while layer is not None and is_new(layer):
        layer = layer.next
    if layer is not None:
        layer._p_jar.readCurrent(layer)
