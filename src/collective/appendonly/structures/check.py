"""Check the consistency of a structure, for tests, upgrades and operators.

The check sees what the structure itself says: types, limits, generations, counts, references,
and whether the records of the layers are there. It cannot see

- the items: whether they are the right ones, and whether their own records exist;
- whether an item was lost or doubled on the way in, or is missing from a stack;
- other limits of a stack; another first generation, if it is checked alone;
- whether an archive belongs to the stack that it is checked with, or its layers to
  another archive of the same shape;
- what lies below the horizon, whether summaries still hold keys and times from there,
  and the depth of a layer that a discard left alone;
- whether the keys and times of a layer are those of its items, and whether the newest
  layer could have the rank after that of the one below.

Layers of the predecessor have no counts and no jumps, so it sees less of them. An oldest
layer that has lost its count passes for one of them, and causes no errors.
"""

from collections.abc import Callable
from collections.abc import Iterator
from collective.appendonly.structures.accumulator import Accumulator
from collective.appendonly.structures.append_stack import AppendStack
from collective.appendonly.structures.archive import Archive
from collective.appendonly.structures.contents import Contents
from collective.appendonly.structures.contents import covers
from collective.appendonly.structures.contents import describe
from collective.appendonly.structures.contents import is_valid
from collective.appendonly.structures.layer import ArchiveLayer
from collective.appendonly.structures.layer import jump_depth
from collective.appendonly.structures.layer import visiting
from collective.appendonly.structures.parts import ALL
from collective.appendonly.structures.parts import Parts
from collective.appendonly.structures.parts import unite
from collective.appendonly.structures.summary import FAN
from collective.appendonly.structures.summary import Place
from collective.appendonly.structures.summary import span_at
from collective.appendonly.structures.summary import Summary
from itertools import pairwise
from typing import Any
from ZODB.POSException import POSError


def check(structure: Any, archive: Archive | None = None) -> None:
    """Raise AssertionError with all problems, if there are any."""
    found = problems(structure, archive)
    if found:
        raise AssertionError(f"{structure!r} is damaged. " + " ".join(found))


Visit = Callable[[ArchiveLayer], None]


def problems(
    structure: Any, archive: Archive | None = None, visit: Visit | None = None
) -> list[str]:
    """Return the problems of a stack, an archive or an accumulator, as messages.

    A stack may be given together with its archive. Then the boundary between the two is
    checked as well. Raises TypeError for any other object.

    A long archive takes its time, but little memory. *visit* is called with each of its
    layers that can be reached, newest first, to look at the items, or to show progress.
    """
    if archive is not None:
        stack = _expect(structure, AppendStack)
        found = problems(stack) + problems(_expect(archive, Archive), visit=visit)
        if _unusable(stack, AppendStack, "") or _unusable(archive, Archive, ""):
            return found
        return found + list(_boundary(stack, archive))
    if isinstance(structure, AppendStack):
        return _unusable(structure, AppendStack, "The stack")
    if isinstance(structure, Archive):
        unusable = _unusable(structure, Archive, "The archive")
        return unusable or list(_archive(structure, visit))
    return _unusable(_expect(structure, Accumulator), Accumulator, "The accumulator")


def _expect(structure: Any, kind: type) -> Any:
    if not isinstance(structure, kind):
        raise TypeError(
            f"{structure!r} cannot be checked as {kind.__name__}. Pass a stack, a "
            "stack and its archive, an archive, or an accumulator."
        )
    return structure


_TYPES = {
    AppendStack: {
        int: "_max_layers _max_length _first_generation",
        list: "_items",
        bytes: "_rewritten",
    },
    Accumulator: {int: "_consumed", list: "_items"},
    Archive: {
        int: "_generation _horizon _discarded",
        int | None: "_total",
        ArchiveLayer | None: "_head",
        tuple: "_replaced",
        bytes: "_rewritten _rekeyed",
    },
    ArchiveLayer: {
        int: "generation depth",
        int | None: "below next_generation jump_generation rank",
        ArchiveLayer | None: "next jump",
        Summary | None: "summary",
        tuple: "items",
    },
    Summary: {
        ArchiveLayer: "layer",
        tuple: "below",
        Parts: "parts",
        int: "unknown",
    },
}
_LEAST = {"_max_layers": 1, "_max_length": 1, "_generation": -1}  # of others it is 0


def _unusable(thing: Any, kind: type, name: str) -> list[str]:
    """Return why nothing else can be asked of an object, if so."""
    try:
        thing._p_activate()
    except Exception as error:  # a damaged record may raise anything
        if isinstance(error, POSError):  # may wrap what a state raises: ZODB 6.4
            error = error.__cause__ or error
        return [f"{name} cannot be loaded: {type(error).__name__}: {error}."]
    return [
        f"{name}: {attribute} cannot be {found}."
        for expected, attributes in _TYPES[kind].items()
        for attribute in attributes.split()
        for value in [getattr(thing, attribute, None)]
        for found in [value if isinstance(value, int) else type(value)]
        if not _fits(value, expected, _LEAST.get(attribute, 0))
    ]


