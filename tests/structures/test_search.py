"""Search: an archive yields what may hold a key, passes over the rest, and misses nothing."""

from collective.appendonly import AppendStack
from collective.appendonly import Archive
from collective.appendonly.structures import parts
from collective.appendonly.structures import summary
from collective.appendonly.structures.check import check
from collective.appendonly.structures.contents import Wanted
from collective.appendonly.structures.layer import ArchiveLayer
from collective.appendonly.structures.summary import Summary
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from tests.structures.conftest import Database
from tests.structures.conftest import loaded_objects
from transaction import TransactionManager
from transaction.interfaces import TransientError
from ZODB.DemoStorage import DemoStorage

import pytest


def generations(archive, **asked):
    return [layer.generation for layer in archive.layers(**asked)]


# A diary: who wrote (below 100), and what about (from 100)

ANN, BEN, EVE = 1, 2, 3
ROSES, TULIPS = 101, 102


@pytest.fixture
def diary():
    archive = Archive()
    for day in range(1000):
        archive.addLayer(day, [f"day {day}"], [BEN, TULIPS], [day])
    archive.addLayer(1000, ["roses"], [ANN, ROSES], [1000])
    for day in range(1001, 2000):
        archive.addLayer(day, [f"day {day}"], [EVE, TULIPS], [day])
    return archive


def test_the_only_entry_of_a_writer_is_found(diary):
    assert generations(diary, having=[[ANN]]) == [1000]


def test_what_several_writers_wrote_is_found(diary):
    assert generations(diary, having=[[ANN, BEN]]) == list(range(1000, -1, -1))


def test_what_one_writer_wrote_about_something_is_found(diary):
    assert generations(diary, having=[[ANN], [ROSES]]) == [1000]
    assert generations(diary, having=[[BEN, ANN], [ROSES]]) == [1000]
    assert generations(diary, having=[[BEN], [ROSES]]) == []


def test_nothing_is_found_of_somebody_who_never_wrote(diary):
    assert generations(diary, having=[[99]]) == []


def test_a_search_begins_and_ends_at_a_generation(diary):
    assert generations(diary, newest=3, having=[[BEN]]) == [3, 2, 1, 0]
    assert generations(diary, newest=3, oldest=2, having=[[BEN]]) == [3, 2]
    assert generations(diary, oldest=998, having=[[BEN]]) == [999, 998]
    assert generations(diary, newest=999, having=[[ANN]]) == []
    assert generations(diary, oldest=1001, having=[[ANN]]) == []
    assert generations(diary, newest=-1, having=[[BEN]]) == []
    assert generations(diary, oldest=5000, having=[[BEN]]) == []


def test_a_day_is_found(diary):
    assert generations(diary, since=500, until=502) == [502, 501, 500]
    assert generations(diary, since=1998) == [1999, 1998]
    assert generations(diary, until=1) == [1, 0]
    assert generations(diary, having=[[EVE]], until=1002) == [1002, 1001]
    assert generations(diary, since=5000) == []


def test_a_day_is_found_whatever_the_clock_said(diary):
    diary.addLayer(2000, ["the clock was wrong"], [ANN], [-400])
    diary.addLayer(2001, ["and was put right"], [ANN], [2001])
    assert generations(diary, until=0) == [2000, 0]
    assert generations(diary, since=1999) == [2001, 1999]


def test_layers_without_times_are_looked_into(diary):
    diary.addLayer(2000, ["when?"], [ANN])
    diary.addLayer(2001, ["never"], [ANN], [])
    assert generations(diary, since=3000) == [2000]
    assert generations(diary, having=[[BEN]], since=3000) == []


def test_layers_without_keys_are_looked_into(diary):
    diary.addLayer(2000, ["who?"])
    diary.addLayer(2001, ["roses"], [EVE, ROSES])
    assert generations(diary, having=[[ANN]]) == [2000, 1000]
    assert generations(diary, having=[[]]) == [2000]
    assert generations(diary, having=[]) == list(range(2001, -1, -1))


