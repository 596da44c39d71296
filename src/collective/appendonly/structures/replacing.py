"""The rules of replacing items, for stack and archive alike.

A transaction may carry a copy of items that another one replaces. So both structures
store a random mark of the last replacement. A count would not do, nor the serial of the
record that was changed: after an undo, two replacements may have the same.
"""

from collections.abc import Iterable
from typing import Any

import secrets


# Also the serial of an object that has no record yet.
NEVER = bytes(8)


def new_mark(owner: Any) -> bytes:
    """Return the mark of a replacement in ``owner``."""
    # Nobody can carry a copy of items that are not stored yet.
    return NEVER if owner._p_serial == NEVER else secrets.token_bytes(8)


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
