"""The storage format of subscriptions, and when they are due."""

from BTrees.OOBTree import OOBTree
from collective.appendonly.digests.schedule import is_due
from collective.appendonly.digests.subscriptions import all_keys
from collective.appendonly.digests.subscriptions import find
from collective.appendonly.digests.subscriptions import forget_actor
from collective.appendonly.digests.subscriptions import forget_member
from collective.appendonly.digests.subscriptions import key_of
from collective.appendonly.digests.subscriptions import of_member
from collective.appendonly.digests.subscriptions import Refusal
from collective.appendonly.digests.subscriptions import SECRETS
from collective.appendonly.digests.subscriptions import SECRETS_AT_ONCE
from collective.appendonly.digests.subscriptions import subscribe
from collective.appendonly.digests.subscriptions import Subscription
from collective.appendonly.digests.subscriptions import SUBSCRIPTIONS
from collective.appendonly.feed import Filters
from collective.appendonly.feed.filters import NO_FILTERS
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from hashlib import sha256
from persistent.mapping import PersistentMapping
from plone import api
from zope.annotation.interfaces import IAnnotations

import pytest
import transaction


MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=timezone.utc)
MILLISECONDS = 1795424400000


#: A record of 1.0.0a1.
FIRST = {
    "frequency": "daily",
    "language": "de",
    "url": "https://example.org",
    "place": "place",
    "handled": MILLISECONDS,
    "sent": None,
    "secrets": (),
}


def add(user, uid="", frequency="daily", filters=NO_FILTERS, **options):
    key = key_of(user, uid, filters)
    url = "https://example.org"
    subscribe(key, frequency, "de", url, "place", MONDAY, filters=filters, **options)
    return find(key)


def test_storage_format(portal):
    """This must not change: databases contain it."""
    assert SUBSCRIPTIONS not in IAnnotations(portal)
    add("mary")
    add("mary", "6b2a", "weekly")
    transaction.commit()
    stored = IAnnotations(portal)["collective.appendonly.digests"]
    assert type(stored) is OOBTree
    assert list(stored) == [("mary", ""), ("mary", "6b2a")]
    record = stored["mary", ""]
    assert type(record) is PersistentMapping
    added = {"filters": None, "own_changes": False, "refused": None}
    assert dict(record) == FIRST | added
    subscription = find(("mary", ""))
    key = subscription.new_key()
    subscription.mark_handled("further", MONDAY)
    subscription.mark_sent(key, MONDAY)
    assert dict(record) == FIRST | added | {
        "place": "further",
        "sent": MILLISECONDS,
        "secrets": (sha256(key.encode()).hexdigest(),),
    }
    subscription.mark_refused("mary@example.org", 550, MONDAY)
    subscription.mark_refused("mary@example.org", 450, MONDAY)
    assert record["refused"] == {
        "address": "mary@example.org",
        "code": 450,
        "permanent": 1,
        "temporary": 1,
        "time": MILLISECONDS,
    }
    subscription.end()
    assert dict(record) == {}
    assert find(("mary", "")) is None
    assert [each.key for each in of_member("mary")] == [("mary", "6b2a")]


def test_storage_format_of_filters(portal):
    """This must not change: databases contain it."""
    add("mary", "6b2a", "at_once", Filters(actor="eve"), own_changes=True)
    stored = IAnnotations(portal)["collective.appendonly.digests"]
    assert list(stored) == [("mary", "6b2a", "c08a88560811bc1754ad766495888b79")]
    [record] = stored.values()
    assert dict(record) == FIRST | {
        "frequency": "at_once",
        "filters": {"version": 1, "actor": "eve"},
        "own_changes": True,
        "refused": None,
    }


def test_a_record_of_1_0_0a1_is_read_as_before(portal):
    first = Subscription(("mary", ""), FIRST)
    assert (first.frequency, first.id) == ("daily", "site")
    assert first.filters == first.wanted == Filters()
    assert first.own_changes
    assert first.refusal is None
    assert not first.is_paused
    assert first.is_due(MONDAY + timedelta(days=1))
    assert not first.is_due(MONDAY)


