"""Items of the log: a change set as bytes, or in blocks of its own if it is large.

The stack is a single record, written again by every push. A transaction that touched thousands
of objects must not inflate it: its entries are stored in blocks, and the stack holds a
reference. Imports no Plone: a storage server may have to import these classes.
"""

from array import array
from collections import Counter
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from collective.appendonly.bounds import bounded
from collective.appendonly.bounds import bounded_id
from collective.appendonly.damage import damage_reported
from collective.appendonly.damage import damage_skipped
from collective.appendonly.damage import raised
from collective.appendonly.damage import Unreadable
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import decode
from collective.appendonly.entry import decode_if
from collective.appendonly.entry import encode
from collective.appendonly.entry import Entry
from collective.appendonly.entry import Principals
from collective.appendonly.entry import to_milliseconds
from collective.appendonly.entry import UnknownFormat
from collective.appendonly.entry import weight
from collective.appendonly.keys import Keys
from collective.appendonly.pairs import blocks_with
from collective.appendonly.pairs import from_bytes
from collective.appendonly.pairs import keys_in
from collective.appendonly.pairs import NUMBER
from collective.appendonly.pairs import pairs_of
from collective.appendonly.pairs import to_bytes
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from itertools import islice
from persistent import Persistent
from typing import TypeVar

import transaction


#: A change set with more entries than this is stored in blocks,
INLINE_ENTRIES = 25
#: and so is one that takes more bytes.
INLINE_BYTES = 1024
#: The number of entries in a block.
BLOCK_ENTRIES = 100
#: The length of the text that the first entry of a block leaves to the others, in characters. It
#: may be longer itself. So principals that all entries share count once.
BLOCK_TEXT = 65_536
# The number of blocks that are rewritten between two savepoints.
_BLOCKS_IN_MEMORY = 50
# The number of pairs in a record of keys: 32 KB.
_PAIRS = 4096


class EntryBlock(Persistent):
    """Some entries of a large change set, encoded as a change set of their own."""

    def __init__(self, data: bytes):
        self.data = data


class BlockKeys(Persistent):
    """Some of the keys of a large change set, each with the number of a block that has it.

    ``pairs`` are integers of 64 bits, the key in the upper half and the number of the block in
    the lower one: in ascending order, as bytes, the lowest byte first.
    """

    def __init__(self, pairs: bytes):
        self.pairs = pairs


class BulkChangeSet(Persistent):
    """A large change set: a summary, and the blocks with its entries.

    ``summary`` counts the entries: ``{(action, portal_type): count}``. ``time`` is that of the
    change set, in milliseconds; None in older records. ``keys`` are the keys of the whole, as
    integers of 32 bits like those of :class:`BlockKeys`. ``index`` are pairs, each of the first
    number in a :class:`BlockKeys` and that object, in ascending order. Both are None if the keys
    are not known.
    """

    time: int | None = None
    keys: bytes | None = None
    index: tuple[tuple[int, BlockKeys], ...] | None = None

    def __init__(
        self,
        change_set: ChangeSet,
        more: Iterable[Entry] = (),
        keys: Keys | None = None,
    ):
        """Store the entries of *change_set* and *more* entries, one block in memory at a time."""
        summary: Counter = Counter()
        blocks, pairs = [], array("Q")
        for some in _runs(chain(change_set.entries, more)):
            part = replace(change_set, entries=some)
            summary.update(part.kinds)
            if keys is not None:
                pairs.extend(pairs_of(keys.of(part), len(blocks)))
            blocks.append(EntryBlock(encode(part, plain=keys is None)))
        self.summary = dict(summary)
        self.blocks = tuple(blocks)
        self.time = to_milliseconds(change_set.time)
        if keys is not None:
            self.set_pairs(pairs)

    def set_pairs(self, pairs: Iterable[int]) -> None:
        """Store the keys with the numbers of the blocks that have them, see BlockKeys."""
        pairs = array("Q", sorted(pairs))
        self.keys = keys_in(pairs)
        self.index = tuple(
            (pairs[start], BlockKeys(to_bytes(pairs[start : start + _PAIRS])))
            for start in range(0, len(pairs), _PAIRS)
        )

    def pairs(self) -> array:
        """Return what ``set_pairs`` has stored, in ascending order. The keys must be known."""
        found = array("Q")
        for _, some in self.index:
            found.extend(from_bytes("Q", some.pairs))
            some._p_deactivate()
        return found

    def has_pairs(self, pairs: Iterable[int]) -> bool:
        """Return whether ``set_pairs`` has stored *pairs*."""
        pairs = array("Q", sorted(pairs))
        return self.pairs() == pairs and self.keys == keys_in(pairs)


