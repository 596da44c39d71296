"""The permissions that the product checks, and what the current user can see of other users."""

from AccessControl import getSecurityManager
from Acquisition import aq_base
from Acquisition import aq_inner
from Acquisition import aq_parent
from collective.appendonly.settings import activity_settings
from collective.appendonly.transactions import errors_logged
from DateTime import DateTime
from plone import api
from plone.autoform.interfaces import READ_PERMISSIONS_KEY
from plone.dexterity.utils import iterSchemataForType
from plone.supermodel.utils import mergedTaggedValueDict


# Titles, as ``checkPermission`` wants them; ZCML has the ids.
VIEW_ACTIVITY = "collective.appendonly: View activity"
MANAGE_ACTIVITY = "collective.appendonly: Manage activity"
LIST_MEMBERS = "List portal members"
#: Required to see activity about users and groups.
MANAGE_USERS = "Plone Site Setup: Users and Groups"
VIEW_COMMENTS = "View comments"
#: Required to see content outside of its effective range in listings. Owners have it.
ACCESS_INACTIVE = "Access inactive portal content"
#: Required to see old and new values, notes and former versions, as in Plone's history.
ACCESS_VERSIONS = "CMFEditions: Access previous versions"
#: Required to see who got or lost which role, as in Plone's Sharing page.
DELEGATE_ROLES = "Sharing page: Delegate roles"
#: Required to see comments in one of the states :data:`REFUSED`.
REVIEW_COMMENTS = "Review comments"

#: The states of a comment that a reviewer refused. In plone.app.discussion's workflow such a
#: comment is as visible as its page; only Plone's templates hide it, and so does the log.
#: A tuple, since comments without a workflow have Missing.Value, which has no hash.
REFUSED = ("rejected", "spam")


def may_read(context) -> bool:
    """Return whether the current user can view the activity in *context*.

    Which entries they see there is decided for each entry, in ``feed/visibility.py``. Does not
    load the log.
    """
    audience = activity_settings().audience
    if audience == "everybody":
        return True
    if audience == "members":
        return bool(getSecurityManager().checkPermission(VIEW_ACTIVITY, context))
    # Nobody, or a value that this version does not know.
    return False


def needs_permission() -> bool:
    """Return whether viewing the activity in a place takes a permission there."""
    return activity_settings().audience == "members"


def is_effective(obj) -> bool:
    """Return whether now is in the effective range of *obj*, as in the catalog.

    Return False if the dates of *obj* cannot be compared.
    """
    with errors_logged("No effective range could be read: %r.", obj, once=True):
        # What the catalog indexes. Unlike isEffective, it also takes Python's dates.
        return bool(obj.effective() <= DateTime() <= obj.expires())
    return False


def protected_fields(portal_type: str) -> frozenset[str]:
    """Return the names of the fields of a portal type that have a read permission of their own.

    Nobody sees their values in the activity, not even users with this permission.
    """
    return frozenset(
        name
        for schema in iterSchemataForType(portal_type)
        for name in mergedTaggedValueDict(schema, READ_PERMISSIONS_KEY)
    )


def may_see_names() -> bool:
    """Return whether Plone would show the current user the author of a page."""
    return not api.user.is_anonymous() or bool(
        api.portal.get_registry_record("plone.allow_anon_views_about", default=False)
    )


def may_look_up(user_id: str) -> bool:
    """Return whether the current user may filter the activity by *user_id*.

    Users may always look up themselves. To look up others they have to be able to see names,
    and the site has user pages, or they may list its members. The answer does not depend on
    whether there is such a user.
    """
    user = getSecurityManager().getUser()
    if user.getId() is not None and user.getId() == user_id:
        return True
    return may_see_names() and (activity_settings().people_pages or may_list_members())


def may_list_members() -> bool:
    """Return whether the current user may list the members of the site."""
    site = api.portal.get()
    return bool(getSecurityManager().checkPermission(LIST_MEMBERS, site))


def has_account() -> bool:
    """Return whether the account of the current user is in this site, not above it.

    Users of the Zope root get no personal feed URL and no digest: these would be valid for
    all sites.
    """
    user = getSecurityManager().getUser()
    folder = aq_parent(aq_inner(user))
    users = api.portal.get_tool("acl_users")
    return user.getId() is not None and aq_base(folder) is aq_base(users)
