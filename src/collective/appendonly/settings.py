"""Access to the settings of the current site, which never fails."""

from Acquisition import aq_base
from Acquisition import aq_inner
from collective.appendonly.entry import LOGIN_ACTIONS
from collective.appendonly.i18n import _
from collective.appendonly.interfaces import IActivitySettings
from collective.appendonly.interfaces import SETTINGS_PREFIX
from plone.base.interfaces import INonStructuralFolder
from plone.registry.interfaces import IRegistry
from Products.CMFCore.interfaces import ISiteRoot
from typing import Any
from zope.component import getUtility
from zope.component import queryUtility


#: The setting that a site has from the first version on that can record logins.
SETTING_OF_LOGINS = "days_logins_kept"


class ActivitySettings:
    """The fields of IActivitySettings as read-only attributes.

    If the registry has no record (no site, no registry, or a site that waits for an upgrade),
    the value is the default of the field. In a site that waits for an upgrade, a setting with
    several values may be a set.
    """

    def __init__(self):
        self._registry = queryUtility(IRegistry)

    def __getattr__(self, name: str) -> Any:
        value = None
        if self._registry is not None:
            value = self._registry.get(f"{SETTINGS_PREFIX}.{name}")
        if value is not None:
            return value
        field = IActivitySettings.get(name)
        if field is None:
            raise AttributeError(name)
        return field.default

    @property
    def excluded_actions(self) -> frozenset[str]:
        """The actions that are not recorded.

        In a site that waits for an upgrade, logins are among them: its owner could not choose yet.
        """
        excluded = frozenset(self.actions_left_out)
        if excluded.issuperset(LOGIN_ACTIONS) or self._has(SETTING_OF_LOGINS):
            return excluded
        return excluded.union(LOGIN_ACTIONS)

    def _has(self, name: str) -> bool:
        registry = self._registry
        return registry is not None and f"{SETTINGS_PREFIX}.{name}" in registry


def activity_settings() -> ActivitySettings:
    """Return the settings of the current site."""
    return ActivitySettings()


def shows_recent_activity(obj) -> bool:
    """Return whether, by the settings, the recent activity is shown below *obj*."""
    # Plone's own views decide in the same way what is a folder.
    is_folder = getattr(aq_base(aq_inner(obj)), "isPrincipiaFolderish", False)
    if ISiteRoot.providedBy(obj):
        place = "site"
    elif is_folder and not INonStructuralFolder.providedBy(obj):
        place = "folders"
    else:
        place = "pages"
    return place in activity_settings().viewlet_places


UPGRADE_FIRST = _("Run the add-on's upgrade steps before changing its settings.")


def has_all_settings() -> bool:
    """Return whether the registry of the current site has a record of today for each setting."""
    records = getUtility(IRegistry).records
    return all(
        (record := records.get(f"{SETTINGS_PREFIX}.{name}")) is not None
        # Up to version 1004, some settings were sets.
        and record.field._type == IActivitySettings[name]._type
        for name in IActivitySettings
    )