def test_ids_tell_subscriptions_apart(portal):
    filters = Filters(actor="eve")
    found = [
        add("mary"),
        add("mary", filters=filters),
        add("mary", "6b2a"),
        add("mary", "6b2a", filters=filters),
    ]
    assert [each.id for each in found] == [
        "site",
        "site-c08a88560811bc1754ad766495888b79",
        "6b2a",
        "6b2a-c08a88560811bc1754ad766495888b79",
    ]
    assert [each.key for each in of_member("mary")] == [each.key for each in found]


def test_own_changes_are_left_out_unless_the_filters_ask_for_them(portal):
    assert add("mary").wanted == Filters(others=True)
    assert add("greta", own_changes=True).wanted == Filters()
    mine = Filters(actor="mary", types=("Event",))
    assert add("mary", filters=mine).wanted == mine
    # What is left out is no filter of its own: the key does not depend on it.
    assert key_of("mary", "", Filters(others=True)) == ("mary", "")


def test_an_at_once_digest_is_due_with_each_run_but_once_an_hour(portal):
    digest = add("mary", frequency="at_once")
    assert digest.is_due(MONDAY)
    digest.mark_sent(digest.new_key(), MONDAY)
    # Jobs of every hour do not start at the same second.
    due = {0: False, 1: False, 50: False, 56: True, 60: True, 600: True}
    assert {
        minutes: digest.is_due(MONDAY + timedelta(minutes=minutes)) for minutes in due
    } == due
    # A clock was ahead once.
    assert digest.is_due(MONDAY - timedelta(days=1))


def test_looking_again_and_again_writes_once_an_hour(portal):
    digest = add("mary", frequency="at_once")
    transaction.commit()
    for minutes, cursor, is_written in (
        (5, "further", False),
        (70, "place", False),  # nothing happened at all
        (75, "further", True),
        (80, "and further", False),
    ):
        digest.mark_nothing_new(cursor, MONDAY + timedelta(minutes=minutes))
        assert digest.record._p_changed == is_written
        transaction.commit()
    assert digest.cursor == "further"
    daily = add("greta")
    daily.mark_nothing_new("place", MONDAY + timedelta(minutes=5))
    assert daily.record["handled"] == MILLISECONDS + 5 * 60 * 1000


def test_the_number_of_keys_is_limited(portal):
    for frequency, number in (("daily", SECRETS), ("at_once", SECRETS_AT_ONCE)):
        digest = add("mary", frequency=frequency)
        for _ in range(number + 1):
            digest.mark_sent("key", MONDAY)
        assert len(digest.record["secrets"]) == number


def test_permanent_refusals_on_three_days_pause(portal):
    digest = add("mary", frequency="at_once")
    for day in range(3):
        assert not digest.is_paused
        now = MONDAY + timedelta(days=day)
        assert digest.is_due(now)
        digest.mark_refused("mary@example.org", 550, now)
        assert digest.is_due(now + timedelta(hours=2)) == digest.is_paused
    assert digest.refusal == Refusal("mary@example.org", 550, 3, 0, now)
    assert digest.is_paused
    digest.mark_refused("new@example.org", 550, now)
    assert digest.refusal == Refusal("new@example.org", 550, 1, 0, now)
    assert not digest.is_paused


def test_temporary_refusals_never_pause_and_are_tried_again_at_once(portal):
    digest = add("mary")
    now = MONDAY + timedelta(days=1)
    for number in range(1, 10):
        digest.mark_refused("mary@example.org", 450, now)
        assert digest.refusal == Refusal("mary@example.org", 450, 0, number, now)
        assert digest.is_due(now)
        assert not digest.is_paused


