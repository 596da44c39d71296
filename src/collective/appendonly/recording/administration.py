"""Changes of roles, add-ons, content types and workflows, found in what a transaction writes.

Plone fires no event for most of them, whichever form, service or code makes them. So what is
written is compared with what was committed before.
"""

from AccessControl import getSecurityManager
from Acquisition import aq_base
from BTrees.OOBTree import OOBTree
from BTrees.OOBTree import OOBucket
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from collective.appendonly.entry import ADDON
from collective.appendonly.entry import GROUP
from collective.appendonly.entry import TYPE
from collective.appendonly.entry import USER
from collective.appendonly.entry import WORKFLOW
from collective.appendonly.recording.differences.configuration import Change
from collective.appendonly.recording.differences.configuration import changed_chains
from collective.appendonly.recording.differences.configuration import changed_items
from collective.appendonly.recording.differences.configuration import changed_properties
from collective.appendonly.recording.differences.configuration import changed_roles
from collective.appendonly.recording.differences.configuration import changed_versions
from collective.appendonly.recording.differences.previous import committed_state
from collective.appendonly.recording.differences.previous import written_by
from collective.appendonly.recording.differences.values import short_pair
from collective.appendonly.recording.people_story import is_group
from collective.appendonly.recording.people_story import Principal
from collective.appendonly.recording.people_story import PrincipalStory
from collective.appendonly.recording.site_story import AddonStory
from collective.appendonly.recording.site_story import Part
from collective.appendonly.recording.site_story import SiteStory
from collective.appendonly.recording.story import Note
from collective.appendonly.settings import activity_settings
from collective.appendonly.transactions import errors_logged
from functools import cache
from persistent import GHOST
from persistent.mapping import PersistentMapping
from plone.base.interfaces import INonInstallable
from Products.CMFCore.interfaces import ISiteRoot
from Products.CMFCore.TypesTool import TypeInformation
from Products.CMFCore.TypesTool import TypesTool
from Products.CMFCore.WorkflowTool import WorkflowTool
from Products.PlonePAS.plugins.role import GroupAwareRoleManager
from Products.PluggableAuthService.plugins.ZODBRoleManager import ZODBRoleManager
from typing import Any
from typing import NamedTuple
from ZODB.utils import z64
from zope.component import getAllUtilitiesRegisteredFor
from zope.component import getUtility

import transaction


_TYPES = (TypeInformation, TypesTool, WorkflowTool)
_ROLE_MANAGERS = [ZODBRoleManager.meta_type, GroupAwareRoleManager.meta_type]
# The control panel hides it among the add-ons, but it is upgraded like them.
_PLONE = "Products.CMFPlone:plone"
# The key of what was looked away from in the data of its transaction.
_IGNORED = object()


class _Found(NamedTuple):
    """Something that was changed: what the notes about it have."""

    obj: Any
    action: str
    details: Mapping[str, Any]
    story: Any


def may_be_written(site) -> bool:
    """Return whether the transaction may make such changes in *site*. Loads nothing."""
    return any(True for _ in _written(site))


def look_away() -> None:
    """Make no notes about what the current transaction writes."""
    transaction.get().set_data(_IGNORED, True)


def notes_on_writes(log) -> Iterator[Note]:
    """Yield notes about such changes that the current transaction makes in the site of *log*.

    It is the current site. There are none in the transaction that has installed *log*.
    """
    if is_new(log):
        return
    try:
        transaction.get().data(_IGNORED)
    except KeyError:
        # The log is in the database of its site. Hardly any transaction needs the site itself.
        if written := [*_written(log)]:
            site = getUtility(ISiteRoot)
            for found in _found(site, written):
                actor = getSecurityManager().getUser().getId()
                yield Note(log, site, found.obj, found.action, actor, *found[2:])


def is_new(log) -> bool:
    """Return whether the current transaction has installed *log*. It begins empty."""
    base = aq_base(log)
    # A ghost has no serial.
    base._p_activate()
    return base._p_serial == z64


def _found(site, written: Sequence[Any]) -> Iterator[_Found]:
    excluded, has_addons = activity_settings().excluded_actions, False
    for action, find in _FINDERS:
        # An add-on brings types and workflows: its installation implies them.
        if has_addons or action in excluded:
            continue
        with errors_logged("%s could not be found.", find.__name__):
            for found in find(site, written):
                has_addons |= found.story is AddonStory
                yield found


def _written(obj) -> Iterator[Any]:
    """Yield what the transaction writes, and may have what is looked for. Loads nothing.

    *obj* is any object in the database of the site.
    """
    written = written_by(aq_base(obj)._p_jar)
    # Most objects are of other kinds.
    return (obj for obj in written if _kind(type(obj)) and _may_matter(obj))


def _may_matter(obj) -> bool:
    """Return whether *obj*, of a kind that matters, may have what is looked for.

    Roles are in BTrees, and versions of add-ons and workflows of types in mappings: tuples of
    strings by their names. An edit also writes dozens of parts of the catalog, and a transition its
    history, which have other values.
    """
    kind = _kind(type(obj))
    if kind in _TYPES or obj._p_state == GHOST:
        return True
    if kind is PersistentMapping:
        values = obj.data.values()
    else:
        # An empty tree has no bucket.
        bucket = obj._firstbucket if kind is OOBTree else obj
        if bucket is None or bucket._p_state == GHOST:
            return True
        values = bucket.itervalues()
    value = next(iter(values), ())
    is_listed = isinstance(value, str | tuple | list)
    return is_listed and (not value or isinstance(value[0], str))


