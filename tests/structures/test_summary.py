"""Summaries: which spans have one, what they hold, and what making them costs."""

from collective.appendonly import Archive
from collective.appendonly.structures.check import check
from collective.appendonly.structures.contents import unpack
from collective.appendonly.structures.summary import FAN
from collective.appendonly.structures.summary import LONGEST
from collective.appendonly.structures.summary import span_at
from collective.appendonly.structures.summary import Summary
from itertools import groupby
from tests.structures.conftest import loaded_objects

import pytest


def add(archive, *generations):
    for generation in generations:
        archive.addLayer(generation, ["x", "y"], [generation], [10 * generation])


def filled(count):
    archive = Archive()
    add(archive, *range(count))
    return archive


def spans(archive):
    """Return (newest, oldest, keys) of all spans, newest first."""
    found = []
    for layer in archive.layers():
        summary = layer.summary
        if summary is None:
            found.append((layer.generation, layer.generation, layer.keys))
        else:
            oldest = 0 if len(summary.below) == FAN else summary.below[FAN][0] + 1
            found.append((layer.generation, oldest, tuple(unpack(summary.contents[0]))))
    return found


def test_the_spans_of_the_first_layers():
    lengths = [span_at(rank) for rank in range(28)]
    assert lengths == [*[1, 1, 1, 1, 5] * 4, *[21, 1, 1, 1, 1, 5, 1, 1]]


def test_spans_follow_each_other_and_four_of_a_length_are_joined():
    ends = []  # lengths of the spans that lie one below the other, the longest first
    for rank in range(4 * LONGEST):
        length = 1
        if len(ends) >= 4 and len(set(ends[-4:])) == 1 and ends[-1] < LONGEST:
            length += sum(ends[-4:])
            del ends[-4:]
        ends.append(length)
        assert span_at(rank) == length
        assert sum(ends) == rank + 1
        assert ends == sorted(ends, reverse=True)
    assert ends == [LONGEST] * 4


def test_at_most_four_shorter_spans_of_a_length_lie_above_the_longest_ones():
    for count in [1, 7, 400, 5_000, 125_000]:
        rank, lengths = count - 1, []
        while rank >= 0:
            lengths.append(span_at(rank))
            rank -= lengths[-1]
        runs = {length: len(list(run)) for length, run in groupby(lengths)}
        assert all(runs[length] <= 4 for length in runs if length < LONGEST)
        assert runs.get(LONGEST, 0) == count // LONGEST


def test_a_span_holds_the_keys_of_all_its_layers():
    archive = filled(130)
    for newest, oldest, keys in spans(archive):
        assert newest - oldest + 1 == span_at(newest)
        assert keys == tuple(range(oldest, newest + 1))
    check(archive)


def test_a_summary_says_which_parts_of_its_span_have_a_key():
    archive = Archive()
    for generation in range(26):
        archive.addLayer(generation, "x", [generation % 3, 50 + generation])
    summary = archive.layer(20).summary
    masks = summary.parts.masks
    assert [masks[key] for key in range(3)] == [0b11110, 0b11110, 0b11111]
    own_and_part_of_each = [1] + [2] * 5 + [4] * 5 + [8] * 5 + [16] * 5
    assert [masks[50 + g] for g in range(20, -1, -1)] == own_and_part_of_each
    # No span is below.
    ends = [archive.layer(generation).summary for generation in (19, 14, 9, 4)]
    assert summary.below == tuple(zip((19, 14, 9, 4), ends, strict=True))
    layers = [archive.layer(generation) for generation in (24, 23, 22, 21)]
    spans = [*zip((24, 23, 22, 21), layers, strict=True), (20, summary)]
    assert archive.layer(25).summary.below == tuple(spans)


def test_a_span_holds_the_least_and_the_greatest_time():
    archive = Archive()
    for generation in range(30):
        archive.addLayer(generation, "x", [], [generation * 7 % 30, 15])
    for layer in archive.layers():
        if layer.summary is not None:
            times = [
                time
                for below in archive.layers(
                    newest=layer.generation,
                    oldest=layer.generation + 1 - span_at(layer.rank),
                )
                for time in below.times
            ]
            assert layer.summary.contents == (b"", (min(times), max(times)))


