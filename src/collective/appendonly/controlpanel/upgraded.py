"""Whether a site has all settings: not while it waits for an upgrade that brings new ones."""

from collective.appendonly.i18n import _
from collective.appendonly.interfaces import IActivitySettings
from collective.appendonly.interfaces import SETTINGS_PREFIX
from plone.registry.interfaces import IRegistry
from zope.component import getUtility


UPGRADE_FIRST = _("Upgrade this add-on first, then there will be settings.")


def has_all_settings() -> bool:
    """Tell whether the registry of the current site has a record for each setting."""
    registry = getUtility(IRegistry)
    return all(f"{SETTINGS_PREFIX}.{name}" in registry for name in IActivitySettings)
