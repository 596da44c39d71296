"""Records that are lost: of a summary, of which nothing is missed then, and of a layer."""

from collective.appendonly import Archive
from collective.appendonly.structures.check import check
from collective.appendonly.structures.check import problems
from contextlib import suppress
from random import Random
from ZODB.DemoStorage import DemoStorage
from ZODB.POSException import POSKeyError

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
    """A function that returns an archive whose layers of these generations have lost theirs.

    Their summaries, or with *find* another record.
    """

    def lose(count, *lost, find=lambda layer: layer.summary):
        database = open_database(storage := DemoStorage())
        archive = Archive()
        add(archive, count)
        database.store(archive=archive)
        for generation in lost:
            del storage.changes._data[find(archive.layer(generation))._p_oid]
        connection = database.connect()
        connection.cacheMinimize()
        return connection.root()["archive"]

    return lose


@pytest.fixture
def damage(lose):
    """A function that cuts the record of the summary of a layer of an archive short."""

    def damage(archive, generation):
        oid = archive.layer(generation).summary._p_oid
        revisions = archive._p_jar._storage._storage.changes._data[oid]
        for serial, data in revisions.items():
            revisions[serial] = data[:-20]
        archive._p_jar.cacheMinimize()

    return damage


def commit(archive):
    archive._p_jar.transaction_manager.commit()
    archive._p_jar.cacheMinimize()


def mend(archive):
    archive.index(contents_of)
    commit(archive)
    check(archive)


# Of 47 layers: the top of the newest span of 21; one of its parts; and a part of a part.
LOST = [(41,), (20,), (14,), (20, 14), (20, 19, 14, 9, 4)]


@pytest.mark.parametrize("lost", LOST)
def test_a_search_finds_everything(lose, lost):
    archive = lose(47, *lost)
    assert_nothing_is_missed(archive)
    assert len(generations(archive)) == 47


def test_a_search_finds_everything_beside_a_damaged_summary(lose, damage):
    archive = lose(47)
    damage(archive, 20)
    assert_nothing_is_missed(archive)
    assert generations(archive, having=[[99]]) == [20]


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
    mend(archive)
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
    mend(archive)
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
    mend(archive)


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
        mend(archive)
        assert generations(archive, having=[[99]]) == []


# Layers


def itself(layer):
    return layer


def read(layers):
    """Return the generations down to what cannot be read."""
    found = []
    with suppress(POSKeyError):
        for layer in layers:
            found.append(layer.generation)
    return found


# The next layer to be added, or one above, jumps over it or makes a summary of it.
@pytest.mark.parametrize(
    "count, lost", [(50, 48), (50, 46), (50, 41), (31, 15), (62, 31), (64, 62)]
)
def test_layers_are_added_above_a_lost_one_until_it_is_discarded(lose, count, lost):
    archive = lose(count, lost, find=itself)
    for _ in range(40):
        add(archive, 1)
        commit(archive)
    newest_first = [*range(count + 39, lost, -1)]
    assert read(archive.layers()) == newest_first
    sevens = [n for n in newest_first if 1003 in contents_of(archive.layer(n))[0]]
    assert read(archive.layers(having=[[1003]]))[: len(sevens)] == sevens
    archive.discard(lost + 1)
    commit(archive)
    check(archive)
    assert generations(archive) == newest_first
    assert generations(archive, having=[[1003]]) == sevens


def test_a_search_goes_past_a_lost_layer_that_is_in_a_span(lose):
    layers = lose(47, 30, find=itself).layers(having=[[1003]])
    found = []
    for layer in layers:
        with suppress(POSKeyError):
            found.append(layer.generation)
    assert found == [45, 38, 31, 24, 17, 10, 3]


def test_everything_can_be_discarded_if_the_newest_layer_is_lost(lose):
    archive = lose(47, 46, find=itself)
    with pytest.raises(POSKeyError):
        add(archive, 1)
    assert archive.discard(47) == 94
    add(archive, 7)
    commit(archive)
    check(archive)
    assert generations(archive) == [*range(53, 46, -1)]
