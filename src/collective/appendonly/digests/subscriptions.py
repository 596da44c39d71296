"""The subscriptions to digests: stored in an annotation of the site, from the first one on.

Each subscription is a persistent record of its own, so changes to different subscriptions never
conflict. ``docs/storage-format.rst`` describes the records.
"""

from BTrees.OOBTree import OOBTree
from collective.appendonly.clock import is_future
from collective.appendonly.entry import from_milliseconds
from collective.appendonly.entry import to_milliseconds
from collective.appendonly.feed.keys import Credentials
from collective.appendonly.feed.keys import digest_of
from collective.appendonly.feed.keys import make_key
from datetime import datetime
from itertools import takewhile
from persistent.mapping import PersistentMapping
from plone import api
from plone.uuid.interfaces import IUUID
from Products.CMFCore.interfaces import IFolderish
from Products.CMFCore.interfaces import ISiteRoot
from zoneinfo import ZoneInfo
from zoneinfo import ZoneInfoNotFoundError
from zope.annotation.interfaces import IAnnotations

import hmac


#: The key of the annotation.
SUBSCRIPTIONS = "collective.appendonly.digests"

#: In the place of the UID of a folder.
WHOLE_SITE = ""

DAILY = "daily"
WEEKLY = "weekly"
FREQUENCIES = (DAILY, WEEKLY)

#: The number of most recent emails of a subscription whose unsubscribe URL works.
SECRETS = 40

#: A user id and the UID of a folder, or ``WHOLE_SITE``.
Key = tuple[str, str]


class Subscription:
    """The subscription of one member to the activity of one folder or the whole site."""

    def __init__(self, key: Key, record: PersistentMapping):
        self.user_id, self.folder = self.key = key
        #: The record in the database.
        self.record = record

    @property
    def frequency(self) -> str:
        return self.record["frequency"]

    @property
    def language(self) -> str:
        """The language of the page on which the member subscribed."""
        return self.record["language"]

    @property
    def url(self) -> str:
        """The URL of the site at which the member subscribed."""
        return self.record["url"]

    @property
    def cursor(self) -> str:
        """The cursor of the newest entry that previous digests cover."""
        return self.record["place"]

    @property
    def sent(self) -> datetime | None:
        """The time of the last email."""
        sent = self.record["sent"]
        return None if sent is None else from_milliseconds(sent)

    def is_due(self, now: datetime) -> bool:
        """Return whether a digest is due at the time *now*."""
        return is_due(self.frequency, from_milliseconds(self.record["handled"]), now)

    def change(self, frequency: str, language: str, url: str) -> None:
        self.record.update(frequency=frequency, language=language, url=url)

    def mark_handled(self, cursor: str, now: datetime) -> None:
        """Record that digests cover all activity up to *cursor*."""
        self.record.update(place=cursor, handled=to_milliseconds(now))

    def mark_sent(self, key: str, now: datetime) -> None:
        """Record an email that was sent with *key* in its unsubscribe URL."""
        secrets = (digest_of(key), *self.record["secrets"])[:SECRETS]
        self.record.update(sent=to_milliseconds(now), secrets=secrets)

    def new_key(self) -> str:
        """Return a key for the next email. It is valid after :meth:`mark_sent`."""
        return make_key(self.user_id)

    def end(self) -> None:
        """End the subscription. The maintenance job removes its record.

        Only the record itself is written, so this conflicts with nothing but a digest that is
        being sent for it.
        """
        self.record.clear()


def is_due(frequency: str, handled: datetime, now: datetime) -> bool:
    """Return whether *now* is on a later day than *handled*, or in a later week.

    Days are those of the site, weeks begin on Monday. The elapsed time does not matter: a
    nightly job does not run at the same second. A digest that was handled in the future is due.
    """
    if is_future(handled, now):
        return True
    timezone = _site_timezone()
    before, today = (time.astimezone(timezone).date() for time in (handled, now))
    if frequency == WEEKLY:
        return today.isocalendar()[:2] > before.isocalendar()[:2]
    return today > before


def folder_id(context) -> str | None:
    """Return how subscriptions identify *context*, None if they cannot be about it."""
    if ISiteRoot.providedBy(context):
        return WHOLE_SITE
    return IUUID(context, None) if IFolderish.providedBy(context) else None


def find_folder(site, folder: str):
    """Return the object with a :func:`folder_id`, None if it no longer exists.

    The permissions of the current user are not checked.
    """
    if folder == WHOLE_SITE:
        return site
    catalog = api.portal.get_tool("portal_catalog")
    for brain in catalog.unrestrictedSearchResults(UID=folder):
        return brain._unrestrictedGetObject()
    return None


def subscribe(
    key: Key, frequency: str, language: str, url: str, cursor: str, now: datetime
) -> None:
    """Store a new subscription to the activity after *cursor*. The *key* must be unused."""
    subscriptions = IAnnotations(api.portal.get()).setdefault(SUBSCRIPTIONS, OOBTree())
    subscriptions[key] = PersistentMapping(
        frequency=frequency,
        language=language,
        url=url,
        place=cursor,
        handled=to_milliseconds(now),
        sent=None,
        secrets=(),
    )


def find(key: Key) -> Subscription | None:
    """Return the subscription with *key*, None if there is none or if it has ended."""
    record = _stored().get(key)
    return Subscription(key, record) if record else None


def find_by_credentials(credentials: Credentials) -> Subscription | None:
    """Return the subscription whose emails have the key of *credentials*."""
    for subscription in of_member(credentials.user_id):
        for secret in subscription.record["secrets"]:
            if hmac.compare_digest(secret, credentials.digest):
                return subscription
    return None


def of_member(user_id: str) -> list[Subscription]:
    """Return the subscriptions of a member."""
    return [found for key in _keys_of(user_id) if (found := find(key))]


def all_keys() -> list[Key]:
    """Return the keys of all subscriptions, including ended ones."""
    return list(_stored())


def discard(key: Key) -> None:
    """Remove the record with *key*, if there is one."""
    stored = _stored()
    if key in stored:
        del stored[key]


def forget_member(user_id: str) -> None:
    """Remove all subscriptions of a member, including ended ones."""
    for key in _keys_of(user_id):
        discard(key)


def _keys_of(user_id):
    stored = _stored()
    keys = stored.keys((user_id, "")) if stored else ()
    return list(takewhile(lambda key: key[0] == user_id, keys))


def _stored():
    return IAnnotations(api.portal.get()).get(SUBSCRIPTIONS, {})


def _site_timezone():
    name = api.portal.get_registry_record("plone.portal_timezone", default=None)
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
