"""The pages of the feed have the items of the whole log, wherever they begin.

For random logs, readers, filters, places, time zones and page sizes, in both directions, and within
bounds. A failing test prints the seed of its log.
"""

from collective.appendonly.entry import ChangeSet
from collective.appendonly.feed import Bound
from collective.appendonly.feed import everything
from collective.appendonly.feed import feed
from collective.appendonly.feed import Filters
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from posixpath import dirname
from tests.product.feed.conftest import BEGIN
from tests.product.feed.test_search import by_scan
from tests.product.feed.test_search import functional
from tests.product.feed.test_search import RandomLog
from tests.product.feed.test_search import site
from tests.product.people import reading
from zoneinfo import ZoneInfo

import pytest
import transaction


__all__ = ["functional", "site"]

UTC = ZoneInfo("UTC")
GENEROUS = Bound(records=100_000, seconds=600, entries=100_000)


class LogOfRuns(RandomLog):
    """A log in which change sets of one kind often follow each other."""

    def push(self, count):
        random = self.random
        time, entry = BEGIN, self.entry()
        for _ in range(count):
            if random.random() < 0.3:
                entry = self.entry()
            time += timedelta(minutes=random.choice([0, 1, 5, 10, 11, 200, -4]))
            siblings = [
                (uid, path, kind)
                for uid, path, kind in self.objects
                if dirname(path) == dirname(entry.path)
            ] or [(entry.uid, entry.path, entry.portal_type)]
            some = random.choices(siblings, k=random.choice([1] * 9 + [2, 3, 120]))
            entries = [
                replace(
                    entry,
                    uid=uid,
                    path=path,
                    portal_type=kind,
                    title=self.titles.get(uid, entry.title),
                    principals=random.choice([entry.principals] * 5 + [()]),
                )
                for uid, path, kind in some
            ]
            if random.random() < 0.1:
                entries.append(self.entry())
            self.log.push(ChangeSet(time, entry.actor, tuple(entries)))
        transaction.commit()


def are_one(change_set, other, timezone):
    """Return whether two change sets, as a scan returns them, are one item: the rule once more."""
    (time, entries), (other_time, others) = change_set, other
    kinds = {
        (entry.actor, entry.actions, dirname(entry.path))
        for entry in (*entries, *others)
    }
    days = {each.astimezone(timezone).date() for each in (time, other_time)}
    if len(kinds) > 1 or len(days) > 1:
        return False
    edits = [
        entry.uid or entry.title
        for entry in (*entries, *others)
        if entry.actions == ("edited",)
    ]
    is_edited_again = (len(entries), len(others)) == (1, 1) and (
        len(edits) == 2 and len(set(edits)) == 1
    )
    return is_edited_again or abs(time - other_time) <= timedelta(minutes=10)


def grouped(change_sets, timezone):
    runs = []
    for each in change_sets:
        if runs and are_one(runs[-1][-1], each, timezone):
            runs[-1].append(each)
        else:
            runs.append([each])
    return runs


def as_scanned(item):
    return [(each.time, list(each.entries)) for each in item.change_sets]


def all_pages(context, filters, timezone=UTC, **options):
    pages = [feed(context, filters, collapse=timezone, **options)]
    while pages[-1].older:
        older = pages[-1].older
        pages.append(feed(context, filters, older=older, collapse=timezone, **options))
        assert len(pages) < 2000, "The feed does not end."
    return pages


def assert_the_way_back(context, filters, pages, limit, timezone=UTC):
    """Each page leads back to the one before it."""
    options = {"collapse": timezone, "limit": limit, "bound": GENEROUS}
    for before, page in pairwise(pages):
        back = feed(context, filters, newer=page.newer, **options)
        assert back.items == before.items
        # The first page ends where it did.
        assert bool(back.older) == bool(before.older)


@pytest.mark.parametrize(
    "seed",
    [0, *(pytest.param(seed, marks=pytest.mark.large) for seed in range(1, 8))],
)
def test_pages_have_the_items_of_the_whole_log(site, log, seed, configure):
    configure(audience="everybody")
    random_log = LogOfRuns(log, seed)
    random_log.push(80)
    random = random_log.random
    count = 0
    for _ in range(10):
        user, place, filters = random_log.question()
        if filters.actor is not None and user is None:
            continue  # anonymous users may not filter by user
        context = site.unrestrictedTraverse(place) if place else site
        timezone = ZoneInfo(random.choice(["UTC", "Asia/Tokyo", "America/New_York"]))
        limit = random.randint(1, 6)
        asked = (user, place, filters, timezone, limit)
        with reading(user):
            scanned = by_scan(log, context, filters)
            expected = grouped(scanned, timezone)
            pages = all_pages(context, filters, timezone, limit=limit, bound=GENEROUS)
            found = [as_scanned(item) for page in pages for item in page.items]
            assert found == expected, asked
            assert {len(page.items) for page in pages[:-1]} <= {limit}, asked
            assert_the_way_back(context, filters, pages, limit, timezone)
            assert_complete_within_bounds(context, filters, timezone, limit, scanned)
        count += sum(len(run) > 1 for run in expected)
    assert count, "There was nothing to group."


def assert_complete_within_bounds(context, filters, timezone, limit, scanned):
    """An item that exceeds the bound is continued: nothing is lost, and nothing listed twice."""
    bound = Bound(records=4, seconds=60, entries=5)
    entries = [entry for _, some in scanned for entry in some]
    pages = all_pages(context, filters, timezone, limit=limit, bound=bound)
    items = [item for page in pages for item in page.items]
    for item in items:
        for change_set, other in pairwise(as_scanned(item)):
            assert are_one(change_set, other, timezone)
    assert [
        entry for item in items for each in item.change_sets for entry in each.entries
    ] == entries


def test_the_single_changes_of_the_export_are_those_of_the_items(site, log):
    LogOfRuns(log, 3).push(40)
    with reading("admin"):
        pages = all_pages(site, Filters(), limit=4, bound=GENEROUS)
        single = [
            each.id
            for page in pages
            for item in page.items
            for each in item.change_sets
        ]
        assert single == list(dict.fromkeys(item.id for item in everything(site)))
