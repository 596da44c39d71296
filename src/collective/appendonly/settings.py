"""The settings of the site, read so that nothing can go wrong."""

from collective.appendonly.interfaces import IActivitySettings
from collective.appendonly.interfaces import SETTINGS_PREFIX
from plone.registry.interfaces import IRegistry
from typing import Any
from zope.component import queryUtility


class ActivitySettings:
    """The fields of IActivitySettings as attributes, to be read only.

    What the registry doesn't have (no site, no registry, a site that waits for an upgrade) is
    as the schema has it by default.
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
