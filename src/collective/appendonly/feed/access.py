"""The way to the log, and who may go it: the first questions, and the cheapest."""

from AccessControl import getSecurityManager
from AccessControl import Unauthorized
from collective.appendonly.feed.filters import Filters
from collective.appendonly.feed.filters import InvalidFilter
from collective.appendonly.feed.names import may_look_up
from collective.appendonly.i18n import _
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.settings import activity_settings
from zope.component import queryUtility


VIEW_ACTIVITY = "collective.appendonly: View activity"


def open_log(context, filters: Filters) -> IActivityLog | None:
    """Return the log, or None where there is none or the current user may not read it.

    Raises :class:`~collective.appendonly.feed.InvalidFilter` if they may not ask for the
    person in *filters*.
    """
    if not may_read(context):
        return None
    if filters.actor is not None and not may_look_up(filters.actor):
        raise InvalidFilter("actor", _("You may not look up what one person did."))
    return _complete_log()


def is_readable() -> bool:
    """Tell whether there is a log, with all that belongs to it."""
    return _complete_log() is not None


def _complete_log():
    log = queryUtility(IActivityLog)
    try:
        return log and (log.stack, log.archive) and log
    except LookupError:
        # It has lost a part. Whoever edits something leaves an error in the server's log.
        return None


def check_may_read(context) -> None:
    """Raise Unauthorized unless the current user may read what happened in *context*.

    Plone asks visitors to log in then, and tells members that they may not.
    """
    if not may_read(context):
        raise Unauthorized("You may not read the activity.")


def may_read(context) -> bool:
    """Tell whether the current user may read what happened in *context*.

    What they then find there is decided for each entry: see :mod:`.visibility`. Loads nothing
    of the log.
    """
    audience = activity_settings().audience
    if audience == "everybody":
        return True
    if audience == "members":
        return bool(getSecurityManager().checkPermission(VIEW_ACTIVITY, context))
    # Nobody, or something that this version doesn't know.
    return False
