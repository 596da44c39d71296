"""Versions that Plone saves of content.

An object stores the number of its current version. An edit may save a new version, or several: a
check-in saves two. For a type without versions, or with manual versions, the number stays.
"""

from Acquisition import aq_base
from collections.abc import Mapping
from collective.appendonly.recording.differences.previous import savepoint_state
from typing import Any


def saved_version(obj, before: Mapping[str, Any] | None) -> dict[str, int | None]:
    """Return the details ``version`` and ``version_before`` of an entry about *obj*.

    *before* is its state before the transaction, None if it is new or that is not known. The
    result is empty if the transaction saved no version.
    """
    if before is None:
        return {}
    version = getattr(aq_base(obj), "version_id", None)
    previous = before.get("version_id")
    # A custom field may have the same name.
    if not isinstance(version, int) or not isinstance(previous, int | None):
        return {}
    if previous is not None and version <= previous:
        return {}
    return {"version": version, "version_before": previous}


def reverted_to(obj, before: Mapping[str, Any]) -> int | None:
    """Return the number of the version that *obj* was reverted to in this transaction.

    *before* is its state before the transaction. None means that it was not reverted, or that
    this is not known.
    """
    previous = before.get("version_id")
    for state in (vars(aq_base(obj)), savepoint_state(obj)):
        version = state and state.get("version_id")
        if None not in (previous, version) and version < previous:
            return version
    return None
