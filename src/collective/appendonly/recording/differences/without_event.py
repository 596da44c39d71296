"""Changes without event: what differs between an object and its previous record."""

from Acquisition import aq_base
from collections.abc import Mapping
from collective.appendonly.recording.differences.fields import differing_fields
from collective.appendonly.recording.differences.fields import without_protected
from collective.appendonly.recording.differences.previous import committed_state
from collective.appendonly.recording.differences.versions import reverted_to
from collective.appendonly.recording.differences.versions import saved_version
from collective.appendonly.transactions import answer
from plone import api
from typing import Any


def changes_without_event(obj) -> dict[str, Mapping[str, Any]]:
    """Return what was done to *obj* in this transaction: actions, with their details.

    Compares the object with its own previous record alone, so the result is empty for a new
    object.
    """
    before = answer(committed_state, obj)
    if before is None:
        return {}
    changes: dict[str, Mapping[str, Any]] = {}
    fields = differing_fields(obj, before)
    if "default_page" in fields and answer(_lost_default_page, obj, before):
        fields.remove("default_page")
    if fields:
        details = {
            "fields": without_protected(obj, fields),
            **answer(saved_version, obj, before, otherwise={}),
        }
        version = answer(reverted_to, obj, before)
        if version is None:
            changes["edited"] = details
        else:
            changes["reverted"] = {**details, "details": {"version": version}}
    if answer(_local_roles_differ, obj, before):
        changes["shared"] = {}
    return changes


def _lost_default_page(folder, before):
    # The page was removed or renamed, and has an entry of its own.
    name = before.get("default_page")
    return bool(name) and name not in folder


def _local_roles_differ(obj, before):
    now = vars(aq_base(obj))
    if _is_blocked(before) != _is_blocked(now):
        return True
    old, new = _roles(before), _roles(now)
    return any(
        old.get(principal) != new.get(principal)
        for principal in old.keys() | new.keys()
        # A user or group that was deleted loses its roles everywhere. That is not sharing.
        if principal in new or _exists(principal)
    )


def _is_blocked(state):
    return bool(state.get("__ac_local_roles_block__"))


def _roles(state):
    roles = state.get("__ac_local_roles__") or {}
    return {principal: frozenset(names) for principal, names in roles.items() if names}


def _exists(principal):
    return api.user.get(principal) is not None or api.group.get(principal) is not None
