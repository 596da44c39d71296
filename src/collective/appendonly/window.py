"""The window: how much the site's stack holds follows the settings."""

from collective.appendonly.harmless import harmless
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import SETTINGS_PREFIX
from collective.appendonly.settings import activity_settings
from plone.registry.interfaces import IRecordRemovedEvent
from zope.component import queryUtility


_RECORDS = frozenset(
    f"{SETTINGS_PREFIX}.{name}" for name in ("window_layers", "window_length")
)


def fit_window() -> None:
    """Give the stack of the current site the size that its settings want.

    What no longer fits goes to the archive. Nothing happens where there is no log. Raises
    ConflictError, at the commit, if somebody records something at the same time: try again.
    """
    log = queryUtility(IActivityLog)
    if log is not None:
        settings = activity_settings()
        log.resize(settings.window_layers, settings.window_length)


def settings_changed(event) -> None:
    """Fit the window when its records are set, by whomever. Never breaks the setting."""
    # While the records of an uninstalled site go, the stack may be gone already.
    if event.record.__name__ not in _RECORDS or IRecordRemovedEvent.providedBy(event):
        return
    with harmless("The stack could not be given the size of the settings."):
        fit_window()
