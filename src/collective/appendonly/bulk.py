"""Change sets too large for the stack's own record.

The stack is one record that every push writes again. A transaction that touched thousands of
objects must not fatten it, so its entries go into records of their own, and the stack holds
a reference. Imports no Plone: a storage server may have to import these classes.
"""

from collections import Counter
from collections.abc import Iterable
from collections.abc import Iterator
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import decode
from collective.appendonly.entry import encode
from collective.appendonly.entry import Entry
from dataclasses import replace
from itertools import chain
from itertools import islice
from persistent import Persistent


#: A change set with more entries than this is stored in blocks.
INLINE_ENTRIES = 25
#: How many entries one block holds.
BLOCK_ENTRIES = 100


class EntryBlock(Persistent):
    """Some entries of a large change set, encoded as a change set of their own."""

    def __init__(self, data: bytes):
        self.data = data


class BulkChangeSet(Persistent):
    """A large change set: a summary, and references to the blocks with its entries.

    ``summary`` counts the entries: ``{(action, portal_type): count}``.
    """

    def __init__(self, change_set: ChangeSet, more: Iterable[Entry] = ()):
        """*more* are further entries. They are in memory for one block at a time."""
        entries = chain(change_set.entries, more)
        summary: Counter = Counter()
        blocks = []
        while some := tuple(islice(entries, BLOCK_ENTRIES)):
            summary.update((entry.action, entry.portal_type) for entry in some)
            blocks.append(EntryBlock(encode(replace(change_set, entries=some))))
        self.summary = dict(summary)
        self.blocks = tuple(blocks)


def to_item(change_set: ChangeSet) -> bytes | BulkChangeSet:
    """Return what a stack keeps of *change_set*."""
    if len(change_set.entries) > INLINE_ENTRIES:
        return BulkChangeSet(change_set)
    return encode(change_set)


def from_item(item: bytes | BulkChangeSet) -> Iterator[ChangeSet]:
    """Yield the change set that *item* stands for, in parts of bounded size."""
    if isinstance(item, bytes):
        yield decode(item)
    else:
        for block in item.blocks:
            yield decode(block.data)


def join(parts: Iterable[ChangeSet]) -> bytes | BulkChangeSet:
    """Return what a stack keeps of the change set that comes in *parts*, at least one.

    The reverse of :func:`from_item`, in the memory of a part.
    """
    parts = iter(parts)
    first = next(parts)
    entries = chain(first.entries, chain.from_iterable(part.entries for part in parts))
    inline = tuple(islice(entries, INLINE_ENTRIES + 1))
    beginning = replace(first, entries=inline)
    if len(inline) <= INLINE_ENTRIES:
        return encode(beginning)
    return BulkChangeSet(beginning, entries)
