"""The local roles of users and groups on an object."""

from Acquisition import aq_base
from collections.abc import Mapping
from collective.appendonly.entry import Pair
from plone import api
from typing import Any


def changed_roles(obj, before: Mapping[str, Any] | None) -> dict[str, Pair]:
    """Return the roles that users and groups have lost and got on *obj*, by their ids.

    *before* is the state of *obj* before the transaction, None if it is new or that is not known.
    """
    if before is None:
        return {}
    return lost_and_got(_roles(before), _roles(vars(aq_base(obj))))


def lost_and_got(
    old: Mapping[str, frozenset[str]], new: Mapping[str, frozenset[str]]
) -> dict[str, Pair]:
    """Return the roles that users and groups have lost and got, by their ids.

    *old* and *new* are their roles before and now. Users and groups that have the same roles in
    both, or none, are left out.
    """
    none = frozenset()
    pairs = (
        (name, old.get(name, none), new.get(name, none))
        for name in sorted(old.keys() | new.keys())
    )
    return {
        name: [sorted(before - now), sorted(now - before)]
        for name, before, now in pairs
        if before != now
    }


def is_shared(obj, before: Mapping[str, Any]) -> bool:
    """Return whether the sharing of *obj* differs from its state *before*.

    A user or group that was deleted loses its roles everywhere. That is not sharing.
    """
    now = vars(aq_base(obj))
    if _is_blocked(before) != _is_blocked(now):
        return True
    left = _roles(now)
    return any(name in left or _exists(name) for name in changed_roles(obj, before))


def _is_blocked(state):
    return bool(state.get("__ac_local_roles_block__"))


def _roles(state):
    local_roles = state.get("__ac_local_roles__")
    # Zope also calls what a script may have stored there.
    if not isinstance(local_roles, Mapping):
        return {}
    return {
        name: roles
        for name, names in local_roles.items()
        # Their order differs from form to form.
        if (roles := frozenset(role for role in names if isinstance(role, str)))
        and isinstance(name, str)
    }


def _exists(name):
    return api.user.get(name) is not None or api.group.get(name) is not None
