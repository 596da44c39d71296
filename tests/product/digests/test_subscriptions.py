"""The storage format of subscriptions, and when they are due."""

from BTrees.OOBTree import OOBTree
from collective.appendonly.digests.subscriptions import find
from collective.appendonly.digests.subscriptions import forget_member
from collective.appendonly.digests.subscriptions import is_due
from collective.appendonly.digests.subscriptions import of_member
from collective.appendonly.digests.subscriptions import subscribe
from collective.appendonly.digests.subscriptions import SUBSCRIPTIONS
from datetime import datetime
from datetime import timezone
from hashlib import sha256
from persistent.mapping import PersistentMapping
from plone import api
from zope.annotation.interfaces import IAnnotations

import pytest
import transaction


MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=timezone.utc)
MILLISECONDS = 1795424400000


def add(user, folder="", frequency="daily"):
    subscribe((user, folder), frequency, "de", "https://example.org", "place", MONDAY)


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
    assert dict(record) == {
        "frequency": "daily",
        "language": "de",
        "url": "https://example.org",
        "place": "place",
        "handled": MILLISECONDS,
        "sent": None,
        "secrets": (),
    }
    subscription = find(("mary", ""))
    key = subscription.new_key()
    subscription.mark_handled("further", MONDAY)
    subscription.mark_sent(key, MONDAY)
    assert dict(record) == {
        "frequency": "daily",
        "language": "de",
        "url": "https://example.org",
        "place": "further",
        "handled": MILLISECONDS,
        "sent": MILLISECONDS,
        "secrets": (sha256(key.encode()).hexdigest(),),
    }
    subscription.end()
    assert dict(record) == {}
    assert find(("mary", "")) is None
    assert [each.key for each in of_member("mary")] == [("mary", "6b2a")]


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