@pytest.mark.parametrize("days", [0, 3])
@pytest.mark.parametrize(
    "asked, error, message",
    [
        ({"having": [["ann"]]}, TypeError, "keys must be given as ints"),
        ({"having": [[ANN], [2**32]]}, ValueError, "must be from 0 to"),
        ({"since": float("nan")}, TypeError, "must be a number, not nan"),
        ({"since": 1, "until": "noon"}, TypeError, "must be a number, not 'noon'"),
        ({"oldest": 9, "until": [1]}, TypeError, r"must be a number, not \[1\]"),
    ],
)
def test_a_search_for_what_is_no_key_or_time_is_refused_at_once(
    days, asked, error, message
):
    archive = Archive()
    for day in range(days):
        archive.addLayer(day, [f"day {day}"], [BEN], [day])
    with pytest.raises(error, match=f"^Archive: .*{message}"):
        archive.layers(**asked)


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_with_which_an_index_would_never_end_is_refused(diary, limit):
    with pytest.raises(ValueError, match=f"limit={limit}, nothing would be done"):
        diary.index(lambda layer: ([], []), limit=limit)


def test_a_stack_prunes_into_an_archive_with_keys_and_without():
    stack, archive = AppendStack(2, 2), Archive()
    for number in range(8):
        stack.push(number, archive.addLayer)
    for number in range(8, 30):
        stack.push(
            number,
            lambda generation, items: archive.addLayer(generation, items, items, items),
        )
    check(stack, archive)
    assert generations(archive, having=[[13]]) == [6, 1, 0]
    assert generations(archive, having=[[13]], oldest=2) == [6]


# Replacing and discarding


def test_a_person_is_erased_from_all_summaries(diary):
    pseudonym = 77
    diary.replace(1000, ["roses"], [pseudonym, ROSES], [1000])
    assert generations(diary, having=[[ANN]]) == []
    assert generations(diary, having=[[pseudonym]]) == [1000]
    assert diary.layer(1000).keys == (pseudonym, ROSES)
    check(diary)
    for layer in diary.layers():
        if layer.summary is not None:
            keys = layer.summary.contents[0]
            assert ANN.to_bytes(4, "little") not in [
                keys[at : at + 4] for at in range(0, len(keys), 4)
            ]


def test_a_person_is_erased_layer_by_layer_while_the_search_goes_on(database):
    archive = Archive()
    for day in range(120):
        archive.addLayer(day, [day], [ANN if day % 7 else BEN, TULIPS], [day])
    database.store(archive=archive)
    pseudonym, replaced = 77, []

    def erase(root):
        for layer in root["archive"].layers(having=[[ANN, pseudonym]]):
            replaced.append(layer.generation)
            root["archive"].replace(
                layer.generation, ["erased"], [pseudonym, TULIPS], layer.times
            )

    database.change(erase)
    archive = database.load("archive")
    days_of_ann = [day for day in range(119, -1, -1) if day % 7]
    assert replaced == generations(archive, having=[[pseudonym]]) == days_of_ann
    assert generations(archive, having=[[ANN]]) == []
    check(archive)


def test_items_that_are_replaced_without_keys_are_looked_into(diary):
    diary.replace(1000, ["roses"])
    assert generations(diary, having=[[ANN]]) == [1000]
    assert generations(diary, having=[[99]], since=0) == [1000]
    assert (diary.layer(1000).keys, diary.layer(1000).times) == (None, None)
    check(diary)
    assert diary.index(lambda layer: ([ANN], [1000]), oldest=990, limit=20) == 1010
    assert generations(diary, having=[[99]]) == []
    assert generations(diary, having=[[ANN]]) == [1000]
    check(diary)


def test_keys_of_a_layer_that_is_not_known_are_not_stored_when_it_is_replaced():
    archive = Archive()
    archive.addLayer(0, "x")
    archive.replace(0, "y", [1])
    assert archive.layer(0).keys is None
    assert generations(archive, having=[[2]]) == [0]


def test_a_replacement_with_wrong_keys_changes_nothing(diary):
    with pytest.raises(TypeError):
        diary.replace(1000, ["x"], ["ann"])
    assert diary.layer(1000).items == ("roses",)
    assert generations(diary, having=[[ANN]]) == [1000]


