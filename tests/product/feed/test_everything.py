"""The whole feed at once."""

from collective.appendonly.feed import Bound
from collective.appendonly.feed import everything
from collective.appendonly.feed import feed
from collective.appendonly.feed import Filters
from collective.appendonly.feed import InvalidFilter
from datetime import timedelta
from plone.app.testing import logout
from tests.product.feed.conftest import BEGIN
from tests.product.feed.conftest import SECRET

import pytest


def test_everything_yields_what_all_pages_show(garden, push):
    for number in range(60):
        push(
            ["party", "garden/hours"][number % 2],
            number,
            principals=("Anonymous",) if number % 3 else SECRET,
        )
    items, page = [], None
    while page is None or page.older:
        page = feed(garden, older=page and page.older, limit=7)
        items += page.items
    assert list(everything(garden)) == items
    expected = [item for item in items if item.entries[0].path == "party"]
    assert list(everything(garden, Filters(text="party"))) == expected
    assert list(everything(garden["party"])) == expected


def test_everything_has_no_bound(garden, log, push):
    log.secret = None  # without keys, nothing is passed over
    push("party", 0)
    push("party", 1, principals=SECRET, times=500)
    page = feed(garden, bound=Bound(records=3, seconds=60, entries=500))
    assert (page.items, page.reached) == ((), BEGIN + timedelta(minutes=1))
    [item] = everything(garden)
    assert item.entries[0].path == "party"


def test_a_large_change_set_comes_in_parts_with_one_id(garden, push):
    push("party", 0, times=250)
    parts = list(everything(garden))
    assert [len(part.entries) for part in parts] == [100, 100, 50]
    assert len({part.id for part in parts}) == 1


def test_everything_is_empty_without_permission(garden, push):
    push()
    logout()
    assert list(everything(garden)) == []


def test_a_filter_without_permission_is_refused_when_called(garden, push, configure):
    configure(audience="everybody")
    logout()
    with pytest.raises(InvalidFilter):
        everything(garden, Filters(actor="jane"))
