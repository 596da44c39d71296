"""The permissions that the product checks, and what the current user can see of other users."""

from AccessControl import getSecurityManager
from AccessControl import Unauthorized
from Acquisition import aq_base
from Acquisition import aq_inner
from Acquisition import aq_parent
from collections.abc import Callable
from collections.abc import Mapping
from collective.appendonly.entry import ADDON
from collective.appendonly.entry import GROUP
from collective.appendonly.entry import SETTING
from collective.appendonly.entry import TYPE
from collective.appendonly.entry import USER
from collective.appendonly.entry import WORKFLOW
from collective.appendonly.schemata import fields_of_type
from collective.appendonly.settings import activity_settings
from collective.appendonly.transactions import errors_logged
from DateTime import DateTime
from plone import api
from plone.registry.interfaces import IRegistry
from time import time
from typing import Any
from zope.component import queryUtility
from zope.globalrequest import getRequest
from zope.i18n import translate
from zope.i18nmessageid import Message


# Titles, as ``checkPermission`` wants them; ZCML has the ids.
VIEW_ACTIVITY = "collective.appendonly: View activity"
MANAGE_ACTIVITY = "collective.appendonly: Manage activity"
EXPORT_ACTIVITY = "collective.appendonly: Export activity"
LIST_MEMBERS = "List portal members"
#: Required to see activity about users and groups.
MANAGE_USERS = "Plone Site Setup: Users and Groups"
#: Required to see activity about add-ons, content types and workflows.
MANAGE_SITE = "Manage portal"
VIEW_COMMENTS = "View comments"
#: Required to see content outside of its effective range in listings. Owners have it.
ACCESS_INACTIVE = "Access inactive portal content"
#: Required to see old and new values, notes and former versions, as in Plone's history.
ACCESS_VERSIONS = "CMFEditions: Access previous versions"
#: Required to see who got or lost which role, as in Plone's Sharing page.
DELEGATE_ROLES = "Sharing page: Delegate roles"
#: Required to see comments in one of the states :data:`REFUSED`.
REVIEW_COMMENTS = "Review comments"

# One of them is required for the menus of content in Plone's toolbar.
_CONTENT_MENUS = (
    "Modify portal content",
    "Add portal content",
    "Review portal content",
)

#: The states of a comment that a reviewer refused. In plone.app.discussion's workflow such a
#: comment is as visible as its page; only Plone's templates hide it, and so does the log.
#: A tuple, since comments without a workflow have Missing.Value, which has no hash.
REFUSED = ("rejected", "spam")

#: Required in the site to see some activity that is not about content, by the portal type of its
#: entries. For a single setting, :func:`site_permission` returns the permission of its panel.
SITE_PERMISSIONS: Mapping[str, str] = {
    USER: MANAGE_USERS,
    GROUP: MANAGE_USERS,
    SETTING: "Plone Site Setup: Overview",
    ADDON: MANAGE_SITE,
    TYPE: MANAGE_SITE,
    WORKFLOW: MANAGE_SITE,
}

# The permissions of control panels, by the names of their schemata. The modules of the schemata
# differ between versions of Plone.
_PANELS = {
    "IActivitySettings": MANAGE_ACTIVITY,
    "IDateAndTimeSchema": "Plone Site Setup: Site",
    "IEditingSchema": "Plone Site Setup: Editing",
    "IFilterSchema": "Plone Site Setup: Filtering",
    "IImagingSchema": "Plone Site Setup: Imaging",
    "ILanguageSchema": "Plone Site Setup: Language",
    "IMailSchema": "Plone Site Setup: Mail",
    "IMarkupSchema": "Plone Site Setup: Markup",
    "INavigationSchema": "Plone Site Setup: Navigation",
    "ISearchSchema": "Plone Site Setup: Search",
    "ISecuritySchema": "Plone Site Setup: Security",
    "ISiteSchema": "Plone Site Setup: Site",
    "ISiteSyndicationSettings": "Plone Site Setup: Site",
    "ISocialMediaSchema": "Plone Site Setup: Site",
    "IThemeSettings": "Plone Site Setup: Themes",
    "ITinyMCESchema": "Plone Site Setup: TinyMCE",
    "ITypesSchema": "Plone Site Setup: Types",
    "IUserGroupsSettingsSchema": MANAGE_USERS,
}


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


def has_content_menus(context) -> bool:
    """Return whether the toolbar shows the current user what can be done with *context*.

    For others Plone would show its menus, which are empty, only because of a link of ours there.
    """
    check = getSecurityManager().checkPermission
    return any(check(permission, context) for permission in _CONTENT_MENUS)


def needs_permission() -> bool:
    """Return whether viewing the activity in a place takes a permission there."""
    return activity_settings().audience == "members"


def is_effective(obj) -> bool:
    """Return whether now is in the effective range of *obj*, as in the catalog.

    Return False if the dates of *obj* cannot be compared.
    """
    with errors_logged("No effective range could be read: %r.", obj, once=True):
        effective = indexed_date(obj, "effective")
        expires = indexed_date(obj, "expires")
        # A DateTime of now takes longer to make than all the rest.
        are_usual = type(effective) is type(expires) is DateTime
        return bool(effective <= (time() if are_usual else DateTime()) <= expires)
    return False


def indexed_date(obj, name: str) -> Any:
    """Return the date of *obj* that the catalog indexes: ``effective`` or ``expires``.

    Unlike isEffective, it also takes Python's dates, and types that have a field of that name.
    """
    date = getattr(obj, name)
    return date() if callable(date) else date


def protected_fields(portal_type: str) -> frozenset[str]:
    """Return the names of the fields of a portal type that have a read permission of their own.

    Nobody sees their values in the activity, not even users with this permission.
    """
    return fields_of_type(portal_type).protected


def site_permission(portal_type: str, name: str) -> str | None:
    """Return the permission to see activity about something that is not content, in the site.

    *portal_type* and *name* are the portal type and the title of the entry. Return None if these
    are not what such entries have. For a setting that no control panel is known for, and for one
    that is gone, it is :data:`MANAGE_SITE`.
    """
    if portal_type != SETTING:
        return SITE_PERMISSIONS.get(portal_type)
    registry = queryUtility(IRegistry)
    record = None if registry is None else registry.records.get(name)
    schema = (record is not None and record.interfaceName) or ""
    return _PANELS.get(schema.rpartition(".")[2], MANAGE_SITE)


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
    return lookup_check()(user_id)


def lookup_check() -> Callable[[str], bool]:
    """Return :func:`may_look_up` for the rest of a request: permissions are checked once."""
    own = getSecurityManager().getUser().getId()
    all_users = may_see_names() and (
        activity_settings().people_pages or may_list_members()
    )
    return lambda user_id: all_users or (own is not None and own == user_id)


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


def unauthorized(message: Message) -> Unauthorized:
    """Return the exception with *message* in the language of the user.

    The REST API responds with the text of an exception as it is.
    """
    text = translate(message, context=getRequest())
    # Without a name, a text without spaces would be taken for one.
    return Unauthorized(text, name="")
