"""The filters of a subscription as they are stored. This must not change: databases contain it."""

from collective.appendonly.digests.filters import filters_id
from collective.appendonly.digests.filters import from_values
from collective.appendonly.digests.filters import to_values
from collective.appendonly.digests.filters import undated
from collective.appendonly.digests.filters import UnknownFilters
from collective.appendonly.digests.subscriptions import key_of
from collective.appendonly.feed import Filters
from datetime import datetime
from datetime import timezone

import pytest


#: Stored values, the filters, and the part of the key.
GOLDEN = [
    (
        {"version": 1, "actor": "eve"},
        Filters(actor="eve"),
        "c08a88560811bc1754ad766495888b79",
    ),
    (
        {
            "version": 1,
            "actions": ["edited", "removed"],
            "types": ["Document", "News Item"],
            "text": "Gärten 2026",
        },
        Filters(
            actions=("edited", "removed"),
            types=("Document", "News Item"),
            text="Gärten 2026",
        ),
        "d4750d3c4542527cfb837442f2511c36",
    ),
]


@pytest.mark.parametrize("values, filters, part", GOLDEN)
def test_stored_values(values, filters, part):
    assert to_values(filters) == values
    assert from_values(values) == filters
    assert filters_id(values) == part
    assert key_of("mary", "6b2a", filters) == ("mary", "6b2a", part)


def test_without_filters_nothing_is_stored():
    assert to_values(Filters()) is None
    assert from_values(None) == Filters()
    assert key_of("mary", "") == key_of("mary", "", Filters()) == ("mary", "")


def test_the_order_of_choices_does_not_matter():
    some = Filters(actions=("removed", "edited"), types=("Link", "Event"))
    same = Filters(actions=("edited", "removed"), types=("Event", "Link"))
    assert key_of("mary", "", some) == key_of("mary", "", same)
    assert key_of("mary", "", some) != key_of("mary", "", Filters(types=some.types))


def test_times_are_left_out():
    time = datetime(2026, 11, 23, tzinfo=timezone.utc)
    assert undated(Filters(text="roses", since=time, until=time)) == Filters(
        text="roses"
    )


@pytest.mark.parametrize(
    "values",
    [
        {"version": 2, "actor": "eve"},
        {"version": 1, "actor": "eve", "fields": ["title"]},
        {"actor": "eve"},
    ],
)
def test_what_a_later_version_has_stored_is_not_passed_over(values):
    """A digest without one of its filters would contain more than its member wants."""
    with pytest.raises(UnknownFilters):
        from_values(values)
