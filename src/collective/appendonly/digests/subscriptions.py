"""The subscriptions to digests: stored in an annotation of the site, from the first one on.

Each subscription is a persistent record of its own, so changes to different subscriptions never
conflict. ``docs/storage-format.rst`` describes the records.
"""

from BTrees.OOBTree import OOBTree
from collective.appendonly.digests.filters import filters_id
from collective.appendonly.digests.filters import from_values
from collective.appendonly.digests.filters import to_values
from collective.appendonly.digests.schedule import AT_ONCE
from collective.appendonly.digests.schedule import DAILY
from collective.appendonly.digests.schedule import is_due
from collective.appendonly.digests.schedule import is_within_an_hour
from collective.appendonly.entry import from_milliseconds
from collective.appendonly.entry import to_milliseconds
from collective.appendonly.feed import Filters
from collective.appendonly.feed.filters import NO_FILTERS
from collective.appendonly.feed.keys import Credentials
from collective.appendonly.feed.keys import digest_of
from collective.appendonly.feed.keys import make_key
from dataclasses import replace
from datetime import datetime
from itertools import takewhile
from persistent.mapping import PersistentMapping
from plone import api
from typing import NamedTuple
from zope.annotation.interfaces import IAnnotations

import hmac


#: The key of the annotation.
SUBSCRIPTIONS = "collective.appendonly.digests"

#: The number of most recent emails of a subscription whose unsubscribe URL works, and of one
#: that is sent at once.
SECRETS = 40
SECRETS_AT_ONCE = 200

#: The number of permanent refusals in succession, one a day, that pause a subscription.
REFUSALS = 3

#: A user id, the UID of content or ``WHOLE_SITE``, and, with filters, a hash of them.
Key = tuple[str, ...]


class Refusal(NamedTuple):
    """The refusals of emails to ``address`` since the mail server last accepted one.

    ``code`` is the SMTP code of the last one, at ``time``. ``permanent`` and ``temporary`` are
    their numbers.
    """

    address: str
    code: int
    permanent: int
    temporary: int
    time: datetime

    @property
    def is_permanent(self) -> bool:
        """Whether the last one was permanent."""
        return self.code >= 500


class Subscription:
    """The subscription of one member to the activity of the whole site, or of some content."""

    def __init__(self, key: Key, record: PersistentMapping):
        self.key = key
        self.user_id, self.uid = key[:2]
        #: The record in the database.
        self.record = record

    @property
    def id(self) -> str:
        """Identifies it among those of its member, in URLs."""
        _, uid, *others = self.key
        return "-".join([uid or "site", *others])

    @property
    def frequency(self) -> str:
        return self.record["frequency"]

    @property
    def filters(self) -> Filters:
        """The filters that the member chose.

        Raises :class:`~collective.appendonly.digests.filters.UnknownFilters`.
        """
        return from_values(self.record.get("filters"))

    @property
    def own_changes(self) -> bool:
        """Whether digests contain what the member did. They always do in 1.0.0a1."""
        return self.record.get("own_changes", True)

    @property
    def wanted(self) -> Filters:
        """The filters of the digests.

        Raises :class:`~collective.appendonly.digests.filters.UnknownFilters`.
        """
        filters = self.filters
        if self.own_changes or filters.actor == self.user_id:
            return filters
        return replace(filters, others=True)

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

    @property
    def refusal(self) -> Refusal | None:
        """The refusals of the last emails, None if the mail server accepted the last one."""
        refused = self.record.get("refused")
        if refused is None:
            return None
        return Refusal(**{**refused, "time": from_milliseconds(refused["time"])})

    @property
    def is_paused(self) -> bool:
        """Whether emails are not sent because the mail server refuses the recipient."""
        return self.refusal is not None and self.refusal.permanent >= REFUSALS

    def is_due(self, now: datetime) -> bool:
        """Return whether a digest is due at the time *now*.

        A paused subscription is due, as its member may have another email address by now.
        """
        refusal = self.refusal
        if refusal and refusal.is_permanent and not self.is_paused:
            if not is_due(DAILY, refusal.time, now):
                return False
        if self.frequency == AT_ONCE and is_within_an_hour(self.sent, now):
            return False
        return is_due(self.frequency, self._handled, now)

    @property
    def _handled(self):
        return from_milliseconds(self.record["handled"])

    def change(
        self, frequency: str, own_changes: bool, language: str, url: str
    ) -> None:
        """Change the subscription, and resume it if it is paused."""
        self.record.update(
            frequency=frequency,
            own_changes=own_changes,
            language=language,
            url=url,
            refused=None,
        )

    def resume(self) -> None:
        """Forget how the mail server refused emails, so that they are sent again."""
        self.record["refused"] = None

    def mark_handled(self, cursor: str, now: datetime) -> None:
        """Record that digests cover all activity up to *cursor*."""
        self.record.update(place=cursor, handled=to_milliseconds(now))

    def mark_nothing_new(self, cursor: str, now: datetime) -> None:
        """Record that there was nothing to send up to *cursor*.

        Of a subscription that is looked at again and again, this is recorded once an hour.
        """
        if self.frequency == AT_ONCE and (
            cursor == self.cursor or is_within_an_hour(self._handled, now)
        ):
            return
        self.mark_handled(cursor, now)

    def mark_sent(self, key: str, now: datetime) -> None:
        """Record an email that was sent with *key* in its unsubscribe URL."""
        kept = SECRETS_AT_ONCE if self.frequency == AT_ONCE else SECRETS
        secrets = (digest_of(key), *self.record["secrets"])[:kept]
        self.record.update(sent=to_milliseconds(now), secrets=secrets, refused=None)

    def mark_refused(self, recipient: str, code: int, now: datetime) -> None:
        """Record that the mail server refused an email to *recipient* with *code*."""
        former = self.refusal
        if former is None or former.address != recipient:
            former = Refusal(recipient, code, 0, 0, now)
        is_permanent = code >= 500
        self.record["refused"] = {
            "address": recipient,
            "code": code,
            "permanent": former.permanent + is_permanent,
            "temporary": former.temporary + (not is_permanent),
            "time": to_milliseconds(now),
        }

    def new_key(self) -> str:
        """Return a key for the next email. It is valid after :meth:`mark_sent`."""
        return make_key(self.user_id)

    def end(self) -> None:
        """End the subscription. The next run, or :func:`subscribe`, removes its record.

        Only the record itself is written, so this conflicts with nothing but a digest that is
        being sent for it.
        """
        self.record.clear()


