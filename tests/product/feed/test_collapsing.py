"""Consecutive edits of one page by one user as one item."""

from collective.appendonly.feed import feed
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st
from tests.product.feed.conftest import BEGIN
from tests.product.feed.conftest import SECRET
from zoneinfo import ZoneInfo

import pytest


UTC = ZoneInfo("UTC")


def minutes(item):
    return [
        int((edit.time - BEGIN).total_seconds() / 60) for edit in (item, *item.earlier)
    ]


def seen(context, **options):
    return [minutes(item) for item in feed(context, collapse=UTC, **options).items]


def test_three_edits_are_one_item(garden, push):
    for number in range(3):
        push("party", number, fields=(f"field{number}",))
    [item] = feed(garden, collapse=UTC).items
    assert minutes(item) == [2, 1, 0]
    fields = [edit.entries[0].fields for edit in (item, *item.earlier)]
    assert fields == [("field2",), ("field1",), ("field0",)]
    assert all(edit.earlier == () for edit in item.earlier)


def test_edits_are_collapsed_on_request_only(garden, push):
    for number in range(3):
        push("party", number)
    assert [minutes(item) for item in feed(garden).items] == [[2], [1], [0]]


@pytest.mark.parametrize(
    "between",
    [
        {"actor": "tom"},
        {"about": "garden/hours"},
        {"actions": ["edited", "transitioned"]},
        {"actions": ["commented"]},
    ],
)
def test_other_changes_are_not_collapsed(garden, push, between):
    push("party", 0)
    push(**{"about": "party", "minutes": 1, **between})
    push("party", 2)
    assert seen(garden) == [[2], [1], [0]]


def test_hidden_changes_do_not_separate_edits(garden, push):
    """Otherwise the feed would disclose that there was something."""
    push("party", 0)
    push("party", 1, actor="tom", principals=SECRET)
    push("party", 2)
    assert seen(garden) == [[2, 0]]


def test_a_new_day_begins_a_new_item(garden, push):
    night = 15 * 60  # From nine in the morning to midnight.
    push("party", night - 1)
    push("party", night)
    assert seen(garden) == [[night], [night - 1]]
    [item] = feed(garden, collapse=ZoneInfo("Asia/Tokyo")).items
    assert minutes(item) == [night, night - 1]


def test_no_page_ends_between_them(garden, push):
    for number in range(30):
        push("party", number, actor=["jane", "tom"][number // 10 % 2])
    first = feed(garden, collapse=UTC, limit=1)
    second = feed(garden, collapse=UTC, limit=1, older=first.older)
    third = feed(garden, collapse=UTC, limit=1, older=second.older)
    assert [minutes(page.items[0]) for page in (first, second, third)] == [
        list(range(29, 19, -1)),
        list(range(19, 9, -1)),
        list(range(9, -1, -1)),
    ]
    assert third.older is None
    back = feed(garden, collapse=UTC, limit=1, newer=third.newer)
    assert back.items == second.items


@pytest.mark.large
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_all_pages_together_show_every_edit_once(garden, push, log, data):
    begin = len(log)
    history = data.draw(
        st.lists(
            st.tuples(
                st.sampled_from(["party", "garden/hours"]),
                st.sampled_from(["jane", "tom"]),
                st.booleans(),
            ),
            max_size=25,
        )
    )
    for path, actor, is_secret in history:
        push(
            path,
            len(log),
            actor=actor,
            principals=SECRET if is_secret else ("Anonymous",),
        )
    limit = data.draw(st.integers(1, 5))
    expected: list = []
    previous = None
    for number, (path, actor, is_secret) in reversed(list(enumerate(history, begin))):
        if is_secret:
            continue
        if (path, actor) == previous:
            expected[-1].append(number)
        else:
            expected.append([number])
        previous = path, actor
    found: list = []
    page = None
    while page is None or page.older:
        page = feed(garden, collapse=UTC, limit=limit, older=page and page.older)
        found += map(minutes, page.items)
        assert len(page.items) <= limit
    # The change sets of earlier examples may continue the last item.
    found = [[n for n in item if n >= begin] for item in found]
    assert [item for item in found if item] == expected
