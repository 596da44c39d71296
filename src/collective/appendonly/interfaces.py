"""The contracts of the Plone side."""

from typing import NamedTuple
from zope.interface import Attribute
from zope.interface import Interface
from zope.publisher.interfaces.browser import IDefaultBrowserLayer


class IActivityLayer(IDefaultBrowserLayer):
    """Marks the requests of a site where the add-on is installed."""


class Position(NamedTuple):
    """Where a part of a change set stands in the log.

    ``generation`` and ``index`` are those of the item in stack or archive. ``block`` counts
    the parts of a change set that was too large for one record; it is 0 in all others.
    """

    generation: int
    index: int
    block: int = 0


class IActivityLog(Interface):
    """What happened to the content of a site, one change set per transaction.

    A local utility, also found as ``api.portal.get_tool("portal_activity")``. It hands out
    everything it has to whoever asks: what a *person* may see of it is the business of
    :mod:`collective.appendonly.feed`, and only of that.
    """

    epoch = Attribute(
        """A short random string that tells this log from every other. Positions mean
        nothing in a log of another epoch."""
    )

    stack = Attribute("The IAppendStack with the newest change sets.")

    archive = Attribute("The IArchive with the layers pruned from the stack.")

    def push(change_set):
        """Put *change_set*, a :class:`~collective.appendonly.entry.ChangeSet`, on the log.

        Writes the stack's record; once in a layer also a new record of the archive. Raises
        ComponentLookupError where the stack or the archive of the site is missing.
        """

    def older(position=None):
        """Yield ``(Position, ChangeSet)`` of what is older than *position*, newest first.

        Without a position: everything. Continues from the stack into the archive, which it
        enters by a seek, and keeps one layer in memory. A large change set comes in parts, one
        per position.
        """

    def newer(position):
        """Yield ``(Position, ChangeSet)`` of what is newer than *position*, oldest first.

        Loads one record when there is nothing newer.
        """

    def __len__():
        """Return the number of change sets in stack and archive. Loads two records."""
