"""Archive: the layers that left a stack, as a linked list of persistent records.

Layers come in whole and in order, and leave at the old end only. The contract is
``interfaces.IArchive``; ``docs/conflict-resolution.rst`` explains the merge.
"""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collective.appendonly.structures.contents import describe
from collective.appendonly.structures.contents import UNKNOWN
from collective.appendonly.structures.contents import Wanted
from collective.appendonly.structures.interfaces import IArchive
from collective.appendonly.structures.layer import ArchiveLayer
from collective.appendonly.structures.layer import at_most
from collective.appendonly.structures.layer import climb
from collective.appendonly.structures.layer import cut
from collective.appendonly.structures.layer import find
from collective.appendonly.structures.layer import is_lost
from collective.appendonly.structures.layer import is_new
from collective.appendonly.structures.layer import jump_from
from collective.appendonly.structures.layer import lowest
from collective.appendonly.structures.layer import require
from collective.appendonly.structures.layer import walk
from collective.appendonly.structures.merge import refuse
from collective.appendonly.structures.merge import same
from collective.appendonly.structures.replacing import as_many
from collective.appendonly.structures.replacing import NEVER
from collective.appendonly.structures.replacing import new_mark
from collective.appendonly.structures.summary import change_known
from collective.appendonly.structures.summary import cut_summaries
from collective.appendonly.structures.summary import make_known
from collective.appendonly.structures.summary import search
from itertools import islice
from persistent import Persistent
from typing import Any
from typing import NamedTuple
from zope.interface import implementer