Item = bytes | BulkChangeSet
Result = TypeVar("Result")


def to_item(change_set: ChangeSet, keys: Keys | None = None) -> Item:
    """Return *change_set*, within the bounds of entries, as an item of a stack.

    The parts of a large one can be found by their *keys*. A log without keys waits for its upgrade,
    and another Zope may still run 1.0.0a1. So without *keys*, the item is one that 1.0.0a1 reads.
    """
    return join([change_set], keys)


def join(parts: Iterable[ChangeSet], keys: Keys | None = None) -> Item:
    """Return the item of a change set that comes in *parts*, at least one.

    The reverse of :func:`from_item`, otherwise like :func:`to_item`. Keeps one part in memory.
    """
    parts = iter(parts)
    first = next(parts)
    others = chain.from_iterable(part.entries for part in parts)
    entries = map(bounded, chain(first.entries, others))
    inline = tuple(islice(entries, INLINE_ENTRIES + 1))
    actor = bounded_id(first.actor)
    beginning = ChangeSet(first.time, actor, inline, first.backfilled)
    if len(inline) <= INLINE_ENTRIES:
        data = encode(beginning, plain=keys is None)
        if len(data) <= INLINE_BYTES:
            return data
    return BulkChangeSet(beginning, entries, keys)


def _runs(entries: Iterable[Entry]) -> Iterator[tuple[Entry, ...]]:
    """Yield *entries* in runs of the size of a block."""
    some, table, length = list[Entry](), dict[Principals, int](), 0
    for entry in entries:
        added = weight(entry, table)
        if some and (len(some) == BLOCK_ENTRIES or length + added > BLOCK_TEXT):
            yield tuple(some)
            some, table, length = [], {}, 0
            weight(entry, table)
        elif some:
            length += added
        some.append(entry)
    if some:
        yield tuple(some)


# Taking items apart. Parts have numbers: those of the blocks, or 0 for the only one.


def blocks(item: BulkChangeSet) -> Iterator[EntryBlock]:
    """Yield the blocks of *item*. Each leaves the memory when the next is asked for."""
    for block in item.blocks:
        yield block
        block._p_deactivate()
    item._p_deactivate()


def encoded(item: Item) -> Iterator[bytes]:
    """Yield the encoded parts of *item*, one in memory at a time."""
    if isinstance(item, bytes):
        yield item
    else:
        for block in blocks(item):
            yield block.data


def from_item(item: Item) -> Iterator[ChangeSet]:
    """Yield the parts of the change set in *item*, of bounded size, or raise UnknownFormat."""
    return map(decode, encoded(item))


def first_parts(items: Iterable[Item]) -> Iterator[ChangeSet]:
    """Yield the first part of each of *items*. Skips unreadable items."""
    for item in items:
        with suppress(UnknownFormat):
            if part := read_part(item, 0):
                yield part


def make_ghost(item: Item) -> None:
    """Release the record of a large change set from memory, unless it is changed."""
    if isinstance(item, Persistent):
        item._p_deactivate()


def read_part(
    item: Item, number: int, mentioning: Collection[bytes] = ()
) -> ChangeSet | None:
    """Return a part of the change set in *item*, None if its text has none of *mentioning*.

    Its block does not stay in memory. Raises :class:`UnknownFormat` if it cannot be read.
    """
    return decode_if(_encoded_part(item, number), mentioning)


def read_parts(
    item: Item, read: Callable[[bytes], Result], unreadable: Unreadable
) -> Iterator[Result]:
    """Yield what *read* returns for each encoded part of *item*, one in memory at a time.

    Calls *unreadable* with the :class:`UnknownFormat` of each part that cannot be read, or of
    *item* if its parts are not known.
    """
    numbers: Sequence[int] = ()
    with damage_skipped(unreadable):
        numbers = parts_with(item)
    for number in numbers:
        with damage_skipped(unreadable):
            yield read(_encoded_part(item, number))
    make_ghost(item)


