"""Pairs of a key and the number of a block that has it, each as one integer of 64 bits.

The key is in the upper half. Imports no Plone, like ``bulk.py``.
"""

from array import array
from bisect import bisect_left
from bisect import bisect_right
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from collective.appendonly.keys import within_bounds
from typing import Any

import sys


#: The bits of a pair with the number of the block.
NUMBER = 0xFFFFFFFF


def pairs_of(keys: Iterable[int], number: int) -> Iterator[int]:
    """Return pairs of each of *keys* and the *number* of a block."""
    return (key << 32 | number for key in keys)


def keys_in(pairs: Iterable[int]) -> bytes:
    """Return the keys in *pairs*, within the bounds, as integers of 32 bits in ascending order."""
    keys = within_bounds({pair >> 32 for pair in pairs})
    return to_bytes(array("I", sorted(keys)))


def blocks_with(index: Sequence[tuple[int, Any]], key: int) -> Iterator[int]:
    """Yield the numbers of the blocks that have *key*, from the index of a large change set."""
    low, high = key << 32, (key + 1) << 32
    first = bisect_right(index, low, key=lambda each: each[0])
    for beginning, some in index[max(first - 1, 0) :]:
        if beginning >= high:
            return
        pairs = from_bytes("Q", some.pairs)
        for pair in pairs[bisect_left(pairs, low) : bisect_left(pairs, high)]:
            yield pair - low


# Arrays have the byte order of the machine, records do not.


def to_bytes(numbers: array) -> bytes:
    """Return *numbers* as they are stored, the lowest byte first."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def from_bytes(kind: str, data: bytes) -> array:
    """Return the stored numbers in *data* as an array of a *kind*."""
    numbers = array(kind, data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
