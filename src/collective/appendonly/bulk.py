"""Items of the log: a change set as bytes, or in blocks of its own if it is large.

The stack is a single record, written again by every push. A transaction that touched thousands
of objects must not inflate it: its entries are stored in blocks, and the stack holds a
reference. Imports no Plone: a storage server may have to import these classes.
"""

from collections import Counter
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import decode
from collective.appendonly.entry import encode
from collective.appendonly.entry import Entry
from collective.appendonly.entry import UnknownFormat
from dataclasses import replace
from itertools import chain
from itertools import islice
from persistent import Persistent

import transaction


#: A change set with more entries than this is stored in blocks.
INLINE_ENTRIES = 25
#: The number of entries in a block.
BLOCK_ENTRIES = 100
# The number of blocks that are rewritten between two savepoints.
_BLOCKS_IN_MEMORY = 50


class EntryBlock(Persistent):
    """Some entries of a large change set, encoded as a change set of their own."""

    def __init__(self, data: bytes):
        self.data = data


class BulkChangeSet(Persistent):
    """A large change set: a summary, and the blocks with its entries.

    ``summary`` counts the entries: ``{(action, portal_type): count}``.
    """

    def __init__(self, change_set: ChangeSet, more: Iterable[Entry] = ()):
        """Store the entries of *change_set* and *more* entries, one block in memory at a time."""
        entries = chain(change_set.entries, more)
        summary: Counter = Counter()
        blocks = []
        while some := tuple(islice(entries, BLOCK_ENTRIES)):
            summary.update((entry.action, entry.portal_type) for entry in some)
            blocks.append(EntryBlock(encode(replace(change_set, entries=some))))
        self.summary = dict(summary)
        self.blocks = tuple(blocks)


Item = bytes | BulkChangeSet


def to_item(change_set: ChangeSet) -> Item:
    """Return *change_set* as an item of a stack."""
    if len(change_set.entries) > INLINE_ENTRIES:
        return BulkChangeSet(change_set)
    return encode(change_set)


def join(parts: Iterable[ChangeSet]) -> Item:
    """Return the item of a change set that comes in *parts*, at least one.

    The reverse of :func:`from_item`. Keeps one part in memory.
    """
    parts = iter(parts)
    first = next(parts)
    entries = chain(first.entries, chain.from_iterable(part.entries for part in parts))
    inline = tuple(islice(entries, INLINE_ENTRIES + 1))
    beginning = replace(first, entries=inline)
    if len(inline) <= INLINE_ENTRIES:
        return encode(beginning)
    return BulkChangeSet(beginning, entries)


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
    """Yield the parts of the change set in *item*, of bounded size.

    Raises :class:`UnknownFormat` for a part that a later version wrote.
    """
    return map(decode, encoded(item))


def first_parts(items: Iterable[Item]) -> Iterator[ChangeSet]:
    """Yield the first part of each of *items*. Skips unreadable items."""
    for item in items:
        try:
            yield next(from_item(item))
        except UnknownFormat:
            continue


def rewrite(item: Item, change: Callable[[bytes], bytes]) -> Item:
    """Return *item* with *change* applied to each of its encoded parts.

    A large change set stays the same object; only blocks that differ are written.
    """
    if isinstance(item, bytes):
        return change(item)
    for start in range(0, len(item.blocks), _BLOCKS_IN_MEMORY):
        some, is_changed = item.blocks[start : start + _BLOCKS_IN_MEMORY], False
        for block in some:
            data = change(block.data)
            if data != block.data:
                block.data, is_changed = data, True
        if is_changed:
            transaction.savepoint(optimistic=True)  # or they could not be deactivated
        for block in some:
            block._p_deactivate()
    return item
