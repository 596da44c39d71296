"""Check that a structure is sound, for tests, upgrades and operators.

It sees what the structure itself says: limits, generations, counts, references. It
cannot see an item that was lost or doubled on the way in, whether the items of a layer
are the right ones and in the right order, whether an item's own record still exists,
what lies below an archive's horizon, or whether an archive belongs to the stack that it
is checked with. An ancestor's layers carry no counts and no jumps, so it sees less.
"""

from collections.abc import Iterator
from collective.appendonly.structures.accumulator import Accumulator
from collective.appendonly.structures.append_stack import AppendStack
from collective.appendonly.structures.archive import Archive
from collective.appendonly.structures.layer import ArchiveLayer
from collective.appendonly.structures.layer import jump_depth
from typing import Any
from typing import NamedTuple


def check(structure: Any, archive: Archive | None = None) -> None:
    """Raise AssertionError with all problems, if there are any."""
    found = problems(structure, archive)
    if found:
        raise AssertionError(f"{structure!r} is damaged. " + " ".join(found))


def problems(structure: Any, archive: Archive | None = None) -> list[str]:
    """Return what is wrong with a stack, an archive or an accumulator, as sentences.

    A stack may be given together with its archive. Then the border between the two is
    checked as well. Raises TypeError for any other object.
    """
    if archive is not None:
        both = problems(_expect(structure, AppendStack), None)
        both += problems(_expect(archive, Archive), None)
        return both + list(_border(structure, archive))
    if isinstance(structure, AppendStack):
        return list(_stack(structure))
    if isinstance(structure, Archive):
        return list(_archive(structure))
    return list(_accumulator(_expect(structure, Accumulator)))


def _expect(structure: Any, kind: type) -> Any:
    if not isinstance(structure, kind):
        raise TypeError(
            f"{structure!r} cannot be checked as {kind.__name__}. Pass a stack, a "
            "stack and its archive, an archive, or an accumulator."
        )
    return structure


def _stack(stack: AppendStack) -> Iterator[str]:
    # Positions are arithmetic: only what they are computed from can be wrong.
    if stack.max_layers < 1:
        yield f"The stack may hold {stack.max_layers} layers; it needs at least 1."
    if stack.max_length < 1:
        yield f"The layers may hold {stack.max_length} items; they need at least 1."
    if stack.first_generation < 0:
        yield f"The stack begins at generation {stack.first_generation}, below 0."


def _border(stack: AppendStack, archive: Archive) -> Iterator[str]:
    first, last = stack.first_generation, archive.generation
    if first <= last:
        yield f"Generations {first} to {last} are both in the stack and in the archive."
    if first > last + 1:
        yield (
            f"Generations {last + 1} to {first - 1} are neither in the stack nor in "
            "the archive."
        )


def _accumulator(accumulator: Accumulator) -> Iterator[str]:
    times_consumed, _ = accumulator.__getstate__()
    if times_consumed < 0:
        yield f"The accumulator was consumed {times_consumed} times."


def _archive(archive: Archive) -> Iterator[str]:
    head, newest = archive._head, archive.generation
    total, discarded = archive._total, archive._discarded
    if archive.horizon > newest + 1:
        yield f"The horizon {archive.horizon} is beyond the newest layer, {newest}."
    if head is not None and head.generation != newest:
        yield f"The newest layer is {head.generation}; the archive says {newest}."
    if head is not None and head.generation < archive.horizon:
        yield f"Layer {head.generation} is below the horizon, {archive.horizon}."
    if head is None and total is not None and total != discarded:
        yield f"{total - discarded} items are counted, but there is no layer."
    yield from _chain(archive)


class _Jump(NamedTuple):
    origin: int  # a generation
    depth: int  # where the rule lets it land
    generation: int
    target: ArchiveLayer


def _chain(archive: Archive) -> Iterator[str]:
    """Walk down once. Jumps nest, so only a few are under way at any time."""
    total, counted = archive._total, 0
    above = below = depth = None
    jumps, short = [], []
    layer = None
    for layer in archive.layers():
        name = f"Layer {layer.generation}"
        if above is not None and layer.generation >= above:
            yield f"{name} lies below layer {above}."
            return  # it may be a ring
        if above is not None and layer.generation < above - 1:
            yield f"{name} follows layer {above}; the layers between are missing."
        if below is not None and layer.generation != below:
            yield f"Layer {above} says that the next one is {below}."
        if depth is not None and layer.depth != depth - 1:
            yield f"{name} has depth {layer.depth}, not {depth - 1}."
        counted += len(layer.items)
        if None not in (total, layer.below) and layer.below != total - counted:
            yield f"{name} counts {layer.below} items below, not {total - counted}."
        for jump in [jump for jump in jumps if jump.target is layer]:
            jumps.remove(jump)
            if layer.depth > jump.depth:
                short.append(jump)  # right only if this is the oldest layer
            elif layer.depth < jump.depth:
                yield f"Layer {jump.origin} jumps too far, to {layer.generation}."
            if jump.generation != layer.generation:
                yield f"Layer {jump.origin} says that it jumps to {jump.generation}."
        above, below = layer.generation, layer.next_generation
        depth = None if layer.below is None else layer.depth
        if layer.jump is not None:
            rule = jump_depth(layer.depth)
            jumps.append(_Jump(above, rule, layer.jump_generation, layer.jump))
        elif layer.next is not None and layer.below is not None:
            yield f"{name} has no jump."
    for jump in short:
        if jump.target is not layer:
            yield f"Layer {jump.origin} jumps too short, to {jump.generation}."
    for jump in jumps:
        # One below the horizon is left by a concurrent discard, and never followed.
        if jump.generation >= archive.horizon or jump.depth >= layer.depth:
            yield f"Layer {jump.origin} jumps out of the archive."
    if total is not None and counted != total - archive._discarded:
        yield f"{counted} items are there, {total - archive._discarded} are counted."
