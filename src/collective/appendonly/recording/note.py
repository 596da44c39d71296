"""What a subscriber leaves with the collector."""

from collections.abc import Callable
from collections.abc import Mapping
from typing import Any
from typing import NamedTuple


class Note(NamedTuple):
    """That *action* happened to *obj*, as one event told it.

    Besides the actions of an entry there are some that only help to tell the others:

    ``"leaving"``
        is about to be moved; with its ``source``.
    ``"carried"``, ``"cloned"``, ``"gone"``
        went along with a folder, the ``root``, that was moved, copied or removed. What is gone
        has its ``principals``.
    ``"working_copy"``
        came or went as a working copy: what is told of that is told of the original.
    ``"related"``
        has a ``source`` whatever else happens to it: a working copy its original.
    ``"noticed"``
        was indexed anew and has changed, and no event had said so. Always the first note.

    ``story`` makes the story that the notes of this object belong to. ``obj`` is an object, or
    a tuple for what has no object (users): tuples are told from each other by their values.
    """

    log: Any
    site: Any
    obj: Any
    action: str
    actor: str | None
    details: Mapping[str, Any]
    story: Callable[[], Any]
