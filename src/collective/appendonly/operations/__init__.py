"""Operations on a whole log: fill, export, verify, count, maintain and examine it.

Here is what they share: the log, their errors, and how they report progress.
"""

from collections.abc import Callable
from collective.appendonly.interfaces import IActivityLog
from zope.component import queryUtility
from zope.interface.interfaces import ComponentLookupError


#: A function that is called with the amount of work done and the total, mostly in change sets.
Progress = Callable[[int, int], None]


class OperationError(Exception):
    """An operation that failed. The message states the problem, then what to do."""


class NotInstalled(OperationError, ComponentLookupError):
    """The current site has no log, or lacks a part of the add-on."""

    def __init__(self):
        super().__init__(
            "The add-on is not installed in this site, or needs an upgrade. Install or upgrade"
            " “Recent activity” in the Add-ons control panel of the site."
        )


def installed_log() -> IActivityLog:
    """Return the log of the current site. Raises :class:`NotInstalled`."""
    log = queryUtility(IActivityLog)
    if log is None:
        raise NotInstalled
    return log


def no_progress(done: int, total: int) -> None:
    """Report nothing."""
