"""What differs between an object and its previous record, though no event said so."""

from collections.abc import Mapping
from collective.appendonly.recording.differences.fields import differing_fields
from collective.appendonly.recording.differences.fields import without_protected
from collective.appendonly.recording.differences.local_roles import local_roles_differ
from collective.appendonly.recording.differences.previous import committed_state
from collective.appendonly.recording.differences.reverting import reverted_to
from collective.appendonly.recording.differences.versions import saved_version
from typing import Any


def silent_changes(obj) -> dict[str, Mapping[str, Any]]:
    """Return what was done to *obj* in this transaction: actions, with their details.

    It follows from the record of the object alone, so it is empty for what is new.
    """
    before = committed_state(obj)
    if before is None:
        return {}
    changes: dict[str, Mapping[str, Any]] = {}
    fields = differing_fields(obj, before)
    if "default_page" in fields and _lost_default_page(obj, before):
        fields.remove("default_page")
    if fields:
        named = {
            "fields": without_protected(obj, fields),
            **saved_version(obj, before),
        }
        version = reverted_to(obj, before)
        if version is None:
            changes["edited"] = named
        else:
            changes["reverted"] = {**named, "details": {"version": version}}
    if local_roles_differ(obj, before):
        changes["shared"] = {}
    return changes


def _lost_default_page(folder, before):
    """Tell whether the default page was removed or renamed: that is told of the page."""
    name = before.get("default_page")
    return bool(name) and name not in folder
