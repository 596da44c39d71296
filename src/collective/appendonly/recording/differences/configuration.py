"""The differences between settings, roles, add-ons, types and workflows before and now.

Plone fires no event for most of them, or events that say too much. What is stored is reliable.
"""

from Acquisition import aq_base
from BTrees.OOBTree import OOBTree
from BTrees.OOBTree import OOBucket
from collections.abc import Iterable
from collections.abc import Mapping
from collective.appendonly.recording.differences.local_roles import lost_and_got
from collective.appendonly.recording.differences.previous import committed_items
from collective.appendonly.recording.differences.previous import committed_state
from collective.appendonly.recording.differences.previous import had_buckets
from collective.appendonly.recording.differences.previous import is_written
from typing import Any
from typing import NamedTuple
from ZODB.utils import z64

import re


# Everybody has these, whether or not they are stored.
_ROLES_OF_ALL = frozenset(["Anonymous", "Authenticated"])

#: How Plone calls the workflow of types that have none of their own.
DEFAULT_CHAIN = "(Default)"

# Names of settings that no user changes.
_NO_SETTING = re.compile(
    r"plone\.icon\.|plone\.app\.querystring\.(?:field|operation)\."
    r"|.*(?:_timestamp|\.last_compilation|\.last_legacy_import)$"
)


class Change(NamedTuple):
    """A value before the transaction, and its value now."""

    old: Any
    new: Any


def is_setting(name: str) -> bool:
    """Return whether the record *name* of the registry is something that users change."""
    return _NO_SETTING.match(name) is None


def is_changed(change: Change) -> bool:
    """Return whether the two values differ. Forms do not tell apart what is empty."""
    old, new = map(_comparable, change)
    return old != new


def _comparable(value):
    if isinstance(value, set | frozenset):
        return value or None
    if isinstance(value, list | tuple):
        return [*map(_comparable, value)] or None
    # Browsers send all line ends as CR LF.
    return value.replace("\r\n", "\n") or None if isinstance(value, str) else value


def changed_properties(obj, names: Iterable[str]) -> dict[str, Change]:
    """Return those of the attributes *names* of *obj* that this transaction has changed.

    The order of lists does not matter: forms store tuples as lists, and sets in any order. Empty
    for a new object, and if the state before is not available.
    """
    before, found = committed_state(obj), {}
    for name in () if before is None else names:
        base = aq_base(obj)
        default = getattr(type(base), name, None)
        change = Change(before.get(name, default), getattr(base, name, None))
        if is_changed(Change(*map(_without_order, change))):
            found[name] = change
    return found


def _without_order(value):
    is_collection = isinstance(value, list | tuple | set | frozenset)
    if is_collection and all(isinstance(each, str) for each in value):
        return frozenset(value)
    return value


def changed_roles(tree: OOBTree, written: Iterable[Any]) -> dict[str, Change]:
    """Return the roles of users and groups that this transaction has changed, by their ids.

    *tree* has tuples of roles by id. *written* are objects that the transaction writes. Old and new
    roles are sorted lists without those that were kept: roles lost, and roles got.
    """
    old: dict[str, Any] = {}
    names: set[str] = set()
    for part in written:
        is_bucket = isinstance(part, OOBucket) and _is_part_of(part, tree)
        if part is not tree and not is_bucket:
            continue
        before = committed_items(part)
        if before is None and part._p_serial != z64:
            # The database was packed in the meantime: what was there is not known.
            continue
        old.update(before or {})
        names.update(before or ())
        if is_bucket:
            names.update(_keys_of(part))
        elif not had_buckets(tree):
            # With many principals they are in buckets, which are records of their own.
            names.update(tree)
    before, now = (
        {name: frozenset(held.get(name) or ()) - _ROLES_OF_ALL for name in names}
        for held in (old, tree)
    )
    return {name: Change(*pair) for name, pair in lost_and_got(before, now).items()}


def _keys_of(bucket):
    """Yield the keys of *bucket*, and of new ones that it was split into."""
    while bucket is not None:
        yield from bucket
        state = bucket.__getstate__()
        following = state[1] if len(state) == 2 else None
        # It gets a connection when it is stored.
        is_new = following is not None and following._p_jar is None
        bucket = following if is_new else None


def _is_part_of(bucket, tree) -> bool:
    # An edit writes dozens of buckets, those of the indexes of the catalog.
    for key, value in bucket.items():
        return (
            isinstance(key, str) and isinstance(value, tuple) and tree.get(key) is value
        )
    return False


def changed_items(mapping) -> dict[Any, Change]:
    """Return the items of a PersistentMapping that this transaction has changed.

    The old or the new value is None where there is none.
    """
    before = committed_state(mapping)
    if before is None:
        return {}
    old, new = before["data"], mapping
    return {
        key: Change(old.get(key), new.get(key))
        for key in sorted({*old, *new})
        if old.get(key) != new.get(key)
    }


def changed_versions(versions: Mapping[str, Change]) -> dict[str, Change]:
    """Return the versions of add-ons, by their names, that *versions* of profiles amount to.

    An add-on may have several profiles. Its version is that of the default profile, if that has
    changed, and written with dots.
    """
    found: dict[str, Change] = {}
    for profile, change in versions.items():
        name, _, kind = profile.partition(":")
        if name not in found or kind == "default":
            found[name] = Change(*map(_version, change))
    return found


def _version(value):
    return ".".join(value) if isinstance(value, tuple) else value


def changed_chains(tool) -> dict[str, Change]:
    """Return the workflows of content types that this transaction has changed, by the type.

    :data:`DEFAULT_CHAIN` stands for the types that have no workflow of their own. Old and new are
    the ids of the workflows, separated by commas.
    """
    chains, now = tool._chains_by_type, tool._default_chain
    before = committed_state(tool) if is_written(tool) else None
    default = Change((before or {}).get("_default_chain", now), now)
    own = changed_items(chains) if chains is not None and is_written(chains) else {}
    found = {DEFAULT_CHAIN: default}
    for name, change in own.items():
        # Without workflows of its own, a type has the default ones.
        both = zip(change, default, strict=True)
        found[name] = Change(
            *(general if its is None else its for its, general in both)
        )
    joined = ((name, Change(*map(", ".join, each))) for name, each in found.items())
    return {name: change for name, change in joined if change.old != change.new}
