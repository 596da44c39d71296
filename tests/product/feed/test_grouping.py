"""Changes of one kind by one user in one folder as one item."""

from collective.appendonly.entry import ChangeSet
from collective.appendonly.feed import feed
from collective.appendonly.feed import Filters
from collective.appendonly.feed import news
from dataclasses import replace
from datetime import timedelta
from plone.app.testing import logout
from tests.product.feed.conftest import BEGIN
from tests.product.feed.conftest import PUBLIC
from tests.product.feed.conftest import SECRET
from tests.product.feed.test_grouped_pages import all_pages
from tests.product.feed.test_grouped_pages import assert_the_way_back
from tests.product.feed.test_grouped_pages import GENEROUS
from zoneinfo import ZoneInfo

import pytest
import transaction


UTC = ZoneInfo("UTC")
NIGHT = 15 * 60  # From nine in the morning to midnight.


@pytest.fixture
def upload(push):
    """Push the creation of an image by Jane, which is not there any more."""

    def upload(number, minutes=None, folder="garden", **others):
        others = {"actions": ("created",), "portal_type": "Image"} | others
        push(
            minutes=number if minutes is None else minutes,
            uid=f"{number:032x}",
            path=f"{folder}/image-{number}",
            title=f"Image {number}",
            **others,
        )

    return upload


def names(item):
    """Return the names of the objects of an item, in the order of its change sets."""
    return [
        entry.path.rpartition("/")[2]
        for change_set in item.change_sets
        for entry in change_set.entries
    ]


def seen(context, *args, **options):
    options = {"collapse": UTC} | options
    return [names(item) for item in feed(context, *args, **options).items]


def images(*numbers):
    return [f"image-{number}" for number in numbers]


def test_twenty_uploads_are_one_item(garden, upload):
    for number in range(20):
        upload(number)
    [item] = feed(garden, collapse=UTC).items
    assert names(item) == images(*range(19, -1, -1))
    single = feed(garden).items
    # All that there is to know of each is still there.
    assert item.change_sets[1:] == single[1:]
    assert replace(item, earlier=()) == single[0]
    assert [names(part) for part in item.by_object()] == [
        [name] for name in images(*range(19, -1, -1))
    ]


def test_an_id_always_stands_for_the_same_change_sets(garden, upload):
    """Items that continue one have ids of their own."""
    found = {}
    for number in range(5):
        upload(number)
        [item] = feed(garden, collapse=UTC).items
        assert found.setdefault(item.id, names(item)) == names(item)
    assert sorted(map(len, found.values())) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "other",
    [
        {"actor": "tom"},
        {"folder": "other"},
        {"actions": ("edited",)},
        {"actions": ("created", "transitioned")},
        {"group": "gardeners"},
        {"new_state": "published"},
        {"minutes": 12},
        {"minutes": -10},
    ],
    ids=str,
)
def test_other_changes_are_other_items(garden, upload, other):
    upload(0)
    upload(1)
    upload(2, **other)
    assert seen(garden) == [images(2), images(1, 0)]


@pytest.mark.parametrize(
    "action, sizes", [("watered", [1, 2]), ("created", [3])], ids=str
)
def test_what_a_sentence_says_is_the_same_for_all(garden, upload, action, sizes):
    """The sentence about an action of an add-on can contain its details."""
    for number, litres in enumerate((10, 10, 5)):
        upload(number, actions=(action,), details={"litres": litres})
    assert [len(found) for found in seen(garden)] == sizes


def test_each_change_follows_the_one_before_within_ten_minutes(garden, upload):
    for number in range(5):
        upload(number, minutes=10 * number)
    assert seen(garden) == [images(4, 3, 2, 1, 0)]
    upload(5, minutes=51)
    assert seen(garden) == [images(5), images(4, 3, 2, 1, 0)]


def test_a_clock_that_is_set_back_a_little_separates_nothing(garden, upload):
    for number, minutes in enumerate([5, 0, 9]):
        upload(number, minutes=minutes)
    assert seen(garden) == [images(2, 1, 0)]


def test_a_new_day_begins_a_new_item(garden, upload):
    for number in range(4):
        upload(number, minutes=NIGHT - 2 + number)
    assert seen(garden) == [images(3, 2), images(1, 0)]
    for timezone in ("Asia/Tokyo", "America/New_York"):
        assert seen(garden, collapse=ZoneInfo(timezone)) == [images(3, 2, 1, 0)]


def test_what_others_do_in_between_begins_a_new_item(garden, upload):
    """So the list stays in the order in which things happened."""
    for number in range(6):
        upload(number, actor=["jane", "jane", "tom"][number % 3])
    assert seen(garden) == [images(5), images(4, 3), images(2), images(1, 0)]
    assert seen(garden, Filters(actor="jane")) == [images(4, 3, 1, 0)]
    assert seen(garden, Filters(actor="tom")) == [images(5, 2)]


def test_hidden_changes_neither_separate_nor_count(garden, upload):
    """Otherwise an item would disclose that there was something, and how much."""
    for number in range(6):
        upload(number, principals=SECRET if number % 2 else PUBLIC)
    upload(6, minutes=6, actor="tom", principals=SECRET)
    upload(7, minutes=7)
    [item] = feed(garden, collapse=UTC).items
    assert names(item) == images(7, 4, 2, 0)
    assert len(item.change_sets) == len(item.by_object()) == 4


