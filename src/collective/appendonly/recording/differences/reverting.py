"""Content that is reverted to an earlier version.

No event tells of that, and the version history only in words of the editor's language. But the
object bears the number of the version that it is in, and a revert is all that lowers it. Plone
saves the result as a new version at once, with a savepoint before it: there the number still is.
"""

from Acquisition import aq_base
from collections.abc import Mapping
from collective.appendonly.recording.differences.previous import savepoint_state
from typing import Any


def reverted_to(obj, before: Mapping[str, Any]) -> int | None:
    """Return the number of the version that *obj* was reverted to in this transaction.

    *before* is its state before the transaction. None means that it was not reverted, or that
    it can't be told.
    """
    previous = before.get("version_id")
    for state in (vars(aq_base(obj)), savepoint_state(obj)):
        version = state and state.get("version_id")
        if None not in (previous, version) and version < previous:
            return version
    return None
