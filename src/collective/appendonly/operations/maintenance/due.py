"""The work that is due for the maintenance job."""

from collections.abc import Callable
from collective.appendonly import clock
from collective.appendonly.digests.subscriptions import all_keys
from collective.appendonly.digests.subscriptions import find
from collective.appendonly.guard import shown
from collective.appendonly.i18n import _
from collective.appendonly.operations import installed_log
from collective.appendonly.operations.indexing import unindexed
from collective.appendonly.operations.maintenance.erasure_requests import pending_users
from collective.appendonly.operations.maintenance.logins import count_old_logins
from collective.appendonly.operations.maintenance.publishing import (
    count_newly_effective,
)
from collective.appendonly.operations.maintenance.retention import count_expired
from collective.appendonly.settings import activity_settings
from itertools import islice
from typing import NamedTuple
from zope.i18nmessageid import Message


#: Of logins, of layers and of subscriptions, no more are counted than this number.
MOST = 1000


class Due(NamedTuple):
    """The work that is due in a site. A number that is not known is None."""

    #: Change sets to discard.
    discarded: int | None
    #: Change sets with logins to discard, up to :data:`MOST`.
    logins: int | None
    #: Users to erase.
    people: int | None
    #: Archived layers without keys, up to :data:`MOST`.
    indexed: int | None
    #: Content whose publishing date has come since the last job.
    published: int | None
    #: Digests to send if there is something new, up to :data:`MOST`.
    digests: int | None


def due(site) -> Due:
    """Return the work that is due for the maintenance job of *site*.

    Writes nothing, and reads little: O(log n) records for each kind of retention, one record for a
    thousand layers that have keys, one for each subscription, and indexes of the catalog.
    """
    counts = {
        "discarded": lambda: count_expired(installed_log(), now=clock.utc_now()),
        "logins": lambda: count_old_logins(installed_log(), MOST),
        "people": lambda: len(pending_users()),
        "indexed": lambda: len(unindexed(installed_log(), MOST)),
        "published": lambda: count_newly_effective(site),
        "digests": _count_digests,
    }
    return Due(**{name: _known(name, count) for name, count in counts.items()})


def _known(name: str, count: Callable[[], int]) -> int | None:
    return shown(count, None, "What is due could not be counted: %s.", name)


def _count_digests() -> int:
    if not activity_settings().digests:
        return 0
    now = clock.utc_now()
    subscriptions = filter(None, map(find, islice(all_keys(), MOST)))
    return sum(subscription.is_due(now) for subscription in subscriptions)


def due_messages(work: Due) -> list[Message]:
    """Return the messages that describe *work*."""
    texts = {
        "discarded": _("Change sets to discard: ${number}."),
        "logins": _("Changes with logins to discard: ${number}."),
        "people": _("Users to erase: ${number}."),
        "indexed": _("Layers to index: ${number}."),
        "published": _("Publishing dates that have come: ${number}."),
        "digests": _("Digests to send, if there is new activity: ${number}."),
    }
    found = []
    for name, text in texts.items():
        number = getattr(work, name)
        if number:
            is_more = name in ("logins", "indexed", "digests") and number >= MOST
            shown_number = f"{number}+" if is_more else str(number)
            found.append(Message(text, mapping={"number": shown_number}))
    if None in work:
        found.append(_("Some of it could not be counted. See the server log."))
    return found or [_("There is nothing to do now.")]
