"""Summary: what a span of layers is about, so that a search can pass over it.

A layer is *known* if its keys were given. Its *rank* is the number of known layers
directly below, and decides which span it ends. Most layers are a span of their own, and
hold their contents themselves. But if four spans of equal length lie below, a layer
ends a span of these four and itself, its five *parts*. Then a summary holds the keys of
all, and refers to each part and to what lies below. So a search goes from summary to
summary, and loads only the parts that have what it looks for.

If a summary is lost, another one takes its place: made of what lies below, it knows all
but the contents of its own layer.
"""

from collections.abc import Iterable
from collections.abc import Iterator
from collective.appendonly.structures.contents import Contents
from collective.appendonly.structures.contents import UNKNOWN
from collective.appendonly.structures.contents import Wanted
from collective.appendonly.structures.layer import ArchiveLayer
from collective.appendonly.structures.layer import at_most
from collective.appendonly.structures.layer import DAMAGES
from collective.appendonly.structures.layer import find
from collective.appendonly.structures.layer import is_ghost
from collective.appendonly.structures.layer import is_lost
from collective.appendonly.structures.layer import older_than
from collective.appendonly.structures.layer import visiting
from collective.appendonly.structures.parts import ALL
from collective.appendonly.structures.parts import FIRST
from collective.appendonly.structures.parts import pack_parts
from collective.appendonly.structures.parts import Parts
from collective.appendonly.structures.parts import unite
from contextlib import ExitStack
from itertools import takewhile
from persistent import Persistent
from typing import Union


FAN = 4
# A search leaves about so many records in the cache.
KEPT = 500
LONGEST = 1365  # 1, 5, 21, 85, 341, 1365: each is four of the former, and one

# The top of a span: its summary, or the layer if that is the whole span. And the
# generation that the span ends with, so that it need not be loaded to compare it.
Place = Union[ArchiveLayer, "Summary"]
Span = tuple[int, Place]


class Summary(Persistent):
    below: tuple[Span, ...] = ()  # the four parts, and what is below
    parts = Parts(pack_parts({}))
    unknown = 0  # the mask of the parts whose keys are not known
    times = own_times = None

    def __init__(self, layer: ArchiveLayer, own: Contents, floor: int) -> None:
        self.layer = layer
        self.refresh(own, floor)

    def __getstate__(self) -> tuple:
        times = self.own_times, self.times
        return self.layer, self.below, self.unknown, *times, *self.parts.packed

    def __setstate__(self, state: tuple) -> None:
        self.layer, self.below, self.unknown, *times, counts, halves, rest = state
        self.own_times, self.times = times
        self.parts = Parts((counts, halves, rest))

    @property
    def own(self) -> Contents:
        """The contents of the layer."""
        return self.keys_of(FIRST), self.own_times

    @property
    def contents(self) -> Contents:
        """The contents of the span, known as far as those of all its parts are."""
        return self.keys_of(ALL), self.times

    def keys_of(self, parts: int) -> bytes | None:
        return None if self.unknown & parts else self.parts.keys_of(parts)

    def refresh(self, own: Contents, floor: int) -> bool:
        """Unite the contents anew, and refer to nothing below the floor.

        Returns whether anything changes. Nothing is written otherwise.
        """
        below, masks, unknown, times = self.united(own, floor)
        others = below, unknown, times, own[1]
        former = self.below, self.unknown, self.times, self.own_times
        # The same keys may be deflated to other bytes.
        if others == former and masks == self.parts.masks:
            return False
        self.below, self.unknown, self.times, self.own_times = others
        self.parts = Parts(pack_parts(masks))
        return True

    def united(
        self, own: Contents, floor: int
    ) -> tuple[tuple[Span, ...], dict[int, int], int, tuple | None]:
        """Return what the layers below say: the spans, and what their contents come to.

        The spans are four parts, and what is below, as far as they are there.
        """
        with ExitStack() as visits:
            visits.enter_context(visiting(self.layer))
            place, spans, parts = self.layer, [], [own]
            while span := _next_span(place, floor, visits):
                spans.append(span)
                if len(spans) > FAN:
                    break
                place = _place_of(span, place, floor)
                parts.append(place.contents)
            return tuple(spans), *unite(parts)

    def follow(self, floor: int) -> tuple[Span, ...]:
        """Return the spans below that do not end below a floor."""
        below = self.below
        if below and below[-1][0] < floor:
            return tuple(takewhile(lambda span: span[0] >= floor, below))
        return below

    def may_hold(self, wanted: Wanted) -> int:
        """Return the mask of the parts that may hold what is wanted."""
        if not wanted.is_at(self.times):
            return 0
        parts = self.unknown | self.parts.having_each(wanted.groups)
        return parts if wanted.is_at(self.own_times) else parts & ~FIRST


