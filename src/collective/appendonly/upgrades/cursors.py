"""To version 1002: the epoch of the log is the key of the cursors, and so it has to be long."""

from collective.appendonly.interfaces import IActivityLog
from zope.component import queryUtility


_LENGTH = 32


def lengthen_epoch(setup_tool) -> None:
    """Begin a new epoch if that of the log is a short one. Its cursors end with it."""
    log = queryUtility(IActivityLog)
    if log is not None and len(log.epoch) < _LENGTH:
        log.begin_epoch()