@pytest.mark.parametrize("before", [1, 4, 5, 900, 1000, 1001, 1999, 2000])
def test_what_is_discarded_is_not_found(diary, before):
    diary.discard(before)
    everything = range(1999, before - 1, -1)
    assert generations(diary, having=[[BEN, ANN, EVE]]) == list(everything)
    assert generations(diary, having=[[ANN]]) == [1000] * (before <= 1000)
    assert generations(diary, until=1) == [1] * (before == 1)
    check(diary)
    diary.addLayer(2000, ["roses"], [ANN, ROSES], [2000])
    assert generations(diary, having=[[ROSES]]) == [2000, 1000][: 1 + (before <= 1000)]
    check(diary)


def test_keys_of_what_is_discarded_are_gone_from_the_summaries(diary):
    diary.discard(1001)
    for layer in diary.layers():
        if layer.summary is not None:
            assert layer.summary.contents[0] == b"".join(
                key.to_bytes(4, "little") for key in (EVE, TULIPS)
            )


# Making layers known later


def forgotten(diary):
    """Return an archive with the same layers, but without keys."""
    archive = Archive()
    for layer in diary.oldest_first():
        archive.addLayer(layer.generation, layer.items)
    return archive


def test_layers_become_known_in_batches(diary):
    archive, start, calls = forgotten(diary), None, []
    while True:
        start = archive.index(
            lambda layer: (diary.layer(layer.generation).keys, [layer.generation]),
            oldest=start,
            limit=700,
        )
        check(archive)
        known = 2000 if start is None else start
        assert generations(archive, having=[()]) == list(range(1999, known - 1, -1))
        assert 1000 in generations(archive, having=[[ANN]])
        calls.append(start)
        if start is None:
            break
    assert calls == [700, 1400, None]
    assert generations(archive, having=[[ANN]]) == [1000]
    assert generations(archive, since=7, until=8) == [8, 7]
    spans = [layer.summary and layer.summary.contents for layer in archive.layers()]
    assert spans == [
        layer.summary and layer.summary.contents for layer in diary.layers()
    ]


def test_only_layers_that_are_not_known_are_asked(diary):
    for generation in (2000, 2002):
        diary.addLayer(generation, ["x"])
        diary.addLayer(generation + 1, ["y"], [EVE])
    asked = []

    def contents_of(layer):
        asked.append(layer.generation)
        return ([BEN], []) if layer.generation == 2002 else (None, None)

    assert diary.index(contents_of, oldest=5) is None
    assert asked == [2000, 2002]
    assert generations(diary, having=[()]) == [2000]
    assert diary.layer(2002).keys == (BEN,)
    check(diary)


def test_some_layers_in_the_middle_become_known(diary):
    archive = forgotten(diary)
    assert archive.index(lambda layer: ([BEN], []), oldest=30, limit=20) == 50
    known = list(range(49, 29, -1))
    assert [layer.generation for layer in archive.layers() if layer.keys] == known
    assert set(range(2000)) - set(generations(archive, having=[[ANN]])) == set(known)
    check(archive)


def test_nothing_is_written_if_nothing_becomes_known(database, diary):
    archive = forgotten(diary)
    database.store(known=diary, unknown=archive)
    connection = database.connect()
    known, unknown = map(connection.root().get, ("known", "unknown"))
    assert known.index(lambda layer: 1 / 0) is None
    assert unknown.index(lambda layer: (None, [1]), limit=100) == 100
    assert not connection._registered_objects


# Any archive


# What a layer holds, as its only item: keys and times.
CONTENTS = st.tuples(
    st.frozensets(st.integers(0, 9), max_size=4),
    st.lists(st.integers(0, 20), max_size=3).map(tuple),
)
LAYERS = st.lists(st.tuples(CONTENTS, st.booleans() | st.just(True)), max_size=70)
BACK = st.integers(0, 80)
CHANGES = st.one_of(
    st.tuples(st.just("add"), LAYERS),
    st.tuples(st.just("discard"), BACK),
    st.tuples(st.just("replace"), BACK, CONTENTS, st.booleans()),
    st.tuples(st.just("index"), BACK, st.integers(1, 40)),
)