def span_at(rank: int) -> int:
    """Return how many layers the span has that ends with the layer of a rank.

    Counted from the lowest rank, spans follow each other, the longest ones first, and
    at most four of a length. The one at the end is meant.
    """
    rest, span = rank + 1, LONGEST
    while rest % span:
        rest %= span
        span = (span - 1) // FAN
    return span


def make_known(layer: ArchiveLayer, contents: Contents, floor: int) -> None:
    """Give a layer its contents, and its rank among the layers below."""
    older = layer.follow_next(floor)
    layer.rank = 0 if older is None or older.rank is None else older.rank + 1
    if span_at(layer.rank) > 1:
        try:
            layer.summary = Summary(layer, contents, floor)
            return
        except DAMAGES:
            layer.rank = 0  # spans begin anew above a layer that is lost
    layer.contents = contents


def change_known(
    copies: Iterable[tuple[ArchiveLayer, ArchiveLayer]], contents: Contents, floor: int
) -> None:
    """Give a known layer other contents, and unite those of all spans it is in.

    Its copies come with the heads of their chains, which may have summaries in common.
    """
    changed = {}
    for head, layer in copies:
        if layer.summary is None:
            layer.contents = contents
        elif is_lost(layer.summary):
            layer.summary = Summary(layer, contents, floor)
            changed[layer.summary] = True
            for summary in _directly_above(head, layer, floor):
                summary.refresh(summary.own, floor)
        for summary in _covering(head, layer, floor):
            if summary not in changed:
                own = contents if summary is layer.summary else summary.own
                is_other = summary is not summary.layer.summary  # than the lost one
                changed[summary] = summary.refresh(own, floor) or is_other
            if not changed[summary]:
                break


def cut_summaries(head: ArchiveLayer, lowest: ArchiveLayer) -> None:
    """Remove what is below the lowest layer from the summaries of all spans it is in."""
    floor = lowest.generation
    for summary in _covering(head, lowest, floor):
        summary.refresh(summary.own, floor)


def search(first: ArchiveLayer, floor: int, wanted: Wanted) -> Iterator[ArchiveLayer]:
    """Yield the layers down to ``floor`` that may hold what is wanted, newest first.

    Many records are needed by the next search, so the first ones that it loads stay in the
    cache. Others become ghosts again, as those of ``layer.walk``.
    """
    place, was_ghost, visits = first, False, _Visits()
    while place is not None:
        if isinstance(place, ArchiveLayer) and place.summary is not None:
            is_unseen, older = is_ghost(place.summary), _top(place, floor)
        else:
            yield from _look_into(place, floor, wanted, visits)
            older, is_unseen = _beneath(place, floor)
        visits.leave(place, was_ghost)
        place, was_ghost = older, is_unseen


