"""Changes without event: what differs between an object and its previous record."""

from collections.abc import Mapping
from collective.appendonly.recording.differences.fields import Compared
from collective.appendonly.recording.differences.fields import differing_fields
from collective.appendonly.recording.differences.fields import without_protected
from collective.appendonly.recording.differences.local_roles import changed_roles
from collective.appendonly.recording.differences.local_roles import is_shared
from collective.appendonly.recording.differences.versions import reverted_to
from collective.appendonly.recording.differences.versions import saved_version
from collective.appendonly.transactions import answer
from typing import Any


def changes_without_event(
    obj, before: Mapping[str, Any] | None
) -> dict[str, Mapping[str, Any]]:
    """Return what was done to *obj* in this transaction: actions, with their details.

    Compares the object with its state *before* alone, so the result is empty for a new object,
    which has none.
    """
    if before is None:
        return {}
    changes: dict[str, Mapping[str, Any]] = {}
    compared = Compared(obj, before)
    fields = differing_fields(compared)
    if "default_page" in fields and answer(_lost_default_page, obj, before):
        fields.remove("default_page")
    if fields:
        details = {
            "fields": without_protected(compared, fields),
            **answer(saved_version, obj, before, otherwise={}),
        }
        version = answer(reverted_to, obj, before)
        if version is None:
            changes["edited"] = details
        else:
            changes["reverted"] = {**details, "details": {"version": version}}
    if answer(is_shared, obj, before):
        changes["shared"] = {"roles": answer(changed_roles, obj, before, otherwise={})}
    return changes


def _lost_default_page(folder, before):
    # The page was removed or renamed, and has an entry of its own.
    name = before.get("default_page")
    return bool(name) and name not in folder
