"""Who gets digests of what: kept in the annotations of the site, from the first one on.

Each subscription is a record of its own, so that what happens to one never meets another. How it
looks in storage is described in ``docs/storage-format.rst``.
"""

from BTrees.OOBTree import OOBTree
from collective.appendonly.digests.schedule import is_due
from collective.appendonly.feed_keys import Claim
from collective.appendonly.feed_keys import digest_of
from collective.appendonly.feed_keys import make_key
from datetime import datetime
from datetime import timezone
from itertools import takewhile
from persistent.mapping import PersistentMapping
from plone import api
from zope.annotation.interfaces import IAnnotations

import hmac


#: The annotation of the site that has them.
SUBSCRIPTIONS = "collective.appendonly.digests"

#: The key of a subscription is the id of a user and the UID of a folder, or this.
WHOLE_SITE = ""

#: How many mails of a subscription have an address at which it can be ended.
SECRETS = 40

Key = tuple[str, str]


class Subscription:
    """One member's subscription to what happens in one place."""

    def __init__(self, key: Key, record: PersistentMapping):
        self.user_id, self.folder = self.key = key
        #: The record in the database.
        self.record = record

    @property
    def frequency(self) -> str:
        return self.record["frequency"]

    @property
    def language(self) -> str:
        """The language in which it was subscribed to."""
        return self.record["language"]

    @property
    def url(self) -> str:
        """The address of the site, as the member's browser knew it."""
        return self.record["url"]

    @property
    def place(self) -> str:
        """The cursor of the newest that was told, or needed not to be."""
        return self.record["place"]

    @property
    def sent(self) -> datetime | None:
        """When the last mail was sent."""
        sent = self.record["sent"]
        return None if sent is None else _from_stored(sent)

    def is_due(self, now: datetime) -> bool:
        """Tell whether at the time *now* a digest is to be sent."""
        return is_due(self.frequency, _from_stored(self.record["handled"]), now)

    def change(self, frequency: str, language: str, url: str) -> None:
        self.record.update(frequency=frequency, language=language, url=url)

    def handled(self, place: str, now: datetime) -> None:
        """Note that all up to *place* needs not be told any more."""
        self.record.update(place=place, handled=_to_stored(now))

    def told(self, key: str, now: datetime) -> None:
        """Note that a mail was sent, with *key* in the address at which to end it."""
        secrets = (digest_of(key), *self.record["secrets"])[:SECRETS]
        self.record.update(sent=_to_stored(now), secrets=secrets)

    def new_key(self) -> str:
        """Return a key for the next mail. It is good from :meth:`told` on."""
        return make_key(self.user_id)

    def end(self) -> None:
        """End it. Only its own record is written; the maintenance puts it away.

        So it conflicts with whoever is about to send a mail for it, and with nobody else.
        """
        self.record.clear()


def subscribe(
    key: Key, frequency: str, language: str, url: str, place: str, now: datetime
) -> None:
    """Store a subscription, from *place* on. There must be none with this *key*."""
    subscriptions = IAnnotations(api.portal.get()).setdefault(SUBSCRIPTIONS, OOBTree())
    subscriptions[key] = PersistentMapping(
        frequency=frequency,
        language=language,
        url=url,
        place=place,
        handled=_to_stored(now),
        sent=None,
        secrets=(),
    )


def find(key: Key) -> Subscription | None:
    """Return the subscription with a key, if there is one that has not ended."""
    record = _stored().get(key)
    return Subscription(key, record) if record else None


def of_member(user_id: str) -> list[Subscription]:
    """Return the subscriptions of a member."""
    return [found for key in _keys_of(user_id) if (found := find(key))]


def all_keys() -> list[Key]:
    """Return the keys of all subscriptions, also of those that have ended."""
    return list(_stored())


def find_claimed(claim: Claim) -> Subscription | None:
    """Return the subscription with whose key *claim* was made."""
    for subscription in of_member(claim.user_id):
        for secret in subscription.record["secrets"]:
            if hmac.compare_digest(secret, claim.digest):
                return subscription
    return None


def discard(key: Key) -> None:
    """Put away whatever there is with a key."""
    stored = _stored()
    if key in stored:
        del stored[key]


def forget_member(user_id: str) -> None:
    """Put away all subscriptions of a member, also those that have ended."""
    for key in _keys_of(user_id):
        discard(key)


def _keys_of(user_id):
    stored = _stored()
    keys = stored.keys((user_id, "")) if stored else ()
    return list(takewhile(lambda key: key[0] == user_id, keys))


def _stored():
    return IAnnotations(api.portal.get()).get(SUBSCRIPTIONS, {})


def _to_stored(time):
    return int(time.timestamp() * 1000)


def _from_stored(milliseconds):
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc)
