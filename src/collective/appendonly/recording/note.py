"""What a subscriber leaves with the collector."""

from collections.abc import Mapping
from typing import Any
from typing import NamedTuple


class Note(NamedTuple):
    """That *action* happened to *obj*, as one event told it.

    Besides the actions of an entry there is ``"leaving"``: about to be moved, with its
    ``source``. And what went along with a folder, the ``root``, has one of ``"carried"``
    (moved), ``"cloned"`` (copied) and ``"gone"`` (removed), with its ``principals``.
    """

    log: Any
    site: Any
    obj: Any
    action: str
    actor: str | None
    details: Mapping[str, Any]
