"""Upgrade steps from one version of the profile to the next."""

from collective.appendonly.entry import LOGIN_ACTIONS
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import IActivitySettings
from collective.appendonly.interfaces import SETTINGS_PREFIX
from collective.appendonly.settings import SETTING_OF_LOGINS
from pathlib import Path
from plone import api
from plone.registry.interfaces import IRegistry
from Products.CMFCore.exportimport.actions import importActionProviders
from Products.GenericSetup.context import DirectoryImportContext
from zope.component import getUtility
from zope.component import queryUtility


_LENGTH = 32

# The conditions of the actions *Activity* in version 1006, and later, by category.
_CONDITIONS = {
    "object": (
        "object/@@activity/is_offered|nothing",
        "object/@@activity/is_offered_in_toolbar|nothing",
    ),
    "document_actions": (
        "python:member is None and path('object/@@activity/is_offered|nothing')",
        "object/@@activity/is_offered_below|nothing",
    ),
}


def register_settings(setup_tool) -> None:
    """Add missing settings, and keep the others. Sets, up to version 1004, become tuples.

    The registry itself would reset a setting whose type has changed to its default. A site that could
    not record logins so far does not begin to.
    """
    registry = getUtility(IRegistry)
    names = [f"{SETTINGS_PREFIX}.{name}" for name in IActivitySettings]
    has_logins = f"{SETTINGS_PREFIX}.{SETTING_OF_LOGINS}" in registry
    sets = {
        name: registry[name]
        for name in names
        if isinstance(registry.get(name), set | frozenset)
    }
    registry.registerInterface(IActivitySettings, prefix=SETTINGS_PREFIX)
    for name, value in sets.items():
        registry[name] = tuple(sorted(value))
    if not has_logins:
        name = f"{SETTINGS_PREFIX}.actions_left_out"
        registry[name] = tuple(dict.fromkeys([*registry[name], *LOGIN_ACTIONS]))


def lengthen_epoch(setup_tool) -> None:
    """Begin a new epoch if that of the log is short. Existing cursors become invalid."""
    log = queryUtility(IActivityLog)
    if log is not None and len(log.epoch) < _LENGTH:
        log.begin_epoch()


def begin_keys(setup_tool) -> None:
    """Give the log a secret, from which it makes the keys of entries."""
    log = queryUtility(IActivityLog)
    if log is not None:
        log.begin_keys()


def to_1006(setup_tool) -> None:
    """Add missing settings, and the actions *Activity* of content.

    The actions of the profile are not imported again: the site may have changed or removed them.
    """
    register_settings(setup_tool)
    if "activity" not in api.portal.get_tool("portal_actions").get("object", ()):
        folder = Path(__file__).with_name("to_1006")
        importActionProviders(DirectoryImportContext(setup_tool, str(folder)))


def to_1007(setup_tool) -> None:
    """Give the actions *Activity* of content their present conditions, unless the site changed them."""
    actions = api.portal.get_tool("portal_actions")
    for category, (former, present) in _CONDITIONS.items():
        action = actions.get(category, {}).get("activity")
        if action is not None and action.available_expr == former:
            action.manage_changeProperties(available_expr=present)
