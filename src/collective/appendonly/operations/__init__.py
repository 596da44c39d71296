"""Operations on a whole log: fill, export, verify, count, maintain and examine it.

Here is what they share: the log, their errors, and how they report progress.
"""

from collections.abc import Callable
from collective.appendonly.entry import UnknownFormat
from collective.appendonly.interfaces import IActivityLog
from transaction.interfaces import TransientError
from ZODB.POSException import ConflictError
from ZODB.POSException import POSError
from ZODB.POSException import ReadOnlyError
from zope.component import queryUtility
from zope.interface.interfaces import ComponentLookupError

import errno


#: A function that is called with the amount of work done and the total, mostly in change sets.
Progress = Callable[[int, int], None]


class OperationError(Exception):
    """An operation that failed. The message states the problem, then what to do."""


class Busy(OperationError):
    """Another process is doing the same. The operation can succeed later."""


class NotInstalled(OperationError, ComponentLookupError):
    """The current site has no log, or lacks a part of the add-on."""

    message = (
        "The add-on is not installed in this site. Install “Recent activity” in the Add-ons control"
        " panel of the site."
    )

    def __init__(self):
        super().__init__(self.message)


class NotUpgraded(NotInstalled):
    """The current site lacks what a later version of the add-on installs."""

    message = (
        "The site needs an upgrade of the add-on. Upgrade “Recent activity” in the Add-ons control"
        " panel of the site."
    )


#: Errors of the site, the database and the operating system. Their messages are enough: a traceback
#: would not help.
EXPECTED = (OperationError, UnknownFormat, POSError, TransientError, OSError)


def installed_log() -> IActivityLog:
    """Return the log of the current site. Raises :class:`NotInstalled`."""
    log = queryUtility(IActivityLog)
    if log is None:
        raise NotInstalled
    return log


def upgraded_log() -> IActivityLog:
    """Return the log of the current site, for work after which 1.0.0a1 could not read or write it.

    Until the site is upgraded, another Zope may run that version. Raises :class:`NotUpgraded` then,
    or :class:`NotInstalled`.
    """
    log = installed_log()
    if log.keys is None:
        raise NotUpgraded
    return log


def describe(error: BaseException) -> str:
    """Return a sentence about *error*."""
    if isinstance(error, OperationError | UnknownFormat):
        return str(error)
    if isinstance(error, ReadOnlyError):
        return "The database is read-only."
    if isinstance(error, ConflictError):
        return "There were too many concurrent edits."
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "There is no space left on the disk."
    return f"{type(error).__name__}: {error}".removesuffix(": ")


def no_progress(done: int, total: int) -> None:
    """Report nothing."""
