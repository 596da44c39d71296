"""Pages of the feed, over stack and archive, during other edits."""

from collective.appendonly import clock
from collective.appendonly.entry import ChangeSet
from collective.appendonly.feed import Bound
from collective.appendonly.feed import feed
from collective.appendonly.feed import InvalidCursor
from collective.appendonly.feed.scan import REQUEST_BOUND
from collective.appendonly.log import STACK
from collective.appendonly.zcml.provisioning import deprovision
from collective.appendonly.zcml.provisioning import provision
from dataclasses import replace
from plone import api

import pytest
import transaction


LITTLE = Bound(records=5, seconds=60, entries=500)


@pytest.fixture
def site(portal):
    """A site with a log of 60 edits of one page; every third is hidden."""
    api.user.create("member@example.org", "member", "correct horse battery")
    api.content.create(portal, "Document", "page", title="Page")
    api.content.transition(portal["page"], "publish")
    transaction.commit()
    return portal


@pytest.fixture
def push_edits(site, log):
    """Push change sets about the page into an empty log. Faster than edits."""
    [(_, first), *_] = list(log.older())
    entry = first.entries[0]
    deprovision(site, STACK)
    provision(site, STACK)
    transaction.commit()

    def push_edits(*numbers, principals=("Anonymous",), times=1):
        for number in numbers:
            change = replace(
                entry, actions=("edited",), fields=(str(number),), principals=principals
            )
            log.push(ChangeSet(clock.utc_now(), "member", (change,) * times))
        transaction.commit()

    return push_edits


def numbers(page):
    return [int(item.entries[0].fields[0]) for item in page.items]


def all_pages(site, limit=7):
    """Follow ``older`` from the first page; then ``newer`` from the last."""
    pages = [feed(site["page"], limit=limit)]
    while pages[-1].older:
        pages.append(feed(site["page"], older=pages[-1].older, limit=limit))
    back = [pages[-1]]
    while back[-1].newer:
        back.append(feed(site["page"], newer=back[-1].newer, limit=limit))
    return pages, back


def test_an_empty_log_has_one_empty_page(site, push_edits):
    page = feed(site)
    assert (page.items, page.older, page.newer) == ((), None, None)


def test_the_pages_show_everything_once_newest_first(site, push_edits):
    push_edits(*range(60))
    pages, _ = all_pages(site)
    assert [n for page in pages for n in numbers(page)] == list(range(59, -1, -1))
    assert [len(page.items) for page in pages] == [7] * 8 + [4]
    assert pages[0].newer is None


def test_newer_pages_lead_back_to_the_first(site, push_edits):
    push_edits(*range(60))
    pages, back = all_pages(site)
    assert numbers(back[-1]) == numbers(pages[0])
    seen = {number for page in back for number in numbers(page)}
    assert seen == set(range(60))
    for before, after in zip(back, back[1:], strict=False):
        assert numbers(after)[0] > numbers(before)[0]


def test_the_last_page_has_no_older_cursor(site, push_edits):
    push_edits(*range(14))
    pages, _ = all_pages(site, limit=7)
    assert [numbers(page) for page in pages] == [
        list(range(13, 6, -1)),
        list(range(6, -1, -1)),
    ]
    assert pages[-1].older is None


def test_cursors_survive_later_pushes(site, push_edits):
    push_edits(*range(40))
    first = feed(site, limit=10)
    push_edits(*range(40, 90))
    assert numbers(feed(site, older=first.older, limit=10)) == list(range(29, 19, -1))


def test_the_newer_page_is_the_one_next_to_the_cursor(site, push_edits):
    push_edits(*range(60))
    first = feed(site, limit=10)
    second = feed(site, older=first.older, limit=10)
    third = feed(site, older=second.older, limit=10)
    assert numbers(feed(site, newer=third.newer, limit=10)) == numbers(second)


