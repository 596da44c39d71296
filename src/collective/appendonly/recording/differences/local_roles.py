"""Who has which role on an object: what Plone calls sharing."""

from Acquisition import aq_base
from collections.abc import Mapping
from plone import api
from typing import Any


def local_roles_differ(obj, before: Mapping[str, Any]) -> bool:
    """Tell whether *obj* is shared in another way than in the state *before*.

    A user or group that was deleted loses its roles everywhere. That is not sharing.
    """
    now = vars(aq_base(obj))
    if _is_blocked(before) != _is_blocked(now):
        return True
    old, new = _roles(before), _roles(now)
    return any(
        old.get(principal) != new.get(principal)
        for principal in old.keys() | new.keys()
        if principal in new or _exists(principal)
    )


def _is_blocked(state):
    return bool(state.get("__ac_local_roles_block__"))


def _roles(state):
    roles = state.get("__ac_local_roles__") or {}
    return {principal: frozenset(names) for principal, names in roles.items() if names}


def _exists(principal):
    return api.user.get(principal) is not None or api.group.get(principal) is not None
