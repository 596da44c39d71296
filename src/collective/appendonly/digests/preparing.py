"""From a subscription to the email that is due. Writes and sends nothing."""

from collective.appendonly.digests.filters import UnknownFilters
from collective.appendonly.digests.headers import compose
from collective.appendonly.digests.message import DigestMessage
from collective.appendonly.digests.new_activity import latest_cursor
from collective.appendonly.digests.new_activity import new_activity
from collective.appendonly.digests.new_activity import NewActivity
from collective.appendonly.digests.recipients import find_recipient
from collective.appendonly.digests.rendering import rendering_context
from collective.appendonly.digests.subscriptions import Subscription
from collective.appendonly.feed import InvalidCursor
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed.access import may_view_activity
from collective.appendonly.feed.access import still_known
from collective.appendonly.feed.places import find_content
from collective.appendonly.presentation.times import Times
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from enum import auto
from enum import Enum
from plone import api
from zExceptions import NotFound


class DigestState(Enum):
    """The result for a subscription that is due."""

    #: There is an email to send.
    READY = auto()
    #: There is no new activity that the member can view.
    NOTHING_NEW = auto()
    #: The log has been replaced. The next digest begins with the end of the new one: otherwise
    #: everything in it would be new.
    RESTARTED = auto()
    #: The member has no valid email address, or cannot view the activity, or use the filters of
    #: the subscription, now; or the content is not where the catalog says. Nothing changes.
    WAITING = auto()
    #: The mail server has refused several emails to the address that the member has now. Nothing
    #: changes.
    PAUSED = auto()
    #: The content no longer exists.
    CONTENT_GONE = auto()
    #: In a preview: there was an error, which was logged. A run logs it too, and goes on.
    FAILED = auto()


@dataclass(frozen=True)
class PreparedDigest:
    """The state of a subscription that is due, and the email if there is one."""

    state: DigestState
    user_id: str
    #: The path of the content below the site.
    path: str = ""
    #: The cursor where the next digest begins.
    cursor: str | None = None
    email_address: str = ""
    count: int = 0
    is_more: bool = False
    email: EmailMessage | None = None
    #: The key in the email.
    key: str = ""


def prepare(
    site, subscription: Subscription, now: datetime, url: str | None = None
) -> PreparedDigest:
    """Return the digest for a *subscription*, with the current permissions of its member.

    *url* is the public URL of the site, for the links. The default is the URL at which the
    member subscribed.
    """
    user_id = subscription.user_id
    recipient = find_recipient(user_id, subscription.language)
    language = subscription.language if recipient is None else recipient.language
    with rendering_context(site, url or subscription.url, language) as rendered:
        try:
            context = find_content(rendered, subscription.uid)
        except NotFound as error:
            return PreparedDigest(DigestState.WAITING, user_id, str(error))
        if context is None:
            return PreparedDigest(DigestState.CONTENT_GONE, user_id)
        path = "/" + "/".join(context.getPhysicalPath()[len(site.getPhysicalPath()) :])
        waiting = PreparedDigest(DigestState.WAITING, user_id, path)
        if recipient is None:
            return waiting
        email_address = recipient.email_address
        if _is_paused(subscription, email_address):
            return PreparedDigest(
                DigestState.PAUSED, user_id, path, email_address=email_address
            )
        with api.env.adopt_user(user=recipient.user):
            times = Times(context, rendered.REQUEST)
            if not may_view_activity(context):
                return waiting
            nothing = DigestState.NOTHING_NEW
            try:
                filters = still_known(context, subscription.wanted)
                new = new_activity(
                    context, subscription.cursor, times.timezone, filters
                )
            except InvalidCursor:
                nothing = DigestState.RESTARTED
                new = NewActivity((), False, latest_cursor(context))
            except (InvalidFilter, UnknownFilters):
                return waiting
            if new is None:
                return waiting
            if not new.items:
                return PreparedDigest(nothing, user_id, path, new.cursor, email_address)
            key = subscription.new_key()
            message = DigestMessage(
                context, rendered.REQUEST, subscription, filters, new, times, key
            )
            return PreparedDigest(
                DigestState.READY,
                user_id,
                path,
                new.cursor,
                email_address,
                new.count,
                new.is_more,
                compose(message, email_address, now),
                key,
            )


def _is_paused(subscription: Subscription, email_address: str) -> bool:
    return subscription.is_paused and subscription.refusal.address == email_address