def _fits(value: Any, expected: Any, least: int) -> bool:
    is_expected = isinstance(value, expected) and not isinstance(value, bool)
    return is_expected and (not isinstance(value, int) or value >= least)


def _boundary(stack: AppendStack, archive: Archive) -> Iterator[str]:
    first, last = stack.first_generation, archive.generation
    if first <= last:
        yield f"Generations {first} to {last} are both in the stack and in the archive."
    if first > last + 1:
        gap = f"Generations {last + 1} to {first - 1}"
        yield f"{gap} are neither in the stack nor in the archive."


def _archive(archive: Archive, visit: Visit | None) -> Iterator[str]:
    """Walk down once. Jumps nest, so only a few are under way at any time."""
    total, counted, jumps = archive._total, 0, []
    above, layer, above_was_ghost = None, archive._head, False
    while layer is not None:
        was_ghost = layer._p_changed is None
        name = f"The layer below {above.generation}" if above else "The newest layer"
        unusable = _unusable(layer, ArchiveLayer, name)
        if unusable:
            yield from unusable
            return
        if above is not None and layer.generation >= above.generation:
            yield f"Layer {layer.generation} lies below layer {above.generation}."
            return  # it may be a ring
        if visit is not None:
            visit(layer)
        counted += len(layer.items)
        yield from _layer(layer, None if total is None else total - counted)
        yield from _contents(layer, archive.horizon)
        if above is not None:
            yield from _neighbours(above, layer)
            yield from _ranks(above, layer)
        older = layer.next
        if layer.next_generation is not None:
            older = layer.follow_next(archive.horizon)
        yield from _landings(jumps, layer, older is None)
        jumps = [jump for jump in jumps if jump[1] is not layer]
        if layer.jump is not None:
            rule = layer.depth and jump_depth(layer.depth)
            jumps.append((layer.generation, layer.jump, layer.jump_generation, rule))
        if above_was_ghost:
            above._p_deactivate()  # or a long archive would fill the memory
        above, layer, above_was_ghost = layer, older, was_ghost
    yield from _ends(archive, above)
    for origin, _, said, rule in jumps:
        # One below the horizon is left by a concurrent discard, and never followed.
        if said is None or said >= archive.horizon or rule >= above.depth:
            yield f"Layer {origin} jumps out of the archive."
    if total is not None and counted != total - archive._discarded:
        yield f"{counted} items are there, {total - archive._discarded} are counted."


def _layer(layer: ArchiveLayer, rest: int | None) -> Iterator[str]:
    name, is_own = f"Layer {layer.generation}", layer.below is not None
    others = layer.depth, layer.jump, layer.next_generation
    if not is_own and others != (0, None, None):
        yield f"{name} does not count the items below."
    if None not in (layer.below, rest) and layer.below != rest:
        yield f"{name} counts {layer.below} items below, not {rest}."
    if layer.next is None and layer.next_generation is not None:
        yield f"{name} has no next one, but its generation, {layer.next_generation}."
    needs_jump = layer.jump_generation is not None or (is_own and layer.next)
    if layer.jump is None and needs_jump:
        yield f"{name} has no jump."


def _neighbours(above: ArchiveLayer, layer: ArchiveLayer) -> Iterator[str]:
    name, upper = f"Layer {layer.generation}", above.generation
    if layer.generation < above.generation - 1:
        yield f"{name} follows layer {upper}; the layers between are missing."
    if above.below is None:  # of the predecessor
        if layer.below is not None:
            yield f"{name} counts the items below, layer {upper} does not."
        return
    if layer.generation != above.next_generation:
        yield f"Layer {upper} says that the next one is {above.next_generation}."
    if layer.depth != above.depth - 1:
        yield f"{name} has depth {layer.depth}, not {above.depth - 1}."


def _ranks(above: ArchiveLayer, layer: ArchiveLayer) -> Iterator[str]:
    # A layer may have become known after the one above it, which then has rank 0.
    if above.rank and layer.rank != above.rank - 1:
        yield f"Layer {layer.generation} has rank {layer.rank}, not {above.rank - 1}."


def _contents(layer: ArchiveLayer, horizon: int) -> Iterator[str]:
    """Compare what a layer and its summary say with what lies below."""
    name, summary = f"Layer {layer.generation}", layer.summary
    has_summary = layer.rank is not None and span_at(layer.rank) > 1
    if has_summary != (summary is not None):
        yield f"{name} has {'no' if has_summary else 'a'} summary, against its rank."
        return
    if summary is None:
        is_known = layer.rank is not None
        if not (is_valid(layer.contents) if is_known else layer.contents is None):
            yield f"{name} has wrong contents."
        return
    name = f"The summary of layer {layer.generation}"
    with visiting(summary):
        unusable = _unusable(summary, Summary, name)
        yield from unusable or _summary(layer, summary, name, horizon)


