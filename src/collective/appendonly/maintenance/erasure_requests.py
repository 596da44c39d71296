"""Who is to be erased: accounts that were deleted, until the next maintenance.

A request is a pair of builtin strings, the id and its pseudonym. The pseudonym is drawn at
once, so that an erasure that was interrupted goes on with the same one.
"""

from collections import Counter
from collections.abc import Iterable
from collections.abc import Sequence
from collective.appendonly.digests import forget_member
from collective.appendonly.entry import pseudonym
from collective.appendonly.feed_keys import revoke_key
from collective.appendonly.harmless import harmless
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.maintenance.names import ANONYMOUS
from collective.appendonly.settings import activity_settings
from collective.appendonly.structures.interfaces import IAccumulator
from plone import api
from zope.component import getUtility
from zope.component import queryUtility
from zope.component.hooks import getSite


#: The name under which zcml/configure.zcml declares the accumulator of requests.
ERASURES = "collective.appendonly.erasures"

Request = tuple[str, str]


def erasure_requests() -> IAccumulator:
    """Return the pending requests of the current site, pairs of user id and pseudonym.

    Raises ComponentLookupError where the add-on is not installed, or waits for an upgrade.
    """
    return getUtility(IAccumulator, name=ERASURES)


def pending_people() -> set[str]:
    """Return the ids of those who are to be erased from the log of the current site."""
    pending = queryUtility(IAccumulator, name=ERASURES, default=())
    return {user_id for user_id, _ in pending}


def request_erasure(user_id: str, anonymous: bool = False) -> None:
    """Let the next maintenance erase the user *user_id*, whose feed address and digests end at once.

    One pseudonym stands for all that they did, unless it is to be *anonymous*: then nothing
    tells that two change sets are of the same person.

    Raises ComponentLookupError where the add-on is not installed, or waits for an upgrade.
    """
    erasure_requests().append((user_id, ANONYMOUS if anonymous else pseudonym()))
    end_services(user_id)


def end_services(user_id: str) -> None:
    """Forget what the add-on keeps for the user *user_id* besides the log.

    Whatever else comes to be kept by user id is to be forgotten here.
    """
    revoke_key(user_id)
    forget_member(user_id)


def replacements(requests: Iterable[Request]) -> dict[str, str]:
    """Return what is to be replaced by what, one name for each person.

    Of several requests for somebody the first one counts, since an erasure that was
    interrupted has begun with it. If one of them is to be anonymous, that counts, and what has
    a pseudonym by then loses it again.
    """
    names: dict[str, str] = {}
    for user_id, name in requests:
        first = names.setdefault(user_id, name)
        if name == ANONYMOUS != first:
            names[user_id] = names[first] = ANONYMOUS
    return names


def work_off(requests: Sequence[Request]) -> None:
    """Take *requests* from the pending ones. What was added to these meanwhile stays."""
    pending = erasure_requests()
    done, left = Counter(requests), []
    for request in pending.consume():
        if done[request]:
            done[request] -= 1
        else:
            left.append(request)
    pending.extend(left)


def user_deleted(event) -> None:
    """Request the erasure of a user whose account was deleted, if the site wants that.

    Feed address and digests end in any case: somebody else may get an account with this id.
    """
    message = (
        "The request to erase the deleted user %r, or the end of feed address and digests,"
        " could not be recorded."
    )
    with harmless(message, event.principal):
        if getSite() is None or queryUtility(IActivityLog) is None:
            return
        # Plone gives the id; packages with users of their own may give the user.
        principal = event.principal
        user_id = principal if isinstance(principal, str) else principal.getId()
        if _exists(user_id):
            return
        end_services(user_id)
        if activity_settings().erase_deleted_users:
            request_erasure(user_id)


def _exists(principal_id: str) -> bool:
    # Plone tells of the deletion once for each source of users, whether or not it had this
    # one; also when somebody tries to delete a group in this way.
    acl_users = api.portal.get_tool("acl_users")
    return bool(acl_users.searchPrincipals(id=principal_id, exact_match=True))
