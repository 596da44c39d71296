"""From a subscription to the mail that is due, without anything being written or sent."""

from collective.appendonly.digests.fresh import Fresh
from collective.appendonly.digests.fresh import fresh
from collective.appendonly.digests.fresh import here_and_now
from collective.appendonly.digests.headers import compose
from collective.appendonly.digests.letter import Letter
from collective.appendonly.digests.members import find_place
from collective.appendonly.digests.members import may_be_told
from collective.appendonly.digests.members import recipient
from collective.appendonly.digests.outside import seen_from
from collective.appendonly.digests.subscriptions import Subscription
from collective.appendonly.feed import InvalidCursor
from collective.appendonly.presentation.times import Times
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from enum import auto
from enum import Enum
from plone import api


class State(Enum):
    """What is to be done about a subscription that is due."""

    #: There is a mail to be sent.
    TELL = auto()
    #: Nothing happened that this member may see.
    NOTHING_NEW = auto()
    #: The member can't get mail, or may not read this now. It waits as it is.
    WAITS = auto()
    #: The folder is gone.
    OVER = auto()


@dataclass(frozen=True)
class Draft:
    """What is to be done about one subscription, and the mail, if there is one."""

    state: State
    user_id: str
    #: The path of the folder, as seen from the site.
    path: str = ""
    #: Up to where the member is told everything then.
    place: str | None = None
    address: str = ""
    count: int = 0
    is_more: bool = False
    mail: EmailMessage | None = None
    #: The key in the mail.
    key: str = ""


def draft(
    site, subscription: Subscription, now: datetime, url: str | None = None
) -> Draft:
    """Return the draft for a *subscription*, as its member would see things now.

    With *url* links lead to the site at that address, and not at the one where the member
    subscribed.
    """
    user_id = subscription.user_id
    to = recipient(user_id, subscription.language)
    language = subscription.language if to is None else to.language
    with seen_from(site, url or subscription.url, language) as here:
        context = find_place(here, subscription.folder)
        if context is None:
            return Draft(State.OVER, user_id)
        path = "/" + "/".join(context.getPhysicalPath()[len(site.getPhysicalPath()) :])
        waits = Draft(State.WAITS, user_id, path)
        if to is None:
            return waits
        with api.env.adopt_user(user=to.user):
            times = Times(context, here.REQUEST)
            if not may_be_told(context):
                return waits
            try:
                new = fresh(context, subscription.place, times.timezone)
            except InvalidCursor:
                # The log is another one than at that time. From now on, then: everything that
                # there is would be new.
                new = Fresh((), False, here_and_now(context))
            if new is None:
                return waits
            if not new.items:
                return Draft(State.NOTHING_NEW, user_id, path, new.place, to.address)
            key = subscription.new_key()
            letter = Letter(context, here.REQUEST, subscription, new, times, key)
            return Draft(
                State.TELL,
                user_id,
                path,
                new.place,
                to.address,
                new.count,
                new.is_more,
                compose(letter, to.address, now),
                key,
            )
