"""Access to the settings of the current site, which never fails."""

from collective.appendonly.i18n import _
from collective.appendonly.interfaces import IActivitySettings
from collective.appendonly.interfaces import SETTINGS_PREFIX
from plone.registry.interfaces import IRegistry
from typing import Any
from zope.component import getUtility
from zope.component import queryUtility


class ActivitySettings:
    """The fields of IActivitySettings as read-only attributes.

    If the registry has no record (no site, no registry, or a site that waits for an upgrade),
    the value is the default of the field.
    """

    def __init__(self):
        self._registry = queryUtility(IRegistry)

    def __getattr__(self, name: str) -> Any:
        field = IActivitySettings.get(name)
        if field is None:
            raise AttributeError(name)
        value = None
        if self._registry is not None:
            value = self._registry.get(f"{SETTINGS_PREFIX}.{name}")
        return field.default if value is None else value


def activity_settings() -> ActivitySettings:
    """Return the settings of the current site."""
    return ActivitySettings()


UPGRADE_FIRST = _("Run the add-on's upgrade steps before changing its settings.")


def has_all_settings() -> bool:
    """Return whether the registry of the current site has a record for each setting."""
    registry = getUtility(IRegistry)
    return all(f"{SETTINGS_PREFIX}.{name}" in registry for name in IActivitySettings)
