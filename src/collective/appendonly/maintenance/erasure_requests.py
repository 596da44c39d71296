"""Who is to be erased: accounts that were deleted, until the next maintenance.

A request is a pair of builtin strings, the id and its pseudonym. The pseudonym is drawn at
once, so that an erasure that was interrupted goes on with the same one.
"""

from collective.appendonly.entry import pseudonym
from collective.appendonly.feed_keys import revoke_key
from collective.appendonly.harmless import harmless
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.settings import activity_settings
from collective.appendonly.structures.interfaces import IAccumulator
from plone import api
from zope.component import getUtility
from zope.component import queryUtility
from zope.component.hooks import getSite


#: The name under which zcml/configure.zcml declares the accumulator of requests.
ERASURES = "collective.appendonly.erasures"


def erasure_requests() -> IAccumulator:
    """Return the pending requests of the current site, pairs of user id and pseudonym.

    Raises ComponentLookupError where the add-on is not installed, or waits for an upgrade.
    """
    return getUtility(IAccumulator, name=ERASURES)


def request_erasure(user_id: str) -> None:
    """Let the next maintenance erase the user *user_id*, whose feed address ends at once.

    Raises ComponentLookupError where the add-on is not installed, or waits for an upgrade.
    """
    erasure_requests().append((user_id, pseudonym()))
    revoke_key(user_id)


def user_deleted(event) -> None:
    """Request the erasure of a user whose account was deleted, if the site wants that.

    The feed address ends in any case: somebody else may get an account with this id.
    """
    message = (
        "The request to erase the deleted user %r, or to revoke the feed address,"
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
        revoke_key(user_id)
        if activity_settings().erase_deleted_users:
            request_erasure(user_id)


def _exists(principal_id: str) -> bool:
    # Plone tells of the deletion once for each source of users, whether or not it had this
    # one; also when somebody tries to delete a group in this way.
    acl_users = api.portal.get_tool("acl_users")
    return bool(acl_users.searchPrincipals(id=principal_id, exact_match=True))