def key_of(user_id: str, uid: str, filters: Filters = NO_FILTERS) -> Key:
    """Return the key of the subscription of a member to the activity that fits *filters*."""
    values = to_values(filters)
    return (user_id, uid) if values is None else (user_id, uid, filters_id(values))


def subscribe(
    key: Key,
    frequency: str,
    language: str,
    url: str,
    cursor: str,
    now: datetime,
    filters: Filters = NO_FILTERS,
    own_changes: bool = False,
) -> None:
    """Store a new subscription to the activity after *cursor*.

    The *key* is the :func:`key_of` the user, the content and the *filters*, and must be unused.
    The records of subscriptions that the user has ended are removed.
    """
    subscriptions = IAnnotations(api.portal.get()).setdefault(SUBSCRIPTIONS, OOBTree())
    for other in _keys_of(key[0]):
        if find(other) is None:
            discard(other)
    subscriptions[key] = PersistentMapping(
        frequency=frequency,
        language=language,
        url=url,
        place=cursor,
        handled=to_milliseconds(now),
        sent=None,
        secrets=(),
        filters=to_values(filters),
        own_changes=own_changes,
        refused=None,
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


def all_paused() -> list[Subscription]:
    """Return all paused subscriptions. Loads the records of all others too."""
    found = map(find, all_keys())
    return [each for each in found if each is not None and each.is_paused]


def about_actors(*user_ids: str) -> set[Key]:
    """Return the keys of the subscriptions that are limited to what one of some users did."""
    filtered = (find(key) for key in all_keys() if len(key) > 2)
    return {
        found.key
        for found in filtered
        if found is not None and found.record["filters"].get("actor") in user_ids
    }


def discard(key: Key) -> None:
    """Remove the record with *key*, if there is one."""
    stored = _stored()
    if key in stored:
        del stored[key]


def forget_member(user_id: str) -> None:
    """Remove all subscriptions of a member, including ended ones."""
    for key in _keys_of(user_id):
        discard(key)


def forget_actor(*user_ids: str) -> None:
    """Remove the subscriptions of all members that are limited to what one of some users did."""
    for key in about_actors(*user_ids):
        discard(key)


def _keys_of(user_id):
    stored = _stored()
    keys = stored.keys((user_id, "")) if stored else ()
    return list(takewhile(lambda key: key[0] == user_id, keys))


def _stored():
    return IAnnotations(api.portal.get()).get(SUBSCRIPTIONS, {})