def contents_of(layer):
    return layer.items[0]


def change(archive, name, *arguments):
    if name == "add":
        for contents, is_known in arguments[0]:
            about = contents if is_known else (None, None)
            archive.addLayer(archive.generation + 1, [contents], *about)
    elif name == "discard":
        archive.discard(archive.generation - arguments[0])
    elif name == "index":
        back, limit = arguments
        archive.index(contents_of, oldest=archive.generation - back, limit=limit)
    else:
        back, contents, with_keys = arguments
        generation = archive.generation - back
        if archive.layer(generation) is not None:
            about = contents if with_keys else (None, None)
            archive.replace(generation, [contents], *about)


def of_the_predecessor(layers):
    """Return an archive as the records of appendonly 1.2 are read."""
    archive, head = Archive.__new__(Archive), None
    for generation, (contents, _) in enumerate(layers):
        state = {"_generation": generation, "_stack": [contents], "_max_length": 1}
        layer = ArchiveLayer.__new__(ArchiveLayer)
        layer.__setstate__({**state, "_next": head})
        head = layer
    archive.__setstate__({"_head": head, "_generation": len(layers) - 1})
    return archive


def matches(contents, having, since, until):
    keys, times = contents
    in_time = since is until is None or any(
        (since is None or since <= time) and (until is None or time <= until)
        for time in times
    )
    return in_time and all(keys & set(group) for group in having or ())


@pytest.mark.large
@settings(deadline=None)
@given(
    LAYERS,
    st.booleans(),
    st.lists(st.tuples(CHANGES, st.none() | CHANGES), max_size=8),
    st.none() | st.lists(st.frozensets(st.integers(0, 10), max_size=3), max_size=2),
    *[st.none() | st.integers(0, 20)] * 2,
    *[st.none() | st.integers(0, 200)] * 2,
)
def test_a_search_yields_what_a_scan_finds(
    layers, is_old, changes, having, since, until, newest, oldest
):
    archive = of_the_predecessor(layers) if is_old and layers else Archive()
    if not is_old:
        change(archive, "add", layers)
    database = Database(DemoStorage())
    try:
        database.store(archive=archive)
        for first, second in changes:
            race(database, first, as_from_one_stack(first, second or first))
        archive = database.load("archive")
        check(archive)
        asked = {"having": having, "since": since, "until": until}
        found = generations(archive, newest=newest, oldest=oldest, **asked)
        scanned = list(archive.layers(newest=newest, oldest=oldest))
        assert found == sorted(set(found), reverse=True)
        assert {
            layer.generation
            for layer in scanned
            if matches(contents_of(layer), **asked)
        } <= set(found)
        if since is until is None:
            # Times are known by their ends only. But keys are known exactly.
            assert found == [
                layer.generation
                for layer in scanned
                if layer.keys is None
                or all(set(layer.keys) & set(group) for group in having or ())
            ]
        assert all(
            layer.keys in (None, tuple(sorted(contents_of(layer)[0])))
            for layer in scanned
        )
    finally:
        database.close()


def as_from_one_stack(first, second):
    """Return the second change. Layers that both add are the same, as far as both go."""
    if first[0] == second[0] == "add":
        return "add", (first[1] + second[1])[: len(second[1])]
    return second


def race(database, *changes):
    """Let connections make changes at the same time; who gets a conflict tries again."""
    connections = [database.connect() for _ in changes]
    for connection, each in zip(connections, changes, strict=True):
        change(connection.root()["archive"], *each)
    for connection, each in zip(connections, changes, strict=True):
        try:
            connection.transaction_manager.commit()
        except TransientError:
            connection.transaction_manager.abort()
            change(connection.root()["archive"], *each)
            connection.transaction_manager.commit()


# What a search loads


COUNT = 5_000


