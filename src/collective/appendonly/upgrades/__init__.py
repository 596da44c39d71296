"""Upgrade steps from one version of the profile to the next."""

from collective.appendonly.interfaces import IActivityLog
from zope.component import queryUtility


_LENGTH = 32


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
