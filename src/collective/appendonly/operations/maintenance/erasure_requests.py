"""Requests to erase users, such as deleted ones, which wait for the next maintenance job.

A request is a pair of builtin strings, the user id and its pseudonym. The pseudonym is drawn
with the request, so that an interrupted erasure continues with the same one.
"""

from collections import Counter
from collections.abc import Iterable
from collections.abc import Sequence
from collective.appendonly.digests import forget_actor
from collective.appendonly.digests import forget_member
from collective.appendonly.entry import pseudonym
from collective.appendonly.feed.accounts import begin_account
from collective.appendonly.feed.accounts import forget_account
from collective.appendonly.feed.keys import revoke_key
from collective.appendonly.feed.saved import forget_filters
from collective.appendonly.feed.saved import forget_filters_about
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import SETTINGS_PREFIX
from collective.appendonly.operations import installed_log
from collective.appendonly.operations import NotUpgraded
from collective.appendonly.operations.maintenance.pseudonyms import ANONYMOUS
from collective.appendonly.recording import recording_suspended
from collective.appendonly.settings import activity_settings
from collective.appendonly.structures.interfaces import IAccumulator
from collective.appendonly.transactions import errors_logged
from collective.appendonly.validation import is_text
from plone import api
from typing import Any
from zope.component import queryUtility
from zope.component.hooks import getSite


#: The name of the accumulator of requests in zcml/configure.zcml.
ERASURES = "collective.appendonly.erasures"

Request = tuple[str, str]


def erasure_requests() -> IAccumulator:
    """Return the pending requests of the current site, pairs of user id and pseudonym.

    Raises :class:`~collective.appendonly.operations.NotInstalled`.
    """
    requests = queryUtility(IAccumulator, name=ERASURES)
    if requests is None:
        installed_log()
        raise NotUpgraded
    return requests


def pending_users() -> set[str]:
    """Return the ids of the users that are to be erased. Empty without the add-on."""
    pending = queryUtility(IAccumulator, name=ERASURES, default=())
    return {user_id for user_id, _ in pending}


def request_erasure(user_id: str, anonymous: bool = False) -> None:
    """Have the next maintenance job erase the user *user_id*.

    The feed URL, the digests and the saved filters of the user end at once. A single pseudonym
    replaces the id, or, if *anonymous*, another one in each change set, so that no two can be
    linked.

    Raises :class:`~collective.appendonly.operations.NotInstalled`, and ValueError for what cannot be
    an id, such as an empty one, which all empty values would equal.
    """
    if not is_user_id(user_id):
        raise ValueError(f"{user_id!r} cannot be a user ID.")
    erasure_requests().append((user_id, ANONYMOUS if anonymous else pseudonym()))
    end_services(user_id)


def is_user_id(value: Any) -> bool:
    """Return whether *value* can be a user id."""
    return bool(value) and is_text(value)


def end_services(user_id: str) -> None:
    """Delete the data of the user *user_id* outside the log.

    Anything else that the add-on stores by user id is to be deleted here too. When the account
    began is only deleted with it: until the log has been erased, it has to be known.
    """
    revoke_key(user_id)
    forget_member(user_id)
    forget_filters(user_id)


def _end_filters_about(users: set[str]) -> None:
    """Delete the digests and saved filters of all members for the activity of one of *users*."""
    for user_id in users:
        forget_filters_about(user_id)
    forget_actor(*users)


def pseudonyms_of(requests: Iterable[Request]) -> dict[str, str]:
    """Return the pseudonyms that replace ids, one for each user.

    Of several requests for a user the first one counts, since an interrupted erasure has begun
    with it. If one of them is anonymous, this one counts, and also replaces a pseudonym that was
    given before.
    """
    pseudonyms: dict[str, str] = {}
    for user_id, name in requests:
        first = pseudonyms.setdefault(user_id, name)
        if name == ANONYMOUS != first:
            pseudonyms[user_id] = pseudonyms[first] = ANONYMOUS
    return pseudonyms


def remove_requests(requests: Sequence[Request]) -> None:
    """Remove *requests* from the pending ones, and their users from what is stored by user id.

    Requests that were added meanwhile stay.
    """
    users = {user_id for user_id, _ in requests}
    for user_id in users:
        forget_account(user_id)
    _end_filters_about(users)
    pending = erasure_requests()
    done, left = Counter(requests), []
    for request in pending.consume():
        if done[request]:
            done[request] -= 1
        else:
            left.append(request)
    pending.extend(left)
    excluded = activity_settings().users_left_out
    if not users.isdisjoint(excluded):
        others = tuple(user_id for user_id in excluded if user_id not in users)
        # Recorded, the change would bring back the ids.
        with recording_suspended():
            api.portal.set_registry_record(f"{SETTINGS_PREFIX}.users_left_out", others)


def user_deleted(event) -> None:
    """Request the erasure of a user whose account was deleted, if the settings say so.

    Not if a group has the same id, since its members would see less than before. Feed URL and digests
    end in any case: the id may be given to another user.
    """
    message = (
        "Could not request the erasure of the deleted user %r, or end the user's feed URL,"
        " digests and saved filters."
    )
    with errors_logged(message, event.principal):
        if getSite() is None or queryUtility(IActivityLog) is None:
            return
        user_id = _user_id(event)
        # Plone fires the event once for each source of users, whether or not it had this one; also
        # for an attempt to delete a group as a user.
        acl_users, asked = api.portal.get_tool("acl_users"), {"exact_match": True}
        if acl_users.searchUsers(id=user_id, **asked):
            return
        end_services(user_id)
        forget_account(user_id)
        is_group = acl_users.searchGroups(id=user_id, **asked)
        if activity_settings().erase_deleted_users and not is_group:
            request_erasure(user_id)


def user_created(event) -> None:
    """Delete what an earlier account with the same id may have left: feed URL, digests, filters.

    If an account is deleted in the plugin that has it, there is no event. Whatever is in the log up
    to now is not by the new user, and members who follow the earlier one do not follow the new one.
    """
    with errors_logged("Could not separate %r from earlier users.", event.principal):
        log = None if getSite() is None else queryUtility(IActivityLog)
        if log is not None:
            user_id = _user_id(event)
            end_services(user_id)
            _end_filters_about({user_id})
            begin_account(log, user_id)


def _user_id(event) -> str:
    # Plone passes the user who is created and the id of one who is deleted; others may not.
    principal = event.principal
    return principal if isinstance(principal, str) else principal.getId()
