"""Access to the log: the first checks of each request, and the cheapest."""

from AccessControl import getSecurityManager
from collective.appendonly.feed.filters import Filters
from collective.appendonly.feed.filters import InvalidFilter
from collective.appendonly.feed.filters import NO_FILTERS
from collective.appendonly.feed.names import check_names
from collective.appendonly.feed.names import unknown_names
from collective.appendonly.guard import shown
from collective.appendonly.i18n import _
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.permissions import may_look_up
from collective.appendonly.permissions import may_read
from collective.appendonly.permissions import unauthorized
from dataclasses import replace
from plone import api
from zope.component import queryUtility


def open_log(context, filters: Filters) -> IActivityLog | None:
    """Return the log, or None if there is none or the current user cannot view it.

    Raises :class:`~collective.appendonly.feed.InvalidFilter` if *filters* name a user whose
    activity the current user may not look up, or an action or a content type that does not
    exist; and if they leave nothing, since they are about what others and the current user did.
    """
    if not may_read(context):
        return None
    if filters.actor is not None:
        if not may_look_up(filters.actor):
            raise InvalidFilter("actor", _("You are not allowed to filter by user."))
        if filters.others and filters.actor == getSecurityManager().getUser().getId():
            raise InvalidFilter(
                "by", _("Choose your own changes or those of others, not both.")
            )
    log = _complete_log()
    if log is not None:
        check_names(log, filters)
    return log


def still_known(context, filters: Filters) -> Filters:
    """Return stored *filters* without the actions and content types that no longer exist.

    No entry has them. If there are no others, nothing fits: the filters stay, and are invalid.
    """
    log = open_log(context, NO_FILTERS)
    unknown = set() if log is None else set(unknown_names(log, filters))
    for parameter in dict(unknown):
        names = getattr(filters, parameter)
        known = tuple(name for name in names if (parameter, name) not in unknown)
        filters = replace(filters, **{parameter: known or names})
    return filters


def is_readable() -> bool:
    """Return whether the site has a complete log."""
    return _complete_log() is not None


def _complete_log():
    log = queryUtility(IActivityLog)
    try:
        return log and (log.stack, log.archive) and log
    except LookupError:
        # The stack or the archive is lost. Each edit logs an error.
        return None


def check_may_read(context) -> None:
    """Raise Unauthorized unless the current user can view the activity in *context*.

    Plone then shows the login form to anonymous users, and an error page to others.
    """
    if not may_read(context):
        raise unauthorized(_("You are not allowed to view the activity."))


def may_view_activity(context) -> bool:
    """Return whether the current user can view *context* and can view its activity.

    For feeds with a key and for digests, where the publisher does not check the first.
    """
    may_view = getSecurityManager().checkPermission("View", context)
    return bool(may_view) and may_read(context)


def has_page(user_id: str | None) -> bool:
    """Return whether the current user can open the activity of the user *user_id*."""
    # Without the right to look users up, the result must not reveal who has an account.
    if not (user_id and may_look_up(user_id)):
        return False
    # A plugin that fails must not hide what the log knows.
    message = "The user %r could not be looked up."
    return bool(shown(lambda: api.user.get(userid=user_id), True, message, user_id))