def test_a_layer_knows_its_own_keys_and_times():
    for layer in filled(30).layers():
        assert layer.keys == (layer.generation,)
        assert layer.times == (10 * layer.generation,) * 2


def test_layers_without_keys_have_no_summaries():
    archive = Archive()
    for generation in range(30):
        archive.addLayer(generation, "x", times=[1])
    for layer in archive.layers():
        assert (layer.keys, layer.times, layer.rank, layer.summary) == (None,) * 4
        assert "rank" not in layer.__getstate__()


def test_spans_begin_anew_above_a_layer_without_keys():
    archive = filled(7)
    archive.addLayer(7, "x")
    add(archive, *range(8, 20))
    assert [layer.rank for layer in archive.oldest_first()] == [
        *range(7),
        None,
        *range(12),
    ]
    check(archive)


def test_more_keys_than_a_record_should_have_are_not_known():
    archive = Archive()
    for generation in range(12):
        archive.addLayer(generation, "x", range(10_000 * generation % 30_000, 30_000))
    assert [span_at(rank) for rank in (4, 9)] == [5, 5]
    assert len(archive.layer(4).summary.contents[0]) == 4 * 30_000
    archive.addLayer(12, "x", range(40_000))
    assert archive.layer(12).keys is None
    for generation in range(13, 18):
        low = 10_000 * (generation - 13)
        archive.addLayer(generation, "x", range(low, low + 10_000))
    summary = archive.layer(17).summary
    assert summary.contents == (None, None)
    # The keys of the layer itself are known.
    assert summary.unknown == 0b11110
    assert archive.layer(17).keys == tuple(range(40_000, 50_000))
    check(archive)


def test_a_pruner_that_raises_in_the_middle_of_its_keys_adds_nothing():
    archive = filled(4)
    with pytest.raises(ZeroDivisionError):
        archive.addLayer(4, "xy", (1 // number for number in (1, 0)))
    with pytest.raises(TypeError):
        archive.addLayer(4, "xy", [1], ["today"])
    assert (archive.generation, len(archive)) == (3, 8)
    add(archive, 4)
    check(archive)


# Costs


def counted(connection):
    """Count what a connection loads, by class."""
    loads, setstate = {}, connection.setstate

    def count(obj):
        loads[type(obj).__name__] = loads.get(type(obj).__name__, 0) + 1
        setstate(obj)

    connection.setstate = count
    return loads


def test_adding_loads_few_layers_and_summaries(database):
    database.store(archive=Archive())
    connection = database.connect()
    archive = connection.root()["archive"]
    loads = counted(connection)
    for generation in range(400):
        connection.cacheMinimize()
        loads.clear()
        archive._p_activate()
        add(archive, generation)
        layers, summaries = loads.get("ArchiveLayer", 0), loads.get("Summary", 0)
        span = span_at(generation)
        limits = {1: (2, 1), 5: (6, 1)}.get(span, (2, 4))
        assert (layers, summaries) <= limits
        assert layers <= limits[0]
        assert summaries <= limits[1]
        connection.transaction_manager.commit()
    check(archive)


def test_adding_many_layers_at_once_keeps_few_objects_in_memory(database):
    database.store(archive=filled(500))
    connection = database.connect()
    archive = connection.root()["archive"]
    connection.cacheMinimize()
    add(archive, 500)
    loaded = [isinstance(obj, Summary) for obj in loaded_objects(connection)]
    assert sum(loaded) <= 2


def test_iteration_loads_no_summaries(database):
    database.store(archive=filled(130))
    connection = database.connect()
    archive = connection.root()["archive"]
    loads = counted(connection)
    connection.cacheMinimize()
    assert len(list(archive)) == 260
    assert loads == {"Archive": 1, "ArchiveLayer": 130}


def test_checking_keeps_few_objects_in_memory(database, loaded_layers):
    database.store(archive=filled(1000))
    connection = database.connect()
    connection.cacheMinimize()
    check(connection.root()["archive"])
    assert loaded_layers(connection) <= 5
    assert not any(isinstance(obj, Summary) for obj in loaded_objects(connection))
