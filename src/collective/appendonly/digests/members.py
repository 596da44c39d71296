"""The member behind a subscription, as the site knows them today."""

from AccessControl import getSecurityManager
from collective.appendonly.digests.subscriptions import WHOLE_SITE
from collective.appendonly.feed import may_read
from collective.appendonly.people import has_account
from collective.appendonly.settings import activity_settings
from email.headerregistry import Address
from plone import api
from plone.uuid.interfaces import IUUID
from Products.CMFCore.interfaces import IFolderish
from Products.CMFCore.interfaces import ISiteRoot
from typing import NamedTuple


class Recipient(NamedTuple):
    """Who gets a mail, where and in which language."""

    user: object
    address: str
    language: str


def recipient(user_id: str, language: str) -> Recipient | None:
    """Return the member, or None if they have no account or no mail address.

    Their own preference goes before *language*.
    """
    user = api.portal.get_tool("acl_users").getUserById(user_id)
    address = None if user is None else mail_address(user)
    if address is None:
        return None
    languages = api.portal.get_tool("portal_languages").getSupportedLanguages()
    preferred = user.getProperty("language", "")
    return Recipient(user, address, preferred if preferred in languages else language)


def mail_address(user) -> str | None:
    """Return the address in the profile of *user*, if it is one."""
    # A user of a plugin without properties is none of PlonePAS.
    get = getattr(user, "getProperty", None)
    address = get and get("email", "")
    try:
        return Address(addr_spec=(address or "").strip()).addr_spec.strip() or None
    except (ValueError, IndexError):
        return None


def place_of(context) -> str | None:
    """Return how subscriptions name *context*: None if there can be none to it."""
    if ISiteRoot.providedBy(context):
        return WHOLE_SITE
    return IUUID(context, None) if IFolderish.providedBy(context) else None


def find_place(site, folder: str):
    """Return the object that subscriptions name so, None if it is gone.

    Whether the current user may see it is another question.
    """
    if folder == WHOLE_SITE:
        return site
    catalog = api.portal.get_tool("portal_catalog")
    for brain in catalog.unrestrictedSearchResults(UID=folder):
        return brain._unrestrictedGetObject()
    return None


def may_be_told(context) -> bool:
    """Tell whether the current user may see the activity of *context*."""
    may_view = getSecurityManager().checkPermission("View", context)
    return bool(may_view) and may_read(context)


def may_subscribe(context) -> bool:
    """Tell whether the current user is offered digests of what happens in *context*."""
    return (
        activity_settings().digests
        and has_account()
        and place_of(context) is not None
        and may_be_told(context)
    )
