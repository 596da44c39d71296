"""A summary whose record is lost: nothing is missed, nothing fails, and it can be made anew."""

from collective.appendonly import Archive
from collective.appendonly.structures.check import check
from collective.appendonly.structures.check import problems
from random import Random
from ZODB.DemoStorage import DemoStorage

import pytest


ANN = 1


def contents_of(layer):
    return [1000 + key for key in layer.items], [layer.generation]


def add(archive, count):
    for generation in range(archive.generation + 1, archive.generation + 1 + count):
        items = [generation, generation % 7]
        archive.addLayer(generation, items, [1000 + key for key in items], [generation])


def generations(archive, **asked):
    return [layer.generation for layer in archive.layers(**asked)]


def assert_nothing_is_missed(archive):
    expected = {
        layer.generation: set(contents_of(layer)[0]) for layer in archive.layers()
    }
    for key in {99, *(1000 + number for number in range(0, 130, 5))}:
        having = {number for number, keys in expected.items() if key in keys}
        assert having <= set(generations(archive, having=[[key]]))
    for day in range(0, 130, 40):
        within = {number for number in expected if day <= number <= day + 2}
        assert within <= set(generations(archive, since=day, until=day + 2))


@pytest.fixture
def lose(open_database):
    """A function that returns an archive whose layers of these generations have lost theirs."""

    def lose(count, *lost):
        database = open_database(storage := DemoStorage())
        archive = Archive()
        add(archive, count)
        database.store(archive=archive)
        for generation in lost:
            del storage.changes._data[archive.layer(generation).summary._p_oid]
        connection = database.connect()
        connection.cacheMinimize()
        return connection.root()["archive"]

    return lose


def commit(archive):
    archive._p_jar.transaction_manager.commit()
    archive._p_jar.cacheMinimize()


# Of 47 layers: the top of the newest span of 21; one of its parts; and a part of a part.
LOST = [(41,), (20,), (14,), (20, 14), (20, 19, 14, 9, 4)]


@pytest.mark.parametrize("lost", LOST)
def test_a_search_finds_everything(lose, lost):
    archive = lose(47, *lost)
    assert_nothing_is_missed(archive)
    assert len(generations(archive)) == 47


def test_a_search_in_vain_looks_only_into_what_has_lost_its_keys(lose):
    assert generations(lose(47, 20), having=[[99]]) == [20]
    # What is further up knows that the part has no such key.
    assert generations(lose(47, 14), having=[[99]]) == []
    # As does what is below, of all layers but one.
    assert generations(lose(47, 41), having=[[1007]]) == [41, 7]
    assert generations(lose(47, 20), newest=30, oldest=10, having=[[99]]) == [20]


@pytest.mark.parametrize("lost", LOST)
def test_layers_are_added_on_top(lose, lost):
    archive = lose(47, *lost)
    for _ in range(83):
        add(archive, 1)
        commit(archive)
    assert_nothing_is_missed(archive)
    assert archive.generation == 129


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("added", [0, 83])
def test_the_index_makes_it_anew(lose, lost, added):
    archive = lose(47, *lost)
    add(archive, added)
    commit(archive)
    assert problems(archive) != []
    archive.index(contents_of)
    commit(archive)
    check(archive)
    intact = Archive()
    add(intact, 47 + added)
    for layer, other in zip(archive.layers(), intact.layers(), strict=True):
        assert layer.keys == other.keys
        summary, expected = layer.summary, other.summary
        assert (summary and summary.contents) == (expected and expected.contents)
    assert generations(archive, having=[[99]]) == []


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("generation", [12, 14, 20, 41])
def test_the_former_keys_of_a_layer_are_replaced(lose, lost, generation):
    archive = lose(47, *lost)
    archive.replace(generation, [ANN, ANN], [1000 + ANN], [generation])
    commit(archive)
    assert_nothing_is_missed(archive)
    archive.index(contents_of)
    commit(archive)
    check(archive)
    assert generation in generations(archive, having=[[1000 + ANN]])
    assert generation not in generations(archive, having=[[1000 + generation]])


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("before", [3, 12, 15, 18, 21])
def test_older_layers_are_discarded(lose, lost, before):
    archive = lose(47, *lost)
    archive.discard(before)
    commit(archive)
    assert_nothing_is_missed(archive)
    assert min(generations(archive)) == before
    archive.index(contents_of)
    commit(archive)
    check(archive)


def test_the_check_names_it(lose):
    found = problems(lose(47, 14))
    assert [each.split(":")[0] for each in found] == [
        "The summary of layer 20 cannot be compared",
        "The summary of layer 14 cannot be loaded",
    ]


def test_whatever_is_lost_and_whatever_happens_then(lose):
    random = Random(1)
    for _ in range(20):
        count = random.randint(6, 130)
        tops = [n for n in (4, 9, 14, 19, 20, 25, 30, 35, 40, 41) if n < count]
        archive = lose(
            count, *random.sample(tops, random.randint(0, min(3, len(tops))))
        )
        for change in random.sample(
            ["add", "replace", "discard"], random.randint(0, 3)
        ):
            if change == "add":
                add(archive, random.randint(1, 30))
            elif change == "discard":
                archive.discard(random.randrange(count))
            else:
                generation = random.randrange(archive.horizon, archive.generation + 1)
                archive.replace(generation, [ANN, ANN], [1000 + ANN], [generation])
            commit(archive)
            assert_nothing_is_missed(archive)
        archive.index(contents_of)
        commit(archive)
        check(archive)
        assert generations(archive, having=[[99]]) == []