@pytest.fixture(scope="module")
def large():
    """A database with an archive of 5 000 layers, of which 4 are about key 5."""
    database = Database(DemoStorage())
    connection = database.connect()
    connection.root()["archive"] = archive = Archive()
    for generation in range(COUNT):
        keys = [100 + generation % 50, 1000 + generation]
        if generation % 1111 == 0 and generation:
            keys.append(5)
        archive.addLayer(generation, ["x" * 50] * 8, keys, [generation])
        if generation % 1000 == 0:
            connection.transaction_manager.commit()
    connection.transaction_manager.commit()
    yield database
    database.close()


@pytest.fixture
def loads(large, monkeypatch):
    """A function that searches, and counts the records that are loaded for it."""
    monkeypatch.setattr(summary, "KEPT", 0)
    connection = large.db.open(transaction_manager=TransactionManager())
    archive = connection.root()["archive"]
    counts, setstate = {}, connection.setstate

    def count(obj):
        name = type(obj).__name__
        counts[name] = counts.get(name, 0) + 1
        setstate(obj)

    def loads(**asked):
        connection.cacheMinimize()
        connection.setstate = count
        counts.clear()
        found = generations(archive, **asked)
        del connection.setstate
        # Where it begins, and the way there.
        assert len(loaded_objects(connection)) <= (40 if "newest" in asked else 10)
        return found, counts["Summary"], counts["ArchiveLayer"]

    yield loads
    connection.close()


def test_a_search_for_nothing_loads_a_summary_per_1365_layers(loads):
    found, summaries, layers = loads(having=[[6]])
    assert found == []
    # 3 spans of 1365, and 2 of each shorter length; the newest layer, and the next one.
    assert (summaries, layers) == (11, 2)


def test_a_rare_key_is_found_with_few_loads(loads):
    found, summaries, layers = loads(having=[[5]])
    assert found == [1111 * number for number in range(4, 0, -1)]
    # Of each layer that is found, the summaries of the shorter spans that it is in.
    assert 11 < summaries <= 11 + 4 * 4
    assert layers == 2 + 4


def test_keys_that_are_in_no_layer_together_are_not_looked_for_far_down(loads):
    # One in 50 layers has the first key, and one of all has the second.
    found, summaries, layers = loads(having=[[101], [1000 + 2222]])
    assert found == []
    assert summaries <= 11 + 3
    assert layers == 2


def test_a_time_is_found_with_few_loads(loads):
    found, summaries, layers = loads(since=3000, until=3001)
    assert found == [3001, 3000]
    assert summaries <= 11 + 2 * 16
    assert layers <= 2 + 2 * 6


def test_a_search_for_a_time_does_not_inflate_keys(loads, monkeypatch):
    monkeypatch.setattr(parts, "zlib", None)
    found, _, _ = loads(since=3000, until=3001)
    assert found == [3001, 3000]


def test_a_search_looks_straight_into_what_is_not_known():
    archive = Archive()
    for generation in range(1365):
        archive.addLayer(generation, "x", [generation])
    archive.replace(700, "y")
    summary, asked = archive.layer(1364).summary, Wanted([[5000]], None, None)
    way = []
    while isinstance(summary, Summary):
        mask = summary.may_hold(asked)
        assert mask.bit_count() == 1
        part = mask.bit_length() - 1
        _, summary = summary.below[part - 1] if part else (0, summary.layer)
        way.append(part)
    assert (way, summary.generation) == ([2, 4, 4, 1, 1], 700)
    assert generations(archive, having=[[5000]]) == [700]
    assert generations(archive, having=[[3]]) == [700, 3]


def test_a_search_from_the_middle_loads_nothing_newer(loads):
    found, summaries, layers = loads(newest=3000, having=[[6]])
    assert found == []
    assert summaries <= 3 + 4 * 5
    assert layers <= 35


def test_searching_for_many_keys_loads_no_more(loads):
    found, *counts = loads(having=[range(20_000, 40_000)])
    assert (found, counts) == ([], [11, 2])


def test_the_next_search_finds_the_records_in_the_cache(large):
    connection = large.db.open(transaction_manager=TransactionManager())
    archive = connection.root()["archive"]
    connection.cacheMinimize()
    found = generations(archive, having=[[5]])
    connection.getTransferCounts(clear=True)
    assert generations(archive, having=[[5]]) == found
    assert connection.getTransferCounts()[0] == 0
    connection.close()
