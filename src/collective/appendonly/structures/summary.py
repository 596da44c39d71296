"""Summary: what a span of layers is about, so that a search can pass over it.

A layer is *known* if its keys were given. Its *rank* is the number of known layers
directly below, and decides which span it ends. Most layers are a span of their own, and
hold their contents themselves. But if four spans of equal length lie below, a layer
ends a span of these four and itself. Then its contents and those of the span are in a
summary, which refers to the first span inside and to what lies below all of it. So a
search goes from summary to summary, and loads a layer only where it may find something.
"""

from collections.abc import Iterable
from collections.abc import Iterator
from collective.appendonly.structures.contents import Contents
from collective.appendonly.structures.contents import unite
from collective.appendonly.structures.contents import Wanted
from collective.appendonly.structures.layer import ArchiveLayer
from collective.appendonly.structures.layer import find
from collective.appendonly.structures.layer import follow
from collective.appendonly.structures.layer import leave
from collective.appendonly.structures.layer import visiting
from contextlib import nullcontext
from itertools import islice
from persistent import Persistent
from typing import Union


FAN = 4
# A search leaves about so many records in the cache.
KEPT = 500
LONGEST = 1365  # 1, 5, 21, 85, 341, 1365: each is four of the former, and one

# The top of a span: its summary, or the layer if that is the whole span.
Place = Union[ArchiveLayer, "Summary"]


class Summary(Persistent):
    contents = jump = jump_generation = None

    def __init__(self, layer: ArchiveLayer, own: Contents, floor: int) -> None:
        older = layer.follow_next(floor)
        self.layer = layer
        self.own = own
        self.next, self.next_generation = top(older), older.generation
        self.refresh(floor)

    def refresh(self, floor: int) -> bool:
        """Unite the contents anew, and cut what is below the floor.

        Returns whether anything changes. Nothing is written otherwise.
        """
        below = follow(self, "next", floor)
        contents, jump, jump_generation = self.united(floor)
        if (contents, below, jump) == (self.contents, self.next, self.jump):
            return False
        self.contents, self.next, self.jump = contents, below, jump
        self.jump_generation = jump_generation
        if below is None:
            self.next_generation = None
        return True

    def united(self, floor: int) -> tuple[Contents, Place | None, int | None]:
        """Return the contents of the parts, and what lies below the last of them."""
        spans = self.spans(floor)
        inside = [place.contents for _, place in islice(spans, FAN)]
        generation, place = next(spans, (None, None))
        if isinstance(place, ArchiveLayer):
            generation, place = place.generation, top(place)
        spans.close()
        return unite([self.own, *inside]), place, generation

    def spans(self, floor: int) -> Iterator[tuple[int | None, Place]]:
        """Yield the tops of the spans below, with their generations.

        The first four are inside, and of equal length. They become ghosts again.
        """
        generation = self.next_generation
        place, was_ghost = leave(self, False, "next", floor)
        try:
            while place is not None:
                yield generation, place
                way = "jump" if isinstance(place, Summary) else "next"
                generation = getattr(place, f"{way}_generation")
                place, was_ghost = leave(place, was_ghost, way, floor)
        finally:
            if was_ghost:
                place._p_deactivate()


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


def top(layer: ArchiveLayer) -> Place:
    """Return the top of the span that ends with a layer."""
    return layer if layer.summary is None else layer.summary


def make_known(layer: ArchiveLayer, contents: Contents, floor: int) -> None:
    """Give a layer its contents, and its rank among the layers below."""
    older = layer.follow_next(floor)
    layer.rank = 0 if older is None or older.rank is None else older.rank + 1
    if span_at(layer.rank) == 1:
        layer.contents = contents
    else:
        layer.summary = Summary(layer, contents, floor)


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
        else:
            layer.summary.own = contents
        for summary in _covering(head, layer, floor):
            if summary not in changed:
                changed[summary] = summary.refresh(floor)
            if not changed[summary]:
                break


def cut_summaries(head: ArchiveLayer, lowest: ArchiveLayer) -> None:
    """Remove what is below the lowest layer from the summaries of all spans it is in."""
    floor = lowest.generation
    for summary in _covering(head, lowest, floor):
        summary.refresh(floor)


def search(first: ArchiveLayer, floor: int, wanted: Wanted) -> Iterator[ArchiveLayer]:
    """Yield the layers down to ``floor`` that may hold what is wanted, newest first.

    Many records are needed by the next search, so the first ones that it loads stay in the
    cache. Others become ghosts again, as those of ``layer.walk``.
    """
    place, was_ghost, loaded = first, False, 0
    while place is not None:
        way = "next"
        loaded += was_ghost
        is_long = loaded > KEPT
        if isinstance(place, Summary):
            if not wanted.may_be_in(place.contents):
                way = "jump"
            elif wanted.may_be_in(place.own):
                with visiting(place.layer) if is_long else nullcontext():
                    yield place.layer
        elif place.summary is not None:
            way = "summary"
        elif wanted.may_be_in(place.contents):
            yield place
        place, was_ghost = leave(place, was_ghost and is_long, way, floor)


def _covering(head: ArchiveLayer, layer: ArchiveLayer, floor: int) -> list[Summary]:
    """Return the summaries of all spans that a layer is in, the shortest first."""
    generation, depth = layer.generation, layer.depth + LONGEST
    place = find(head, floor, lambda each: each.depth <= depth)
    found = []
    while place is not None:
        if isinstance(place, ArchiveLayer):
            place = place.summary or place.follow_next(generation)
        elif follow(place, "jump", generation) is not None:
            place = place.jump
        else:
            found.append(place)
            place = follow(place, "next", generation)
    return found[::-1]