@implementer(IArchive)
class Archive(Persistent):
    # Class attributes stand for what a record of the predecessor does not have.
    _head = None
    _generation = -1
    _total = None  # items ever added; None until they are counted
    _horizon = 0
    _discarded = 0  # items below the horizon
    _replaced = ()  # (generation, layer): heads that a merge has replaced
    # Random marks of the last change of items, and of keys.
    _rewritten = NEVER
    _rekeyed = NEVER

    def __init__(self) -> None:
        self._total = 0

    @property
    def generation(self) -> int:
        return self._generation

    @property
    def oldest_generation(self) -> int | None:
        if self._head is None:
            return None
        return lowest(self._head, self._horizon).generation

    @property
    def horizon(self) -> int:
        return self._horizon

    def addLayer(
        self,
        generation: int,
        items: Iterable,
        keys: Iterable[int] | None = None,
        times: Iterable[float] | None = None,
    ) -> None:
        # First, since what makes them may add layers.
        items, contents = tuple(items), describe(keys, times)
        generation = _checked(generation)
        if generation <= self._generation:
            raise ValueError(
                f"{self!r}: generation {generation} cannot be added, only a newer one "
                "than there is. Let the stack start above the archive, with "
                f"first_generation={self._generation + 1}."
            )
        head, total = self._head, self._count_ever()
        if head is not None and is_new(head):
            older = head.next
            if older is None or not is_new(older):
                require(older)  # once, for all that the transaction adds
        jump = head and jump_from(head, self._horizon)
        layer = ArchiveLayer(generation, items, head, jump, total)
        if contents is not None:
            make_known(layer, contents, self._horizon)
        self._head, self._generation = layer, generation
        self._total = total + len(layer.items)
        if self._replaced:
            self._replaced = _recent(self._replaced, generation, self._horizon)

    def discard(self, before_generation: int) -> int:
        before_generation = _checked(before_generation)
        head, seen = self._head, self._horizon
        # Not further than everything, or what is added later would be hidden; nor back.
        horizon = max(min(before_generation, self._generation + 1), seen)
        if head is None:
            return 0
        if self._generation < horizon:
            discarded = self._count_ever()
            self._head = None
        else:
            bottom = lowest(head, horizon)
            rest = bottom.follow_next(seen)
            if rest is None:
                return 0
            discarded = bottom.below
            if discarded is None:  # a layer of the predecessor
                discarded = self._discarded + _count(walk(rest, seen))
            if bottom.rank is not None:
                cut_summaries(head, bottom)
            cut(head, horizon)
        if not is_lost(head):
            require(head)
        gone = discarded - self._discarded
        self._horizon, self._discarded = horizon, discarded
        if self._replaced:
            self._replaced = _recent(self._replaced, self._generation, horizon)
        return gone

    def replace(
        self,
        generation: int,
        items: Iterable,
        keys: Iterable[int] | None = None,
        times: Iterable[float] | None = None,
    ) -> None:
        layer = self.layer(_checked(generation))
        items = as_many(self, generation, len(layer.items) if layer else 0, items)
        contents = describe(keys, times) or UNKNOWN
        # The archive may yet lead to a head that a merge has replaced.
        heads = [self._head, *(head for _, head in self._replaced)]
        copies = [(head, at_most(head, generation, self._horizon)) for head in heads]
        copies = [
            each for each in copies if each[1] and each[1].generation == generation
        ]
        for _, layer in copies:
            layer.items = items
        self._mark("_rewritten")
        known = [each for each in copies if each[1].rank is not None]
        if known and known[0][1].own != contents:
            change_known(known, contents, self._horizon)
            self._mark("_rekeyed")

    def index(
        self,
        contents_of: Callable[[ArchiveLayer], tuple],
        oldest: int | None = None,
        limit: int | None = None,
    ) -> int | None:
        if limit is not None and limit < 1:
            raise ValueError(f"{self!r}: with limit={limit}, nothing would be done.")
        horizon = self._horizon
        layers = self.oldest_first(oldest)
        for layer in layers if limit is None else islice(layers, limit):
            contents = describe(*contents_of(layer)) if layer.keys is None else None
            if contents is None:
                continue
            if layer.rank is None:
                make_known(layer, contents, horizon)
            else:
                change_known([(self._head, layer)], contents, horizon)
            self._mark("_rekeyed")
        following = next(layers, None)
        return following and following.generation

    def __iter__(self) -> Iterator[tuple[int, int, Any]]:
        for layer in self.layers():
            for index, item in layer:
                yield layer.generation, index, item

    def newer(self, generation: int, index: int) -> Iterator[tuple[int, int, Any]]:
        for layer in self.layers(oldest=generation):
            at_position = layer.generation == generation
            for at, item in layer.newer(index) if at_position else layer:
                yield layer.generation, at, item

    def older(self, generation: int, index: int) -> Iterator[tuple[int, int, Any]]:
        for layer in self.layers(newest=generation):
            at_position = layer.generation == generation
            for at, item in layer.older(index) if at_position else layer:
                yield layer.generation, at, item

    def layer(self, generation: int) -> ArchiveLayer | None:
        layer = at_most(self._head, generation, self._horizon)
        return layer if layer and layer.generation == generation else None

    def layers(
        self,
        newest: int | None = None,
        oldest: int | None = None,
        having: Iterable[Iterable[int]] | None = None,
        since: float | None = None,
        until: float | None = None,
    ) -> Iterator[ArchiveLayer]:
        # Now, not when the first layer is asked for.
        is_search = not (having is since is until is None)
        wanted = Wanted(having, since, until) if is_search else None
        return self._layers(newest, oldest, wanted)

    def _layers(
        self, newest: int | None, oldest: int | None, wanted: Wanted | None
    ) -> Iterator[ArchiveLayer]:
        floor = self._horizon if oldest is None else max(oldest, self._horizon)
        if self._generation < floor:
            return  # so that polling for newer items does not load the newest layer
        first = self._head
        if newest is not None:
            first = at_most(first, newest, self._horizon)
        if first is None or first.generation < floor:
            return
        if wanted is None:
            yield from walk(first, floor)
        else:
            yield from search(first, floor, wanted)

    def oldest_first(self, oldest: int | None = None) -> Iterator[ArchiveLayer]:
        floor = self._horizon if oldest is None else max(oldest, self._horizon)
        if self._generation >= floor:
            yield from climb(self._head, floor)

    def seek(self, predicate: Callable[[ArchiveLayer], bool]) -> ArchiveLayer | None:
        return self._head and find(self._head, self._horizon, predicate)

    def __len__(self) -> int:
        return self._count_ever() - self._discarded

    def __bool__(self) -> bool:
        return any(layer.items for layer in self.layers())

    def _p_repr(self) -> str:
        count = "" if self._total is None else f"{len(self)} items, "
        return f"<{type(self).__name__}: {count}newest generation {self._generation}>"

    def __reduce__(self) -> tuple:
        if self._head is not None:
            self._head.__reduce__()  # raises: both archives would change the same layers
        return super().__reduce__()

    def _p_resolveConflict(self, old: dict, committed: dict, new: dict) -> dict:
        return merge(old, committed, new)

    def _mark(self, name: str) -> None:
        mark = new_mark(self)
        if mark != getattr(self, name):
            setattr(self, name, mark)

    def _count_ever(self) -> int:
        if self._total is None:
            return self._discarded + _count(self.layers())
        return self._total


def _checked(generation: int) -> int:
    if not isinstance(generation, int) or isinstance(generation, bool):
        raise TypeError(f"Archive: a generation must be an int, not {generation!r}.")
    return int(generation)  # a subclass of int would be pickled with its class


def _count(layers: Iterable[ArchiveLayer]) -> int:
    return sum(len(layer.items) for layer in layers)


class _State(NamedTuple):
    head: Any
    generation: int
    total: int | None
    horizon: int
    discarded: int
    replaced: tuple
    rewritten: bytes
    rekeyed: bytes


