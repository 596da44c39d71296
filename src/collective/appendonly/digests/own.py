"""The digests of the current user: what forms and services let them do."""

from collective.appendonly import clock
from collective.appendonly.digests.filters import undated
from collective.appendonly.digests.new_activity import latest_cursor
from collective.appendonly.digests.recipients import may_subscribe
from collective.appendonly.digests.rendering import is_site_url
from collective.appendonly.digests.rendering import public_url
from collective.appendonly.digests.schedule import FREQUENCIES
from collective.appendonly.digests.subscriptions import find
from collective.appendonly.digests.subscriptions import key_of
from collective.appendonly.digests.subscriptions import of_member
from collective.appendonly.digests.subscriptions import subscribe
from collective.appendonly.digests.subscriptions import Subscription
from collective.appendonly.feed import Filters
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed.places import content_uid
from collective.appendonly.i18n import _
from collective.appendonly.permissions import has_account
from collective.appendonly.settings import activity_settings
from plone import api
from typing import Any


#: The number of digests that a member can subscribe to.
MAX_DIGESTS = 100


class DigestsNotAvailable(Exception):
    """The current user cannot subscribe. ``message`` is a translatable text."""

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message


def own_digests() -> list[Subscription]:
    """Return the subscriptions of the current user."""
    # The id of a user of the Zope root can be that of a user of this site.
    return of_member(api.user.get_current().getId()) if has_account() else []


def own_digest(digest_id: Any) -> Subscription | None:
    """Return the subscription of the current user with this id, None if there is none."""
    found = (each for each in own_digests() if each.id == digest_id)
    return next(found, None)


def find_own_digest(context, filters: Filters) -> Subscription | None:
    """Return the subscription of the current user to *context* with *filters*, if any.

    The times in *filters* do not count.
    """
    uid = content_uid(context)
    if uid is None or not has_account():
        return None
    return find(key_of(api.user.get_current().getId(), uid, undated(filters)))


def subscribe_to(
    context, filters: Filters, frequency: Any, own_changes: Any
) -> Subscription:
    """Subscribe the current user to the activity of *context* from now on; or change it.

    Without the times in *filters*: each digest covers the time since the previous one.
    Unless *own_changes* is true, digests leave out what the user did.

    Raises :class:`DigestsNotAvailable`, and
    :class:`~collective.appendonly.feed.InvalidFilter` for invalid values, and for filters that the
    user may not use.
    """
    if not may_subscribe(context):
        raise DigestsNotAvailable(_("Digests are not available to you here."))
    found = find_own_digest(context, filters)
    if found is not None:
        change(found, frequency, own_changes)
        return found
    _check(frequency, own_changes)
    filters = undated(filters)
    cursor = latest_cursor(context, filters)
    if cursor is None:
        # The log cannot be read.
        raise DigestsNotAvailable(_("Digests are not available to you here."))
    if len(own_digests()) >= MAX_DIGESTS:
        message = _(
            "You have ${number} digests. Unsubscribe from one of them first.",
            mapping={"number": MAX_DIGESTS},
        )
        raise DigestsNotAvailable(message)
    key = key_of(api.user.get_current().getId(), content_uid(context), filters)
    subscribe(
        key,
        frequency,
        api.portal.get_current_language(),
        _url(),
        cursor,
        clock.utc_now(),
        filters,
        own_changes,
    )
    return find(key)


def change(subscription: Subscription, frequency: Any, own_changes: Any) -> None:
    """Change a subscription of the current user, and resume it if it is paused.

    Raises the same errors as :func:`subscribe_to`.
    """
    if not activity_settings().digests:
        raise DigestsNotAvailable(_("Digests are not available to you here."))
    _check(frequency, own_changes)
    subscription.change(
        frequency,
        own_changes,
        api.portal.get_current_language(),
        _url(),
    )


def _url() -> str:
    url = public_url()
    if not is_site_url(url):
        # The host is what the client sent. Each run would fail to write an email with such a link.
        raise DigestsNotAvailable(_("Digests are not available to you here."))
    return url


def _check(frequency: Any, own_changes: Any) -> None:
    if not isinstance(frequency, str) or frequency not in FREQUENCIES:
        message = _("Choose how often you want to receive the digest.")
        raise InvalidFilter("frequency", message)
    if not isinstance(own_changes, bool):
        raise InvalidFilter("own_changes", _("Send true or false, without quotes."))