def _summary(
    layer: ArchiveLayer, summary: Summary, name: str, horizon: int
) -> Iterator[str]:
    if summary.layer is not layer or layer.contents is not None:
        yield f"{name} belongs to another layer."
    if not _are_spans(summary.below):
        yield f"{name} has wrong references."
        return
    if not summary.parts.is_valid() or summary.unknown > ALL:
        yield f"{name} has wrong keys."
        return
    if not is_valid((None, summary.times)) or not is_valid((None, summary.own_times)):
        yield f"{name} has wrong times."
        return
    try:
        yield from _span(summary, name, horizon)
    except Exception as error:  # what it refers to may be damaged
        yield f"{name} cannot be compared: {type(error).__name__}: {error}."


def _are_spans(below: tuple) -> bool:
    """Return whether these are references to spans as they are stored."""
    if len(below) > FAN + 1 or not all(
        isinstance(each, tuple)
        and len(each) == 2
        and _fits(each[0], int, 0)
        and isinstance(each[1], ArchiveLayer | Summary)
        for each in below
    ):
        return False
    return all(upper[0] > lower[0] for upper, lower in pairwise(below))


def _span(summary: Summary, name: str, horizon: int) -> Iterator[str]:
    below, masks, unknown, times = summary.united(summary.own, horizon)
    said = summary.follow(horizon)
    if len(said) != len(below):
        yield f"{name} refers to {len(said)} spans, not to {len(below)}."
    # A layer below may have got its summary later.
    known = [*said[:FAN], *((at, _top(place)) for at, place in said[FAN:])]
    for (at, place), (end, there) in zip(known, below, strict=False):
        if at != end:
            yield f"{name} says that a span ends at {at}, not at {end}."
        if place is not there:
            yield f"{name} refers to another span than the one that ends at {end}."
    ours = summary.parts.masks, summary.unknown, summary.times
    if horizon and len(below) <= FAN:
        # An addition beside a discard leaves what was discarded in it.
        if not _covers(summary, below, horizon):
            yield f"{name} lacks keys or times of the layers in its span."
    elif (ours[0].keys(), *ours[1:]) != (masks.keys(), unknown, times):
        for _, place in below[:FAN]:
            place._p_activate()  # raises if it is lost, and another was compared
        yield f"{name} has other keys or times than the layers in its span."
    elif ours[0] != masks:
        yield f"{name} says of a key that other layers have it than do."


def _top(place: Place) -> Place:
    """Return the summary of a layer, if it has one."""
    if isinstance(place, Summary):
        return place
    with visiting(place):
        return place.summary or place


def _covers(summary: Summary, below: tuple, horizon: int) -> bool:
    parts = [summary.own, *(_needed(place, horizon) for _, place in below)]
    return all(
        covers((summary.keys_of(1 << number), summary.times), part)
        for number, part in enumerate(parts)
    )


def _needed(place: Place, horizon: int) -> Contents:
    """Return what a span holds above the horizon, at least."""
    with visiting(place):
        if isinstance(place, ArchiveLayer):
            return place.contents
        below = place.follow(horizon)
        if len(below) > FAN:
            return place.contents
        parts = [place.own, *(_needed(part, horizon) for _, part in below)]
        masks, unknown, times = unite(parts)
        keys, _ = (None, None) if unknown else describe(masks, None)
        return keys, times


def _landings(jumps: list[tuple], layer: ArchiveLayer, oldest: bool) -> Iterator[str]:
    """Compare the jumps that land on a layer with the rule."""
    for origin, _, said, rule in [jump for jump in jumps if jump[1] is layer]:
        if layer.depth > rule and not oldest:
            yield f"Layer {origin} jumps too short, to {layer.generation}."
        if layer.depth < rule:
            yield f"Layer {origin} jumps too far, to {layer.generation}."
        if layer.generation != said:
            yield f"Layer {origin} says that it jumps to {said}."


def _ends(archive: Archive, oldest: ArchiveLayer | None) -> Iterator[str]:
    head, newest, horizon = archive._head, archive.generation, archive.horizon
    if head is not None and head.generation != newest:
        yield f"The newest layer is {head.generation}; the archive says {newest}."
    if head is not None and head.below is not None and archive._total is None:
        yield "The archive does not count its items, though its newest layer does."
    if archive._discarded and not horizon:
        yield f"{archive._discarded} items are discarded, but the horizon is 0."
    lowest = newest + 1 if oldest is None else oldest.generation
    if lowest != horizon and (horizon or oldest is None):
        start = "nowhere" if oldest is None else f"at {lowest}"
        yield f"The archive begins {start}, not at its horizon, {horizon}."
    if oldest is not None and oldest.depth and not horizon:
        yield f"Layer {lowest} has depth {oldest.depth}, not 0."
