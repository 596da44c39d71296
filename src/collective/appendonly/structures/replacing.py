"""A check of stack and archive on items that replace others."""

from collections.abc import Iterable
from typing import Any


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
