"""Versions that Plone saves of content.

Content bears the number of the version that it is in. Editing may save a new one, or several:
checking in saves two. Where a type has no versions, or has them saved by hand, the number stays.
"""

from Acquisition import aq_base
from collections.abc import Mapping
from typing import Any


def saved_version(obj, before: Mapping[str, Any] | None) -> dict[str, int | None]:
    """Return the details ``version`` and ``version_before`` of an entry about *obj*.

    *before* is its state before the transaction, None for what is new or can't be told. Empty
    if the transaction saved no version.
    """
    if before is None:
        return {}
    version = getattr(aq_base(obj), "version_id", None)
    previous = before.get("version_id")
    # Somebody's own field may be called like that.
    if not isinstance(version, int) or not isinstance(previous, int | None):
        return {}
    if previous is not None and version <= previous:
        return {}
    return {"version": version, "version_before": previous}