def _encoded_part(item: Item, number: int) -> bytes:
    if isinstance(item, bytes):
        return item
    with damage_reported():
        block = item.blocks[number]
        data = block.data
        block._p_deactivate()
    return data


def records(item: Item) -> list[Persistent]:
    """Return the records that belong to a large change set. Raises :class:`UnknownFormat`."""
    with damage_reported():
        return [*item.blocks, *(keys for _, keys in item.index or ())]


def parts_with(
    item: Item,
    having: Iterable[Iterable[int]] | None = None,
    since: int | None = None,
    until: int | None = None,
) -> Sequence[int]:
    """Return the numbers of the parts of *item* that may have a key of each group in *having*.

    None of them if the time of a large change set is known, and not between *since* and *until*,
    in milliseconds. All of them if the keys are not known, or lost. Loads one or two records for
    each key, and no block. Raises :class:`UnknownFormat` if *item* cannot be read.
    """
    if isinstance(item, bytes):
        return range(1)
    with damage_reported():
        numbers: Sequence[int] = range(len(item.blocks))
        if item.time is not None and not (
            (since is None or since <= item.time)
            and (until is None or item.time <= until)
        ):
            return ()
        index = item.index
    with suppress(UnknownFormat), damage_reported():
        for group in having or () if index is not None else ():
            found = set().union(*(blocks_with(index, key) for key in group))
            numbers = [number for number in numbers if number in found]
    return numbers


def contents_of(items: Iterable[Item], keys: Keys) -> tuple[set[int], list[int]]:
    """Return the keys and the times of *items*, as ``IArchive.addLayer`` takes them.

    Loads no blocks. Raises :class:`UnknownFormat` if something is not known.
    """
    found: set[int] = set()
    times = []
    for item in items:
        if isinstance(item, bytes):
            change_set = decode(item)
            found |= keys.of(change_set)
            times.append(to_milliseconds(change_set.time))
            continue
        with damage_reported():
            if item.keys is None or item.time is None:
                raise UnknownFormat("The keys of a large change set are not known.")
            found.update(from_bytes("I", item.keys))
            times.append(item.time)
    return found, times


def make_known(item: Item, keys: Keys) -> None:
    """Store the time and the keys of a large change set whose keys are not known.

    Keeps one block in memory. Raises :class:`UnknownFormat` if a block cannot be read.
    """
    if isinstance(item, bytes) or item.keys is not None:
        return
    pairs = array("Q")
    for number, part in enumerate(from_item(item)):
        pairs.extend(pairs_of(keys.of(part), number))
        item.time = to_milliseconds(part.time)
    item.set_pairs(pairs)


def rewrite(
    item: Item,
    change: Callable[[bytes], bytes],
    keys: Keys | None = None,
    unreadable: Unreadable = raised,
) -> Item:
    """Return *item* with *change* applied to each of its encoded parts.

    A large change set stays the same object; only blocks that differ are written. If its keys are
    known, they are replaced by those of the new parts, or become unknown without *keys*, or if they
    are lost. What cannot be read stays as it is, and *unreadable* is called with the error.
    """
    if isinstance(item, bytes):
        with damage_skipped(unreadable):
            return change(item)
        return item
    blocks: Sequence[EntryBlock] = ()
    with damage_skipped(unreadable):
        blocks, summary = item.blocks, Counter(item.summary)
    new: dict[int, array] = {}
    for start in range(0, len(blocks), _BLOCKS_IN_MEMORY):
        some = blocks[start : start + _BLOCKS_IN_MEMORY]
        already = len(new)
        for number, block in enumerate(some, start):
            with damage_skipped(unreadable):
                data = change(block.data)
                if data != block.data:
                    part = decode(data)
                    summary.subtract(decode(block.data).kinds)
                    summary.update(part.kinds)
                    block.data = data
                    found = () if keys is None else keys.of(part)
                    new[number] = array("Q", pairs_of(found, number))
        if len(new) > already:
            transaction.savepoint(optimistic=True)  # or they could not be deactivated
        for block in some:
            block._p_deactivate()
    if new and +summary != item.summary:
        item.summary = dict(+summary)
    if new and item.keys is not None:
        known = None
        with suppress(UnknownFormat), damage_reported():
            known = None if keys is None else item.pairs()
        if known is None:
            item.keys = item.index = None
        else:
            kept = (pair for pair in known if pair & NUMBER not in new)
            item.set_pairs(chain(kept, *new.values()))
    return item
