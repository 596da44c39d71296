"""Names in filters that nothing has: the reader gets a message, not an empty list."""

from collections.abc import Iterator
from collective.appendonly.actions import find_action
from collective.appendonly.feed.filters import Filters
from collective.appendonly.feed.filters import InvalidFilter
from collective.appendonly.feed.scan import REQUEST_BOUND
from collective.appendonly.feed.scan import Scan
from collective.appendonly.guard import printable
from collective.appendonly.guard import shown
from collective.appendonly.i18n import _
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.permissions import SITE_PERMISSIONS
from plone import api
from zope.i18nmessageid import Message


#: The bound of the search for a name.
BOUND = REQUEST_BOUND

#: The parameters with names, and the messages about unknown ones.
_MESSAGES = {
    "actions": _("Unknown action: ${name}"),
    "types": _("Unknown content type: ${name}"),
}


def check_names(log: IActivityLog, filters: Filters) -> None:
    """Raise InvalidFilter for an action or a content type that does not exist.

    It exists if the site has it today, or if the current user can view an entry with it: the
    add-on that it came with may be gone. So the message discloses nothing. A name that cannot be
    found out about within the bound of a request counts as one that exists.
    """
    for parameter, name in unknown_names(log, filters):
        message = _MESSAGES[parameter]
        raise InvalidFilter(
            parameter, Message(message, mapping={"name": printable(name)})
        )


def unknown_names(log: IActivityLog, filters: Filters) -> Iterator[tuple[str, str]]:
    """Yield the names that :func:`check_names` is about, each with its parameter."""
    for parameter, name in unknown_today(filters):
        wanted = Filters(**{parameter: (name,)})
        scan = Scan(log, api.portal.get(), wanted, BOUND, batch=1)
        if next(scan.older(), None) is None and scan.stopped is None:
            yield parameter, name
        if scan.stopped is not None:
            # One such scan is all that a request can cost.
            return


def unknown_today(filters: Filters) -> Iterator[tuple[str, str]]:
    """Yield the names in *filters* that the site does not have, each with its parameter."""
    for name in filters.actions:
        if find_action(name) is None:
            yield "actions", name
    for name in filters.types:
        if name not in SITE_PERMISSIONS and not _has_type(name):
            yield "types", name


def _has_type(name: str) -> bool:
    types = api.portal.get_tool("portal_types")
    # If they cannot be listed, no name is known to be wrong.
    return shown(
        lambda: name in types.objectIds(),
        True,
        "The type %r could not be looked up.",
        name,
    )
