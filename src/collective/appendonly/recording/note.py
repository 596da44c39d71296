"""What a subscriber leaves with the collector."""

from collections.abc import Mapping
from typing import Any
from typing import NamedTuple


class Note(NamedTuple):
    """That *action* happened to *obj*, as one event told it.

    Besides the actions of an entry there are three that only steer the folding:
    ``"leaving"`` (about to be moved, with its ``source``), ``"carried"`` and ``"gone"`` (moved,
    copied or removed along with a folder, the ``root``; with the object's ``principals``).
    """

    log: Any
    site: Any
    obj: Any
    action: str
    actor: str | None
    details: Mapping[str, Any]