def test_hidden_change_sets_leave_no_gaps_in_pages(site, push_edits):
    for number in range(60):
        push_edits(
            number, principals=("Anonymous",) if number % 3 else ("user:someone",)
        )
    pages, back = all_pages(site, limit=5)
    expected = [number for number in range(59, -1, -1) if number % 3]
    assert [n for page in pages for n in numbers(page)] == expected
    assert [len(page.items) for page in pages] == [5] * 8
    assert {n for page in back for n in numbers(page)} == set(expected)


def test_a_request_searches_a_bounded_part_of_the_log(site, log, push_edits, read):
    log.secret = None  # without keys, nothing is passed over
    push_edits(0)
    push_edits(*range(1, 100), principals=("user:someone",))
    pages, reached = [feed(site, limit=5, bound=LITTLE)], []
    while pages[-1].older:
        reached.append(pages[-1].reached)
        read.clear()
        pages.append(feed(site, older=pages[-1].older, limit=5, bound=LITTLE))
        assert len(read) <= 5 * 8
    assert [number for page in pages for number in numbers(page)] == [0]
    assert len(pages) == 4
    assert reached == sorted(reached, reverse=True)


def test_what_does_not_fit_is_passed_over(site, push_edits, read):
    push_edits(0)
    push_edits(*range(1, 500), principals=("user:someone",))
    read.clear()
    page = feed(site, limit=5, bound=LITTLE)
    assert (numbers(page), page.older, page.reached) == ([0], None, None)
    assert len(read) <= 16 + 8


def test_a_large_change_set_is_one_item(site, push_edits):
    push_edits(0)
    push_edits(1, times=250)
    push_edits(2)
    page = feed(site, limit=5)
    assert [len(item.entries) for item in page.items] == [1, 250, 1]
    assert page.older is None


def test_a_huge_change_set_is_continued_on_the_next_page(site, push_edits):
    push_edits(0)
    push_edits(1, times=1234)
    pages, back = all_pages(site, limit=5)
    shown = [entry for page in pages for item in page.items for entry in item.entries]
    assert len(shown) == 1235
    assert all(
        len(item.entries) <= REQUEST_BOUND.entries + 100
        for page in pages
        for item in page.items
    )
    shown = [entry for page in back for item in page.items for entry in item.entries]
    assert len(shown) >= 1235


@pytest.mark.parametrize("direction", ["older", "newer"])
def test_a_malformed_cursor_is_refused(site, direction):
    with pytest.raises(InvalidCursor, match="cursor is invalid"):
        feed(site, **{direction: "gibberish"})


def test_a_position_beyond_the_log_is_the_first_page(site, push_edits, log):
    from collective.appendonly.feed.cursor import to_cursor
    from collective.appendonly.interfaces import Position

    push_edits(*range(5))
    beyond = to_cursor(log, Position(10**9, 3))
    assert numbers(feed(site, newer=beyond)) == [4, 3, 2, 1, 0]
    assert numbers(feed(site, older=beyond)) == [4, 3, 2, 1, 0]


def test_the_feed_is_empty_without_the_add_on(site, uninstall):
    uninstall()
    page = feed(site)
    assert (page.items, page.older, page.newer) == ((), None, None)


def test_an_unreadable_item_is_skipped_and_logged(site, push_edits, log, caplog):
    push_edits(0)
    log.stack.push(b"9 from the future", log.archive.addLayer)
    push_edits(1)
    assert numbers(feed(site)) == [1, 0]
    assert "Upgrade the package" in caplog.text


def test_reading_is_cheap_when_nothing_happened_since(site, push_edits, log):
    push_edits(*range(30))
    [(newest, _), *_] = list(log.older())
    transaction.commit()
    log.stack._p_jar.cacheMinimize()
    assert list(log.newer(newest)) == []
    assert log.archive._p_changed is None, "the archive was not even loaded"


def test_entries_of_one_transaction_are_one_item(site):
    with_two = [
        api.content.create(site, "Document", name, title=name) for name in ("a", "b")
    ]
    transaction.commit()
    item = feed(site).items[0]
    assert [entry.title for entry in item.entries] == ["a", "b"]
    assert [entry.url for entry in item.entries] == [
        obj.absolute_url() for obj in with_two
    ]
