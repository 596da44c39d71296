"""Finding the data of a single user, and erasing it at once."""

from collections.abc import Iterator
from collective.appendonly.bulk import Item
from collective.appendonly.bulk import read_parts
from collective.appendonly.digests.subscriptions import about_actors
from collective.appendonly.digests.subscriptions import of_member
from collective.appendonly.entry import Entry
from collective.appendonly.feed.keys import key_created
from collective.appendonly.feed.saved import filters_about
from collective.appendonly.feed.saved import filters_of
from collective.appendonly.operations import installed_log
from collective.appendonly.operations import no_progress
from collective.appendonly.operations import Progress
from collective.appendonly.operations.filling import unfinished_archive
from collective.appendonly.operations.maintenance.erasure import BATCH
from collective.appendonly.operations.maintenance.erasure import Erased
from collective.appendonly.operations.maintenance.erasure_requests import (
    erasure_requests,
)
from collective.appendonly.operations.maintenance.erasure_requests import Request
from collective.appendonly.operations.maintenance.erasure_requests import (
    request_erasure,
)
from collective.appendonly.operations.maintenance.lock import locked
from collective.appendonly.operations.maintenance.pseudonyms import ANONYMOUS
from collective.appendonly.operations.maintenance.pseudonyms import Replacer
from collective.appendonly.operations.maintenance.run import erase_requested
from collective.appendonly.settings import activity_settings
from collective.appendonly.transactions import commit_attempts
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from plone import api
from zope.component.hooks import site as in_site


@dataclass
class PersonalData:
    """The data of a user that the add-on stores in a site."""

    #: The number of change sets by the user, at least in part.
    change_sets: int = 0
    #: The number of entries about the account, or with the id among their details.
    mentions: int = 0
    #: The number of entries that list the user among those who could view the content.
    principals: int = 0
    #: The number of unreadable change sets, or blocks of large ones.
    unreadable: int = 0
    is_requested: bool = False
    has_feed_url: bool = False
    #: The number of digests that the user receives, or that are limited to what the user did.
    digests: int = 0
    #: The number of saved filters, of the user and about the user.
    saved_filters: int = 0
    #: Whether the settings exclude the user from recording.
    is_excluded: bool = False
    has_account: bool = False

    def __bool__(self):
        """Return whether there is anything to erase."""
        in_log = self.change_sets or self.mentions or self.principals
        outside = self.has_feed_url or self.digests or self.saved_filters
        return bool(in_log or self.is_requested or outside or self.is_excluded)


def find_person(site, user_id: str, progress: Progress = no_progress) -> PersonalData:
    """Return the data of the user *user_id* in *site*. Changes nothing.

    Reads the whole log, with a bounded amount of memory. *progress* is called with the number of
    change sets that were read and the total.

    Raises :class:`~collective.appendonly.operations.NotInstalled`.
    """
    with in_site(site):
        found = PersonalData(
            is_requested=any(name == user_id for name, _ in erasure_requests()),
            has_feed_url=key_created(user_id) is not None,
            digests=len(
                {each.key for each in of_member(user_id)} | about_actors(user_id)
            ),
            saved_filters=_count_filters(user_id),
            is_excluded=user_id in activity_settings().users_left_out,
            has_account=api.user.get(userid=user_id) is not None,
        )
        replacer = Replacer({user_id: ANONYMOUS})
        for item in _items(site, progress):
            _count(item, user_id, replacer, found)
        return found


def erase_person(
    site, user_id: str, anonymous: bool = False, progress: Progress = no_progress
) -> Erased:
    """Erase the user *user_id*, and no other, from the log of *site*.

    Like :func:`~collective.appendonly.operations.maintenance.maintain` after a request, and with
    the same errors. The request comes first, so that this function or the next maintenance job
    can continue with the same pseudonym after an interruption. An *anonymous* erasure also
    replaces the pseudonym of an unfinished erasure that was not.
    """
    with in_site(site), locked(site) as lock:
        prepare = partial(_requests, user_id, anonymous)
        requests = commit_attempts(prepare, lock.commit)
        return erase_requested(site, lock, requests, progress)


def _requests(user_id: str, anonymous: bool) -> list[Request]:
    """Return the requests for a user; add one if there is none that is *anonymous* as asked."""
    requests = _pending(user_id)
    if not requests or (anonymous and (user_id, ANONYMOUS) not in requests):
        request_erasure(user_id, anonymous)
        requests = _pending(user_id)
    return requests


def _pending(user_id: str) -> list[Request]:
    return [request for request in erasure_requests() if request[0] == user_id]


def _count_filters(user_id: str) -> int:
    own = {(user_id, saved) for saved in filters_of(user_id)}
    return len(own.union(filters_about(user_id)))


def _items(site, progress: Progress) -> Iterator[Item]:
    log, unfinished = installed_log(), unfinished_archive(site)
    total, done = len(log) + len(unfinished or ()), 0
    for holder in log.stack, log.archive, unfinished:
        for _, _, item in holder or ():
            if done % BATCH == 0:
                site._p_jar.cacheGC()
                progress(done, total)
            yield item
            done += 1
    progress(total, total)


def _count(item: Item, user_id: str, replacer: Replacer, found: PersonalData) -> None:
    def unreadable(error):
        found.unreadable += 1

    count = partial(_count_part, user_id, replacer, found)
    found.change_sets += any([*read_parts(item, count, unreadable)])


def _count_part(
    user_id: str, replacer: Replacer, found: PersonalData, data: bytes
) -> bool:
    """Return whether the user has done something of the part."""
    change_set = replacer.decoded(data)
    entries = () if change_set is None else change_set.entries
    for entry in entries:
        _count_entry(entry, replacer, found)
    return any(user_id in (change_set.actor, entry.actor) for entry in entries)


def _count_entry(entry: Entry, replacer: Replacer, found: PersonalData) -> None:
    after = replacer.entry(entry)
    found.mentions += _mentions(after) != _mentions(entry)
    found.principals += _viewers(after) != _viewers(entry)


_mentions = attrgetter("title", "details", "values", "roles")
_viewers = attrgetter("principals", "source", "descendants")