@pytest.mark.parametrize(
    "accepted",
    [
        lambda digest: digest.mark_sent("key", MONDAY),
        lambda digest: digest.change("weekly", True, "en", "https://example.org"),
        Subscription.resume,
    ],
)
def test_refusals_are_forgotten(portal, accepted):
    digest = add("mary")
    for _ in range(3):
        digest.mark_refused("mary@example.org", 550, MONDAY)
    assert digest.is_paused
    accepted(digest)
    assert (digest.refusal, digest.is_paused) == (None, False)


def test_subscriptions_to_the_activity_of_an_erased_user_are_removed(portal):
    for user in ("mary", "bob"):
        add(user)
        add(user, filters=Filters(actor="bob"))
        add(user, filters=Filters(actor="bobby"))
        add(user, filters=Filters(text="bob"))
    add("greta", filters=Filters(actor="bob")).end()
    forget_actor("bob", "carl")
    left = [find(key) for key in all_keys()]
    filters = [Filters(), Filters(text="bob"), Filters(actor="bobby")]
    assert {(each.user_id, each.filters) for each in left if each} == {
        (user, each) for user in ("bob", "mary") for each in filters
    }


def test_forget_member_keeps_other_members(portal):
    for user in ("mar", "mary", "mary-ann", "zoë"):
        add(user)
        add(user, "6b2a")
    forget_member("mary")
    stored = IAnnotations(portal)[SUBSCRIPTIONS]
    assert {user for user, _ in stored} == {"mar", "mary-ann", "zoë"}
    forget_member("nobody")
    assert len(stored) == 6


def test_reading_writes_nothing(portal, changed):
    assert of_member("mary") == []
    assert find(("mary", "")) is None
    forget_member("mary")
    assert changed == []


@pytest.mark.parametrize(
    "frequency, handled, now, due",
    [
        # The default time zone of the site is UTC.
        ("daily", "2026-11-23 03:00:05", "2026-11-23 23:59:59", False),
        ("daily", "2026-11-23 03:00:05", "2026-11-24 00:00:00", True),
        ("daily", "2026-11-23 03:00:05", "2026-11-24 03:00:02", True),
        ("daily", "2026-11-23 00:00:05", "2026-11-22 23:59:59", False),
        ("weekly", "2026-11-23 03:00:05", "2026-11-29 23:59:59", False),
        ("weekly", "2026-11-29 23:00:00", "2026-11-30 00:00:00", True),
        ("weekly", "2026-11-25 12:00:00", "2026-12-02 12:00:00", True),
        # The 53rd week of 2026 ends in 2027.
        ("weekly", "2026-12-31 12:00:00", "2027-01-03 12:00:00", False),
        ("weekly", "2026-12-31 12:00:00", "2027-01-04 12:00:00", True),
        ("weekly", "2026-11-23 00:05:00", "2026-11-22 23:59:59", False),
        # A clock was wrong, then or now.
        ("daily", "2026-11-23 03:00:05", "2026-11-22 03:00:02", True),
        ("daily", "2036-11-23 03:00:05", "2026-11-23 03:00:05", True),
        ("daily", "2026-11-23 03:10:00", "2026-11-23 03:00:00", False),
        ("weekly", "2026-11-25 12:00:00", "2026-11-20 12:00:00", True),
        ("weekly", "2036-11-25 12:00:00", "2026-11-20 12:00:00", True),
    ],
)
def test_is_due(portal, frequency, handled, now, due):
    handled, now = (datetime.fromisoformat(f"{time}+00:00") for time in (handled, now))
    assert is_due(frequency, handled, now) is due


def test_is_due_uses_time_zone_of_site(portal):
    api.portal.set_registry_record("plone.portal_timezone", "Asia/Tokyo")
    morning = datetime(2026, 11, 23, 14, 0, tzinfo=timezone.utc)
    evening = datetime(2026, 11, 23, 15, 0, tzinfo=timezone.utc)
    assert is_due("daily", morning, evening)
