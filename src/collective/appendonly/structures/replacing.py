"""The rules of replacing items, for stack and archive alike.

A transaction may carry a copy of items that another one replaces. So both structures
store which of their records was the last whose items were replaced, by its serial. A
count would not do: after an undo, two replacements may have the same number.
"""

from collections.abc import Iterable
from typing import Any


# The serial of an object that has no record yet. Nobody can carry a copy of its items.
NEVER = bytes(8)


def as_many(owner: Any, generation: int, count: int, items: Iterable) -> tuple:
    """Return items that are to replace the ``count`` items of a layer of ``owner``.

    Positions and counts must stay true. So there have to be as many as before.
    """
    items = tuple(items)
    if not count:
        raise LookupError(f"{owner!r} has no items of generation {generation}.")
    if len(items) != count:
        raise ValueError(
            f"{owner!r}: layer {generation} holds {count} items, which cannot be "
            f"replaced by {len(items)}. Pass one for each, in their order."
        )
    return items
