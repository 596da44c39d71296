"""What is new since a place in the log: all of it, and nothing twice."""

from collective.appendonly.digests import fresh as module
from collective.appendonly.digests.fresh import fresh
from collective.appendonly.digests.fresh import here_and_now
from collective.appendonly.digests.fresh import ITEMS
from collective.appendonly.feed import InvalidCursor
from collective.appendonly.feed.scan import REQUEST_BOUND
from datetime import timezone
from plone import api
from tests.product.feed.conftest import garden
from tests.product.feed.conftest import push
from tests.product.feed.conftest import SECRET

import pytest


__all__ = ["garden", "push"]


@pytest.fixture
def new(garden, mary):
    """Return what is new for Mary since a place; without one, the place that is now."""

    def new(place=None, path=""):
        context = garden.unrestrictedTraverse(path) if path else garden
        with api.env.adopt_user(username="mary"):
            if place is None:
                return here_and_now(context)
            return fresh(context, place, timezone.utc)

    return new


def paths(found):
    return [entry.path for item in found.items for entry in item.entries]


def test_nothing(new, push):
    place = new()
    found = new(place)
    assert (found.items, found.is_more, found.count) == ((), False, 0)
    push()
    assert paths(new(place)) == ["party"]
    assert new(new()).items == ()


def test_all_that_is_newer_and_from_there_on(new, push):
    push("party", 0)
    place = new()
    push("garden/hours", 60)
    push("garden", 120)
    found = new(place)
    assert paths(found) == ["garden", "garden/hours"]
    push("party", 180)
    assert paths(new(found.place)) == ["party"]


def test_below_a_folder(new, push):
    place = new()
    push("party", 0)
    push("garden/hours", 60)
    found = new(place, "garden")
    assert paths(found) == ["garden/hours"]
    assert new(found.place, "garden").items == ()


def test_of_repeated_edits_those_that_are_new(new, push):
    for minute in range(3):
        push("party", minute)
    place = new()
    for minute in range(3, 5):
        push("party", minute)
    found = new(place)
    assert paths(found) == ["party"]
    assert found.count == 2
    assert len(found.items[0].earlier) == 1


def test_a_large_change_set_is_one(new, push):
    push("party", 0, times=300)
    place = new()
    push("garden", 1, times=300)
    found = new(place)
    assert paths(found) == ["garden"] * 300
    assert (found.count, found.is_more) == (1, False)
    assert new(found.place).items == ()


def test_behind_much_that_is_not_for_this_person(new, push):
    place = new()
    push("party", 0)
    for minute in range(3):
        push("garden", minute, times=REQUEST_BOUND.read, principals=SECRET)
    found = new(place)
    assert (paths(found), found.is_more) == (["party"], False)


def test_there_is_an_end_to_looking(new, push, monkeypatch):
    monkeypatch.setattr(module, "_STRETCHES", 2)
    place = new()
    push("party", 0)
    for minute in range(3):
        push("garden", minute, times=REQUEST_BOUND.read, principals=SECRET)
    push("garden/hours", 5)
    found = new(place)
    assert (paths(found), found.is_more) == (["garden/hours"], True)


def test_the_newest_of_many(new, push):
    push("party", 0)
    place = new()
    for number in range(ITEMS):
        push(("garden", "party")[number % 2], number)
    found = new(place)
    assert (len(found.items), found.count, found.is_more) == (ITEMS, ITEMS, False)
    push("garden", ITEMS)
    found = new(place)
    assert (len(found.items), found.is_more) == (ITEMS, True)
    assert paths(found)[0] == "garden"


def test_a_place_in_another_log_is_none(new, log):
    place = new()
    log.begin_epoch()
    with pytest.raises(InvalidCursor):
        new(place)


def test_who_may_not_read_has_no_place(new, configure):
    place = new()
    configure(audience="nobody")
    assert new() is None
    assert new(place) is None
