"""The activity after a cursor: complete, and without duplicates."""

from collective.appendonly.digests import new_activity as module
from collective.appendonly.digests.new_activity import ITEMS
from collective.appendonly.digests.new_activity import latest_cursor
from collective.appendonly.digests.new_activity import new_activity
from collective.appendonly.feed import Bound
from collective.appendonly.feed import feed
from collective.appendonly.feed import Filters
from collective.appendonly.feed import InvalidCursor
from collective.appendonly.feed import InvalidFilter
from datetime import timezone
from functools import partial
from plone import api
from tests.product.feed.conftest import functional
from tests.product.feed.conftest import garden
from tests.product.feed.conftest import push
from tests.product.feed.conftest import SECRET

import pytest


__all__ = ["functional", "garden", "push"]


@pytest.fixture
def new(garden, mary):
    """Return the new activity for Mary after a cursor; without one, the latest cursor."""

    def new(cursor=None, path="", **filters):
        context = garden.unrestrictedTraverse(path) if path else garden
        filters = Filters(**filters)
        with api.env.adopt_user(username="mary"):
            if cursor is None:
                return latest_cursor(context, filters)
            return new_activity(context, cursor, timezone.utc, filters)

    return new


def paths(found):
    return [entry.path for item in found.items for entry in item.entries]


def test_no_new_activity(new, push):
    cursor = new()
    found = new(cursor)
    assert (found.items, found.is_more, found.count) == ((), False, 0)
    push()
    assert paths(new(cursor)) == ["party"]
    assert new(new()).items == ()


def test_activity_after_cursor(new, push):
    push("party", 0)
    cursor = new()
    push("garden/hours", 60)
    push("garden", 120)
    found = new(cursor)
    assert paths(found) == ["garden", "garden/hours"]
    push("party", 180)
    assert paths(new(found.cursor)) == ["party"]


def test_activity_below_a_folder(new, push):
    cursor = new()
    push("party", 0)
    push("garden/hours", 60)
    found = new(cursor, "garden")
    assert paths(found) == ["garden/hours"]
    assert new(found.cursor, "garden").items == ()


def test_activity_that_fits_filters(new, push):
    cursor = new()
    push("party", 0, actor="jane", actions=["created"])
    push("garden", 60, actor="mary", actions=["created"])
    push("garden/hours", 120, actor="tom", actions=["edited"])
    found = new(cursor, actions=("created",), others=True)
    assert paths(found) == ["party"]
    # The next digest begins behind what did not fit.
    assert new(found.cursor).items == ()
    assert paths(new(cursor, "garden", others=True)) == ["garden/hours"]


def test_filters_that_the_user_may_not_use(garden, new):
    garden.manage_permission("List portal members", ["Manager"])
    cursor = new()
    for filtered in (None, cursor):
        with pytest.raises(InvalidFilter):
            new(filtered, actor="jane")


def test_if_nothing_happened_the_cursor_stays(new, push):
    cursor = new()
    assert new(cursor).cursor == cursor
    push("garden", 0, actor="mary")
    assert new(cursor, others=True).cursor != cursor


def test_new_part_of_collapsed_edits(new, push):
    for minute in range(3):
        push("party", minute)
    cursor = new()
    for minute in range(3, 5):
        push("party", minute)
    found = new(cursor)
    assert paths(found) == ["party"]
    assert found.count == 2
    assert len(found.items[0].earlier) == 1


def test_large_change_set_counts_once(new, push):
    push("party", 0, times=300)
    cursor = new()
    push("garden", 1, times=300)
    found = new(cursor)
    assert paths(found) == ["garden"] * 300
    assert (found.count, found.is_more) == (1, False)
    assert new(found.cursor).items == ()


def test_new_activity_behind_invisible_entries(new, push):
    cursor = new()
    push("party", 0)
    for minute in range(3):
        push("garden", minute, times=500, principals=SECRET)
    found = new(cursor)
    assert (paths(found), found.is_more) == (["party"], False)


def test_number_of_reads_is_limited(new, log, push, monkeypatch):
    log.secret = None  # without keys, nothing is passed over
    bound = Bound(records=5, seconds=60, entries=500)
    monkeypatch.setattr(module, "feed", partial(feed, bound=bound))
    monkeypatch.setattr(module, "_READS", 2)
    cursor = new()
    push("party", 0)
    for minute in range(3):
        push("garden", minute, times=500, principals=SECRET)
    push("garden/hours", 5)
    found = new(cursor)
    assert (paths(found), found.is_more) == (["garden/hours"], True)


def test_only_newest_items_are_listed(new, push):
    push("party", 0)
    cursor = new()
    for number in range(ITEMS):
        push(("garden/hours", "party")[number % 2], number)
    found = new(cursor)
    assert (len(found.items), found.count, found.is_more) == (ITEMS, ITEMS, False)
    push("garden/hours", ITEMS)
    found = new(cursor)
    assert (len(found.items), found.is_more) == (ITEMS, True)
    assert paths(found)[0] == "garden/hours"


def test_cursor_of_another_log_is_invalid(new, log):
    cursor = new()
    log.begin_epoch()
    with pytest.raises(InvalidCursor):
        new(cursor)


def test_no_cursor_without_access(new, configure):
    cursor = new()
    configure(audience="nobody")
    assert new() is None
    assert new(cursor) is None