@cache
def _kind(cls: type) -> type | None:
    kinds = (OOBTree, OOBucket, PersistentMapping, *_TYPES)
    return next((kind for kind in kinds if issubclass(cls, kind)), None)


def _changes_of_roles(site, written: Sequence[Any]) -> Iterator[_Found]:
    parts = [obj for obj in written if isinstance(obj, OOBTree | OOBucket)]
    # Others are not loaded.
    for manager in site.acl_users.objectValues(_ROLE_MANAGERS) if parts else ():
        tree = aq_base(manager)._principal_roles
        for name, change in changed_roles(tree, parts).items():
            principal = Principal(GROUP if is_group(name) else USER, name)
            details = {"lost": change.old, "got": change.new}
            yield _Found(principal, "roles_changed", details, PrincipalStory)


def _changes_of_addons(site, written: Sequence[Any]) -> Iterator[_Found]:
    if not any(isinstance(obj, PersistentMapping) for obj in written):
        return
    setup = site.portal_setup
    versions = setup._profile_upgrade_versions
    if not any(obj is versions for obj in written):
        return
    profiles = changed_items(versions)
    hidden = _hidden(profiles)
    shown = {name: each for name, each in profiles.items() if name not in hidden}
    changes = changed_versions(shown)
    installed = [name for name, change in changes.items() if change.old is None]
    chains = {name: _needed_by(setup, name, shown) for name in installed}
    needed = {
        name: [
            other
            for other in installed
            # Of two add-ons that need each other, both are named.
            if other in chains[name] and name not in chains[other]
        ]
        for name in installed
    }
    implied = {other for others in needed.values() for other in others}
    for name, change in changes.items():
        if name in implied:
            continue
        details: dict[str, Any] = {"values": {"version": [*change]}}
        if needed.get(name):
            details["details"] = {"dependencies": needed[name]}
        yield _Found(Part(ADDON, name), _addon_action(change), details, AddonStory)
    if profiles and not changes:
        # What is hidden has no entry, nor has what it brings.
        yield _Found(Part(ADDON, ""), "profiles_changed", {}, AddonStory)


def _hidden(profiles: Iterable[str]) -> set[str]:
    """Return those of *profiles* that the control panel of add-ons does not show."""
    names: set[str] = set()
    for hiding in getAllUtilitiesRegisteredFor(INonInstallable):
        for method in ("getNonInstallableProducts", "getNonInstallableProfiles"):
            # Some have one of them only.
            names.update(getattr(hiding, method, tuple)())
    return {
        profile
        for profile in profiles
        if names.intersection([profile, profile.partition(":")[0]])
        and profile != _PLONE
    }


def _needed_by(setup, name: str, profiles: Iterable[str]) -> set[str]:
    """Return the names of the add-ons that those of *profiles* need that belong to *name*."""
    return {
        needed.removeprefix("profile-").partition(":")[0]
        for profile in profiles
        if profile.partition(":")[0] == name and setup.profileExists(profile)
        for needed in setup.getProfileDependencyChain(f"profile-{profile}")
    } - {name}


def _addon_action(change):
    if change.old is None:
        return "addon_installed"
    return "addon_uninstalled" if change.new is None else "addon_upgraded"


def _changes_of_types(site, written: Sequence[Any]) -> Iterator[_Found]:
    if not any(isinstance(obj, TypeInformation | TypesTool) for obj in written):
        return
    types = aq_base(site.portal_types)
    for obj in written:
        if obj is types:
            before = committed_state(types)
            old = {each["id"] for each in before["_objects"]} if before else set()
            new = set(types.objectIds())
            for name in sorted(old ^ new if before else ()):
                details = {"details": {"added" if name in new else "removed": True}}
                yield _Found(Part(TYPE, name), "type_changed", details, SiteStory)
        elif isinstance(obj, TypeInformation):
            if aq_base(types._getOb(obj.getId(), None)) is obj:
                changes = changed_properties(obj, obj.propertyIds())
                if changes:
                    details = _properties(changes)
                    yield _Found(
                        Part(TYPE, obj.getId()), "type_changed", details, SiteStory
                    )


def _properties(changes: Mapping[str, Change]) -> dict[str, Any]:
    details: dict[str, Any] = {"fields": tuple(sorted(changes))}
    if activity_settings().record_values:
        pairs = {name: short_pair(*change) for name, change in changes.items()}
        details["values"] = {name: pair for name, pair in pairs.items() if pair}
    return details


def _changes_of_workflows(site, written: Sequence[Any]) -> Iterator[_Found]:
    if not any(isinstance(obj, PersistentMapping | WorkflowTool) for obj in written):
        return
    tool = aq_base(site.portal_workflow)
    if any(obj is tool or obj is tool._chains_by_type for obj in written):
        for name, change in changed_chains(tool).items():
            details = {"values": {"workflow": [*change]}}
            yield _Found(Part(WORKFLOW, name), "workflow_changed", details, SiteStory)


# The functions that find something, each with the action that has to be excluded to skip it. Add-ons
# are always looked for, since they imply other changes.
_FINDERS = (
    ("roles_changed", _changes_of_roles),
    ("", _changes_of_addons),
    ("type_changed", _changes_of_types),
    ("workflow_changed", _changes_of_workflows),
)
