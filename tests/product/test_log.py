"""The log: where to begin to read, and what is loaded for it."""

from collective.appendonly import transactions
from collective.appendonly.bulk import EntryBlock
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import encode
from collective.appendonly.entry import Entry
from collective.appendonly.entry import mention
from collective.appendonly.interfaces import Position
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st
from tests.structures.conftest import loaded_objects

import pytest
import transaction


BEGIN = datetime(2026, 11, 23, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)


@pytest.fixture
def push(log):
    """Push change sets that happened so many hours after BEGIN."""

    def push(*hours, times=1):
        entry = Entry(("edited",), "uid", "page", "Page", "Document", ("Anonymous",))
        for hour in hours:
            log.push(ChangeSet(BEGIN + hour * HOUR, None, (entry,) * times))

    return push


def test_an_empty_log_has_no_newest(log):
    assert log.newest() is None


def test_the_newest_is_on_top_of_the_stack(log, push):
    push(*range(30))
    [newest, *_] = log.older()
    assert log.newest() == newest[0]
    assert list(log.newer(log.newest())) == []


def test_the_newest_of_an_empty_stack_is_in_the_archive(log, push):
    push(*range(30))
    log.stack.prune(log.archive.addLayer)
    assert log.newest() == Position(3, 5)


def test_the_newest_of_a_large_change_set_leaves_nothing_newer(log, push):
    push(0)
    push(1, times=250)
    assert list(log.newer(log.newest())) == []


@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    hours=st.lists(st.integers(-9000, 90_000), min_size=1, max_size=40),
    period=st.tuples(st.integers(-9000, 90_000), st.integers(0, 9000)),
)
def test_a_period_is_found_whatever_the_clocks_said(log, push, hours, period):
    # The examples lie one upon the other in the log.
    push(*hours)
    since = BEGIN + period[0] * HOUR
    until = since + period[1] * HOUR

    def within(change_sets):
        return [found.time for _, found in change_sets if since <= found.time <= until]

    assert within(log.older(since=since, until=until)) == within(log.older())


# Large change sets, which are read in parts


@pytest.fixture
def with_large(log, push):
    """A log with small and large change sets, in stack and archive."""
    for hour in range(20):
        push(hour, times=250 if hour % 4 == 1 else 1)
    transaction.commit()
    return log


def test_reading_continues_at_any_part_of_a_change_set(with_large):
    everything = list(with_large.older())
    positions = [position for position, _ in everything]
    assert len(set(positions)) == 15 + 5 * 3
    assert [position.block for position in positions[:6]] == [0, 0, 0, 1, 2, 0]
    for number, position in enumerate(positions):
        assert list(with_large.older(position)) == everything[number + 1 :]
        assert list(with_large.newer(position)) == everything[:number][::-1]


def test_what_mentions_nothing_that_is_looked_for_is_not_decoded(with_large):
    hers = Entry(("edited",), "uid", "page", "Page", "Document", ("user:eve",))
    public = replace(hers, principals=("Anonymous",))
    for entries in (hers,), (public,), (public,) * 249 + (hers,), (public,):
        with_large.push(ChangeSet(BEGIN, None, entries))
    everything = list(with_large.older())
    expected = [
        (position, part if hers in part.entries else None)
        for position, part in everything
    ]
    assert sum(part is not None for _, part in expected) == 2
    asked = {"mentioning": [mention("user:eve")]}
    assert list(with_large.older(**asked)) == expected
    oldest, _ = expected.pop()
    assert list(with_large.newer(oldest, **asked)) == expected[::-1]


def loaded(log, read):
    """Return how many records *read* loads, and how many blocks are in memory at the end."""
    jar = log._p_jar
    transaction.commit()
    jar.cacheMinimize()
    jar.getTransferCounts(clear=True)
    read()
    records = jar.getTransferCounts()[0]
    return records, sum(isinstance(obj, EntryBlock) for obj in loaded_objects(jar))


def test_news_of_a_large_change_set_that_is_known_load_nothing_of_it(log, push):
    push(0)
    push(1, times=10_000)
    records, blocks = loaded(log, lambda: list(log.newer(log.newest())))
    # What is loaded to find the log itself is the same without news.
    assert (records, blocks) == loaded(log, log.newest)


@pytest.mark.parametrize("block", [1, 50, 99])
def test_reading_enters_a_large_change_set_at_a_part(log, push, block):
    push(0)
    push(1, times=10_000)
    generation, index, _ = log.newest()
    position = Position(generation, index, block)
    found = []

    def look(read):
        return lambda: found.append(next(read(position))[0])

    to_newest, _ = loaded(log, log.newest)
    records, blocks = loaded(log, look(log.newer))
    assert (records - to_newest, blocks) == (2, 0)
    records, blocks = loaded(log, look(log.older))
    assert (records - to_newest, blocks) == (2 if block < 99 else 1, 0)
    assert found == [
        Position(generation, index, block - 1),
        Position(generation, index, block + 1) if block < 99 else Position(0, 0),
    ]


def test_a_part_that_is_unreadable_hides_no_other(with_large, caplog):
    everything = list(with_large.older())
    [(generation, index, large), *_] = [
        found for found in with_large.stack if not isinstance(found[2], bytes)
    ]
    for data in b"3 later", b"2 damaged", encode(everything[0][1])[:-9]:
        large.blocks[1].data = data
        hidden = Position(generation, index, 1)
        expected = [found for found in everything if found[0] != hidden]
        assert list(with_large.older()) == expected
        assert list(with_large.newer(expected[-1][0])) == expected[:-1][::-1]
        name = f"Skipped part 1 of item {index} of layer {generation}."
        # Once for each cause, however often it is read.
        assert [record.getMessage() for record in caplog.records] == [name]
        caplog.clear()
        transactions._logged.clear()
