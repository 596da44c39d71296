"""One person: what the log holds of them, and their erasure at once."""

from collections.abc import Iterator
from collective.appendonly.attempts import commit_attempts
from collective.appendonly.bulk import BulkChangeSet
from collective.appendonly.digests.subscriptions import of_member
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import decode
from collective.appendonly.entry import Entry
from collective.appendonly.feed_keys import key_created
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.maintenance.claim import claimed
from collective.appendonly.maintenance.erasure import BATCH
from collective.appendonly.maintenance.erasure import Erased
from collective.appendonly.maintenance.erasure_requests import erasure_requests
from collective.appendonly.maintenance.erasure_requests import Request
from collective.appendonly.maintenance.erasure_requests import request_erasure
from collective.appendonly.maintenance.names import ANONYMOUS
from collective.appendonly.maintenance.names import Names
from collective.appendonly.maintenance.names import UNREADABLE
from collective.appendonly.maintenance.run import erase_requested
from collective.appendonly.maintenance.run import Progress
from collective.appendonly.maintenance.unfinished import unfinished_archive
from dataclasses import dataclass
from functools import partial
from plone import api
from zope.component import getUtility
from zope.component.hooks import site as in_site


@dataclass
class Findings:
    """What a site holds of a person, as far as the add-on knows."""

    #: How many change sets they did, at least in part.
    deeds: int = 0
    #: How many entries name them: are about the account, or have the id among their details.
    named: int = 0
    #: Of how many entries the log knows that this person could see the object, by the id.
    seen: int = 0
    #: How many change sets, or blocks of large ones, can't be read.
    unreadable: int = 0
    is_requested: bool = False
    has_feed_address: bool = False
    #: How many digests this person gets by mail.
    digests: int = 0
    has_account: bool = False

    def __bool__(self):
        """Tell whether there is anything to be erased."""
        in_log = self.deeds or self.named or self.seen
        return bool(
            in_log or self.is_requested or self.has_feed_address or self.digests
        )


def look_for(site, user_id: str, progress: Progress | None = None) -> Findings:
    """Return what *site* holds of the user *user_id*. Changes nothing.

    Reads all of the log, with a bounded amount of memory. *progress* is called with the number
    of change sets done and of all.

    Raises ComponentLookupError where the add-on is not installed, or waits for an upgrade.
    """
    with in_site(site):
        found = Findings(
            is_requested=any(name == user_id for name, _ in erasure_requests()),
            has_feed_address=key_created(user_id) is not None,
            digests=len(of_member(user_id)),
            has_account=api.user.get(userid=user_id) is not None,
        )
        names = Names({user_id: ANONYMOUS})
        for item in _items(site, progress):
            _look_at(item, user_id, names, found)
        return found


def erase_person(
    site, user_id: str, anonymous: bool = False, progress: Progress | None = None
) -> Erased:
    """Erase the user *user_id* from the log of *site*, and nobody else.

    As :func:`~collective.appendonly.maintenance.maintain` does where it was requested, and with
    the same errors. It is requested first, so if this is interrupted, this function or the
    next maintenance goes on with the same pseudonym. An *anonymous* erasure takes also
    the pseudonym away that one which is not finished has given.
    """
    with in_site(site), claimed(site) as claim:
        prepare = partial(_requests, user_id, anonymous)
        requests = commit_attempts(prepare, claim.commit)
        return erase_requested(site, claim, requests, progress)


def _requests(user_id: str, anonymous: bool) -> list[Request]:
    """Return the requests for somebody; there is one that says whether it is *anonymous*."""
    requests = _pending(user_id)
    if not requests or (anonymous and (user_id, ANONYMOUS) not in requests):
        request_erasure(user_id, anonymous)
        requests = _pending(user_id)
    return requests


def _pending(user_id: str) -> list[Request]:
    return [request for request in erasure_requests() if request[0] == user_id]


def _items(site, progress: Progress | None) -> Iterator[bytes | BulkChangeSet]:
    log, unfinished = getUtility(IActivityLog), unfinished_archive(site)
    total, done = len(log) + len(unfinished or ()), 0
    for holder in log.stack, log.archive, unfinished:
        for _, _, item in holder or ():
            if done % BATCH == 0:
                site._p_jar.cacheGC()
                if progress is not None:
                    progress(done, total)
            yield item
            done += 1
    if progress is not None:
        progress(total, total)


def _look_at(item, user_id: str, names: Names, found: Findings) -> None:
    is_deed = False
    for change_set in _parts(item, names, found):
        for entry in change_set.entries:
            is_deed = is_deed or user_id in (change_set.actor, entry.actor)
            _look_at_entry(entry, names, found)
    found.deeds += is_deed


def _look_at_entry(entry: Entry, names: Names, found: Findings) -> None:
    after = names.entry(entry)
    found.named += (after.title, after.details) != (entry.title, entry.details)
    found.seen += (after.principals, after.source, after.descendants) != (
        entry.principals,
        entry.source,
        entry.descendants,
    )


def _parts(item, names: Names, found: Findings) -> Iterator[ChangeSet]:
    """Yield what may hold the id, and count what can't be read."""
    is_large = isinstance(item, BulkChangeSet)
    for part in item.blocks if is_large else [item]:
        data = part.data if is_large else part
        if is_large:
            part._p_deactivate()
        if names.may_be_in(data):
            try:
                yield decode(data)
            except UNREADABLE:
                found.unreadable += 1