def test_hidden_changes_do_not_bridge_a_gap(garden, upload):
    """Otherwise it would disclose when something happened."""
    upload(0, minutes=0)
    upload(1, minutes=8, principals=SECRET)
    upload(2, minutes=16)
    assert seen(garden) == [images(2), images(0)]


def test_readers_without_names_see_one_item_by_someone(garden, upload, configure):
    """Two would disclose that it was not one and the same person."""
    configure(audience="everybody")
    upload(0)
    upload(1, actor="tom")
    assert seen(garden) == [images(1), images(0)]
    logout()
    assert seen(garden) == [images(1, 0)]


def test_filters_come_first(garden, push, upload):
    for number in range(6):
        kind = ("Image", "File")[number % 2]
        upload(number, portal_type=kind)
    push("garden/hours", 6, actions=("created",))
    assert seen(garden) == [["hours", *images(5, 4, 3, 2, 1, 0)]]
    assert seen(garden, Filters(types=("File",))) == [images(5, 3, 1)]
    assert seen(garden, Filters(text="image 3")) == [images(3)]
    assert seen(garden, Filters(until=BEGIN + timedelta(minutes=3))) == [
        images(2, 1, 0)
    ]
    assert seen(garden["garden"]["hours"]) == [["hours"]]


def test_change_sets_of_one_kind_are_grouped_whatever_their_size(garden, push, upload):
    upload(0)
    push("garden/hours", 1, actions=("created",), times=250)
    upload(2)
    [item] = feed(garden, collapse=UTC).items
    assert [len(each.entries) for each in item.change_sets] == [1, 250, 1]
    assert feed(garden, collapse=UTC, limit=1).older is None


@pytest.fixture
def push_mixed(push, log):
    """Push a large change set with two blocks of what Jane created, and a block of edits."""

    def push_mixed(minutes, hidden=()):
        facts = {"about": "garden/hours", "actor": "jane"}
        created = push.entry(**facts, actions=("created",))
        edited = push.entry(**facts)
        blocks = [created, created, edited]
        for number in hidden:
            blocks[number] = replace(blocks[number], principals=SECRET)
        entries = tuple(entry for entry in blocks for _ in range(100))
        log.push(ChangeSet(BEGIN + timedelta(minutes=minutes), "jane", entries))
        transaction.commit()

    return push_mixed


@pytest.mark.parametrize(
    "hidden, sizes",
    [
        ((), [[1], [300], [1]]),
        # What the reader can view is all of one kind.
        ((2,), [[1, 200, 1]]),
        ((0, 2), [[1, 100, 1]]),
        ((0, 1), [[1], [100], [1]]),
    ],
)
def test_large_change_sets_of_different_kinds(
    garden, upload, push_mixed, hidden, sizes
):
    """They are entered at a block, and the first one does not tell what follows."""
    upload(0)
    push_mixed(1, hidden)
    upload(2)

    def shape(pages):
        return [
            [len(each.entries) for each in item.change_sets]
            for page in pages
            for item in page.items
        ]

    pages = all_pages(garden, Filters(), limit=1, bound=GENEROUS)
    assert shape(pages) == sizes
    assert_the_way_back(garden, Filters(), pages, limit=1)


def test_backfilled_changes_are_items_of_their_own(garden, push, log):
    entry = push.entry("garden/hours", actions=("created",), actor="jane")
    for number, backfilled in enumerate([True, True, False, False]):
        time = BEGIN + timedelta(minutes=number)
        log.push(ChangeSet(time, "jane", (entry,), backfilled))
    transaction.commit()
    found = feed(garden, collapse=UTC).items
    assert [(item.backfilled, len(item.change_sets)) for item in found] == [
        (False, 2),
        (True, 2),
    ]


def test_no_page_ends_within_an_item_unless_it_exceeds_the_bound(garden, upload):
    for number in range(60):
        upload(number)
    page = feed(garden, collapse=UTC, limit=1)
    assert (len(page.items[0].change_sets), page.older, page.reached) == (
        60,
        None,
        None,
    )
    bound = GENEROUS._replace(entries=25)
    pages = all_pages(garden, Filters(), limit=1, bound=bound)
    assert [name for page in pages for item in page.items for name in names(item)] == (
        images(*range(59, -1, -1))
    )
    assert len(pages) == 3
    assert all(page.reached for page in pages[:-1])


def test_news_counts_items(garden, upload):
    latest = feed(garden).latest
    for number in range(20):
        upload(number)
    assert news(garden, latest).count == 20
    assert news(garden, latest, collapse=UTC)[:2] == (1, False)
    upload(20, actor="tom")
    upload(21, principals=SECRET)
    assert news(garden, latest, collapse=UTC)[:2] == (2, False)
    latest = feed(garden).latest
    # It continues an item of the page.
    upload(22, actor="tom")
    assert news(garden, latest, collapse=UTC)[:2] == (1, False)