def _look_into(
    place: Place, floor: int, wanted: Wanted, visits: "_Visits"
) -> Iterator[ArchiveLayer]:
    """Yield the layers of a span that may hold what is wanted.

    A layer is the whole span here. Those that have a summary are referred to by it.
    """
    if isinstance(place, ArchiveLayer):
        if is_lost(place) or wanted.may_be_in(place.contents):
            yield place
        return
    parts = place.may_hold(wanted)
    if parts & FIRST:
        was_ghost = is_ghost(place.layer)
        yield place.layer
        visits.leave(place.layer, was_ghost)
    if parts & ~FIRST:
        for number, span in enumerate(place.follow(floor)[:FAN], 1):
            if parts >> number & 1:
                was_ghost, part = is_ghost(span[1]), _place_of(span, place, floor)
                yield from _look_into(part, floor, wanted, visits)
                visits.leave(part, was_ghost)


def _beneath(place: Place, floor: int) -> tuple[Place | None, bool]:
    """Return what is below a span, and whether that was a ghost before."""
    if isinstance(place, ArchiveLayer):
        return older_than(place, floor)
    below = place.follow(floor)[FAN:]
    if not below:
        return None, False
    was_ghost = is_ghost(below[0][1])
    return _place_of(below[0], place, floor), was_ghost


class _Visits:
    """The number of records that a search has loaded."""

    _loaded = 0

    def leave(self, place: Place, was_ghost: bool) -> None:
        self._loaded += was_ghost
        if was_ghost and self._loaded > KEPT:
            place._p_deactivate()


def _next_span(place: Place, floor: int, visits: ExitStack) -> Span | None:
    """Return the span below another one. What is loaded is a ghost after the visits."""
    if isinstance(place, Summary):
        below = place.follow(floor)[FAN:]
    else:
        visits.enter_context(visiting(place.next))
        older = place.follow_next(floor)
        below = () if older is None else ((older.generation, older),)
    if not below:
        return None
    [(generation, place)] = below
    visits.enter_context(visiting(place))
    if isinstance(place, ArchiveLayer) and place.summary is not None:
        place = place.summary
        visits.enter_context(visiting(place))
    return generation, place


def _place_of(span: Span, above: Place, floor: int) -> Place:
    """Return what a place further up refers to, or what takes its place if it is lost."""
    generation, place = span
    if isinstance(place, ArchiveLayer) or not is_lost(place):
        return place
    layer = above.layer if isinstance(above, Summary) else above
    return _top(at_most(layer, generation, floor), floor)


def _top(layer: ArchiveLayer, floor: int) -> Place:
    """Return the top of the span that a layer ends."""
    summary = layer.summary
    if summary is None:
        return layer
    return Summary(layer, UNKNOWN, floor) if is_lost(summary) else summary


def _covering(head: ArchiveLayer, layer: ArchiveLayer, floor: int) -> list[Summary]:
    """Return the summaries of all spans that a layer is in, the shortest first."""
    down = _down_to(head, layer, floor)
    return [place for place, spans in down if len(spans) <= FAN][::-1]


def _directly_above(
    head: ArchiveLayer, layer: ArchiveLayer, floor: int
) -> list[Summary]:
    """Return the summaries of the spans directly above a layer's, the shortest first."""
    found = []
    for place, spans in _down_to(head, layer, floor):
        if not spans or spans[-1][0] != layer.generation:
            continue
        if len(spans) > FAN:
            found.append(place)
        # And the lowest part of the span above, the lowest part of that, and so on.
        above = spans[-2:-1]
        while above and isinstance(above[0][1], Summary):
            place = _place_of(above[0], place, floor)
            found.append(place)
            above = place.follow(floor)[FAN - 1 : FAN]
    return found[::-1]


def _down_to(
    head: ArchiveLayer, layer: ArchiveLayer, floor: int
) -> Iterator[tuple[Summary, tuple[Span, ...]]]:
    """Yield the summaries on the way to a layer, each with what it refers to above that."""
    generation, depth = layer.generation, layer.depth + LONGEST
    place = find(head, floor, lambda each: each.depth <= depth)
    while place is not None:
        if isinstance(place, ArchiveLayer):
            has_summary = place.summary is not None
            place = _top(place, floor) if has_summary else place.follow_next(generation)
            continue
        spans = place.follow(generation)
        yield place, spans
        place = _place_of(spans[-1], place, floor) if spans else None
