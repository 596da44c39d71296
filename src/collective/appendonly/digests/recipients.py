"""The recipients of digests, as the site knows them today."""

from collective.appendonly.digests.headers import ascii_address
from collective.appendonly.feed.access import may_view_activity
from collective.appendonly.feed.places import content_uid
from collective.appendonly.guard import text_of
from collective.appendonly.permissions import has_account
from collective.appendonly.settings import activity_settings
from plone import api
from typing import NamedTuple


class Recipient(NamedTuple):
    """A member with their email address and language."""

    user: object
    email_address: str
    language: str


def find_recipient(user_id: str, language: str) -> Recipient | None:
    """Return the member, or None if they have no account or no valid email address.

    The preferred language of the member takes precedence over *language*.
    """
    user = api.portal.get_tool("acl_users").getUserById(user_id)
    email_address = None if user is None else email_address_of(user)
    if email_address is None:
        return None
    languages = api.portal.get_tool("portal_languages").getSupportedLanguages()
    preferred = user.getProperty("language", "")
    return Recipient(
        user, email_address, preferred if preferred in languages else language
    )


def email_address_of(user) -> str | None:
    """Return the email address in the profile of *user*, None if emails cannot be sent to it."""
    # A user from a plugin without properties has no such method.
    get = getattr(user, "getProperty", None)
    return get and ascii_address(text_of(get("email", "")))


def may_subscribe(context) -> bool:
    """Return whether the current user can subscribe to digests of *context*."""
    return (
        activity_settings().digests
        and has_account()
        and content_uid(context) is not None
        and may_view_activity(context)
    )