_KEYS = {f"_{field}": field for field in _State._fields}


def _read(state: dict | None) -> tuple[_State, dict]:
    """Split a state into ours, with the defaults of the class, and what others set."""
    state = dict(state or {})
    ours = (state.pop(key, getattr(Archive, key)) for key in _KEYS)
    return _State(*ours), state


def merge(old: dict, committed: dict, new: dict) -> dict:
    """Keep the side that archived further, and the horizon that was moved further.

    Both sides archived from the same stack. So the layers of the one that went less far
    are, item for item, among the layers of the other; unless items were replaced since,
    in one of the copies only.
    """
    (o, o_more), (c, c_more), (n, n_more) = map(_read, (old, committed, new))
    if not same(o_more, n_more):
        refuse("Archive: new changed an attribute that is not the archive's own.")
    if c.horizon < o.horizon:
        refuse("Archive: undo brought back layers that were discarded in old.")
    if o.horizon < n.horizon <= c.horizon:
        # To merge would leave committed's record as it is, byte for byte. Undo of
        # committed's discard would then not notice that there was another one.
        refuse("Archive: committed has discarded what new discards.")
    if n.rekeyed != o.rekeyed:
        refuse("Archive: new changed keys on which others may have built.")
    if c.rekeyed != o.rekeyed and n.generation != o.generation:
        refuse("Archive: committed changed keys on which new has built.")
    rewrites = n.rewritten != o.rewritten
    if rewrites and (c.rewritten != o.rewritten or _exchanged(o, c)):
        refuse("Archive: new replaced items of layers that committed has replaced.")
    if n.generation < o.generation:
        side = _undone(o, c, n)
    elif n.generation > o.generation:
        side = _further(o, c, n)
    else:
        side = c
    dropped = n if side is c else c
    if dropped.generation > o.generation and dropped.rewritten != o.rewritten:
        refuse("Archive: items were replaced in a layer that both sides archived.")
    boundary = n if n.horizon > c.horizon else c
    replaced = c.replaced
    if n.generation > c.generation > o.generation:
        replaced = (*replaced, (c.generation, c.head))
    merged = side._replace(
        horizon=boundary.horizon,
        discarded=boundary.discarded,
        replaced=_recent(replaced, side.generation, boundary.horizon),
        rewritten=n.rewritten if rewrites else c.rewritten,
        rekeyed=c.rekeyed,
    )
    if merged.generation < merged.horizon:
        # Nothing is left: the head of one side is below the horizon of the other.
        merged = merged._replace(head=None)
    ours = {key: getattr(merged, field) for key, field in _KEYS.items()}
    for key in ("_replaced", "_rewritten", "_rekeyed"):  # in few records
        if ours[key] == getattr(Archive, key):
            del ours[key]
    return {**c_more, **ours}


# A transaction may have begun with a head that was replaced since, and still archive
# further than all others. Then its layers lie on that head, though the archive did not
# lead to it in between, and a pack to that moment would have removed it. So the archive
# refers to such heads, until more layers lie above than one transaction takes off a stack.
_REMEMBERED = 64


def _recent(replaced: tuple, generation: int, horizon: int) -> tuple:
    oldest = max(generation - _REMEMBERED, horizon)
    return tuple(each for each in replaced if each[0] >= oldest)


def _exchanged(o: _State, c: _State) -> bool:
    """Return whether a merge since old may have put other layers in place of some."""
    forgotten = c.generation - o.generation > _REMEMBERED
    return forgotten or any(each[0] >= o.generation for each in c.replaced)


def _further(o: _State, c: _State, n: _State) -> _State:
    """Choose a side where new added layers."""
    if c.generation == n.generation and c.total != n.total:
        refuse("Archive: the two sides archived different items in one generation.")
    if c.generation >= n.generation:
        return c
    _refuse_unless_below(o, c)
    return n


def _undone(o: _State, c: _State, n: _State) -> _State:
    """Choose a side where undo asks to take layers away.

    Undo also removes the records of the layers. So they have to go here too, back to
    the stack (``append_stack._merge_undone_prune``), or undo has to be refused.
    """
    if c.generation < o.generation:
        return c
    if c.generation > o.generation:
        refuse("Archive: newer layers lie on those that undo would remove.")
    _refuse_unless_below(o, c)
    if n.generation + 1 < c.horizon:
        refuse("Archive: layers that undo would take back were discarded.")
    return n


def _refuse_unless_below(o: _State, c: _State) -> None:
    """Refuse if undo has removed the layer on which new builds."""
    replaced = c.head is not None and not same(o.head, c.head)
    if c.generation < o.generation or (c.generation == o.generation and replaced):
        refuse("Archive: undo removed the newest layer of old.")
