"""Event subscribers: the size of the stack, and the epoch of a copied site."""

from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import SETTINGS_PREFIX
from collective.appendonly.settings import activity_settings
from collective.appendonly.transactions import errors_logged
from plone.registry.interfaces import IRecordRemovedEvent
from zope.component import queryUtility


_RECORDS = frozenset(
    f"{SETTINGS_PREFIX}.{name}" for name in ("window_layers", "window_length")
)


def fit_window() -> None:
    """Resize the stack of the current site according to its settings.

    Surplus layers move to the archive. Does nothing if there is no log. With a concurrent edit,
    the commit raises ConflictError; retry it.
    """
    log = queryUtility(IActivityLog)
    if log is not None:
        settings = activity_settings()
        log.resize(settings.window_layers, settings.window_length)


def settings_changed(event) -> None:
    """Resize the stack if its registry records change. Never breaks the change."""
    # While an uninstallation removes the records, the stack may be gone.
    if event.record.__name__ not in _RECORDS or IRecordRemovedEvent.providedBy(event):
        return
    with errors_logged("The stack could not be given the size of the settings."):
        fit_window()


def site_added(site, event) -> None:
    """Begin an epoch in the log of a site that was pasted or imported.

    From now on its log differs from the log that it is a copy of, so a cursor of one must not be
    valid in the other.
    """
    with errors_logged("The new epoch of %r could not be recorded.", site):
        log = queryUtility(IActivityLog, context=site)
        if log is not None:
            log.begin_epoch()
