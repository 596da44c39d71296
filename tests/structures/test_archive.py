"""Archive: adding, finding, iterating and discarding layers."""

from collective.appendonly import Archive
from collective.appendonly.structures.check import check
from collective.appendonly.structures.layer import ArchiveLayer
from ZODB.utils import get_pickle_metadata

import copy
import enum
import math
import pickle
import pytest


def filled(count, length=2):
    """Return an archive of ``count`` layers, from generation 0."""
    archive = Archive()
    for generation in range(count):
        archive.addLayer(generation, [(generation, i) for i in range(length)])
    return archive


def generations(archive, *args, **kwargs):
    return [layer.generation for layer in archive.layers(*args, **kwargs)]


# Adding


def test_a_new_archive_is_empty():
    archive = Archive()
    assert (archive.generation, archive.oldest_generation) == (-1, None)
    assert archive.horizon == 0
    assert len(archive) == 0
    assert not archive
    assert list(archive) == list(archive.layers()) == []
    assert list(archive.newer(0, 0)) == list(archive.older(9, 9)) == []
    assert archive.layer(0) is None
    assert archive.seek(lambda layer: True) is None
    assert archive.discard(5) == 0


def test_layers_are_added_on_top():
    archive = Archive()
    archive.addLayer(0, ["a", "b"])
    archive.addLayer(1, iter(["c"]))
    assert list(archive) == [(1, 0, "c"), (0, 1, "b"), (0, 0, "a")]
    assert (archive.generation, archive.oldest_generation) == (1, 0)
    assert len(archive) == 3
    assert archive
    check(archive)


def test_the_archive_keeps_items_of_its_own():
    archive, items = Archive(), ["a"]
    archive.addLayer(0, items)
    items.append("b")
    assert len(archive) == len(archive.layer(0).items) == 1


def test_a_layer_that_is_added_while_the_items_of_the_next_one_are_made():
    archive, other = filled(2), filled(2)
    archive.addLayer(3, (archive.addLayer(2, [item]) or item for item in "x"))
    other.addLayer(3, "x", keys=(other.addLayer(2, "x") or key for key in [1]))
    for each in archive, other:
        assert [layer.items for layer in each.layers(oldest=2)] == [("x",), ("x",)]
        assert len(each) == 6
        check(each)


def test_a_layer_is_not_added_below_one_that_was_added_while_its_items_were_made():
    archive = filled(2)
    with pytest.raises(ValueError, match="generation 2 cannot be added"):
        archive.addLayer(2, (archive.addLayer(2, [item]) or item for item in "x"))
    assert generations(archive) == [2, 1, 0]
    assert archive.layer(2).items == ("x",)
    check(archive)


def test_an_archive_may_begin_at_a_later_generation():
    archive = Archive()
    archive.addLayer(7, "ab")
    archive.addLayer(8, "c")
    assert (archive.generation, archive.oldest_generation) == (8, 7)
    check(archive)


@pytest.mark.parametrize("generation", [4, 3, 0, -1])
def test_older_generations_are_refused_with_the_remedy(generation):
    archive = filled(5)
    with pytest.raises(ValueError) as caught:
        archive.addLayer(generation, "x")
    assert str(caught.value).startswith("<Archive: 10 items, newest generation 4>: ")
    assert f"generation {generation} cannot be added" in str(caught.value)
    assert "first_generation=5" in str(caught.value)
    assert len(archive) == 10


@pytest.mark.parametrize("generation", [None, "5", 5.0, True])
def test_a_generation_that_is_no_int_is_refused(generation):
    with pytest.raises(TypeError, match="Archive: a generation must be an int, not"):
        Archive().addLayer(generation, "x")
    with pytest.raises(TypeError, match="Archive: a generation must be an int, not"):
        filled(2).discard(generation)


def test_an_enum_as_generation_leaves_no_class_in_the_records():
    numbers = enum.IntEnum("Numbers", {"one": 1, "two": 2, "three": 3})
    archive = Archive()
    for generation in numbers:
        archive.addLayer(generation, "ab")
    archive.discard(numbers.two)
    layer = archive.layer(numbers.three)
    values = [*archive.__getstate__().values(), *layer.__getstate__().values()]
    assert layer.jump_generation == archive.horizon == 2
    assert [value for value in values if isinstance(value, enum.Enum)] == []


COPIES = {"copy": copy.copy, "deepcopy": copy.deepcopy, "pickle": pickle.dumps}


@pytest.mark.parametrize("make", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("count", [1, 5000])
def test_an_archive_is_not_copied_layer_upon_layer(make, count):
    archive = Archive()
    for generation in range(count):
        archive.addLayer(generation, [generation])
    message = f"<ArchiveLayer {count - 1} of 1 items> cannot be copied or pickled"
    holder = [] if make is copy.copy else [{"archive": archive}]  # would be shared
    for each in archive.layer(count - 1), archive, *holder:
        with pytest.raises(TypeError, match=message):
            make(each)


def test_what_is_discarded_from_a_copy_of_an_archive_stays_in_the_archive():
    archive, rest = filled(5), Archive()
    with pytest.raises(TypeError, match=r"add the layers of oldest_first\(\)"):
        copy.copy(archive).discard(3)
    for layer in archive.oldest_first():
        rest.addLayer(layer.generation, layer.items)
    assert rest.discard(3) == 6
    assert generations(rest) == [4, 3]
    assert generations(archive) == [4, 3, 2, 1, 0]
    check(rest)
    check(archive)


def test_an_archive_whose_layers_are_all_discarded_is_copied():
    archive = filled(3)
    archive.discard(3)
    copied = copy.copy(archive)
    copied.addLayer(3, "ab")
    assert (generations(copied), generations(archive)) == ([3], [])
    check(copied)
    check(archive)


def test_an_archive_without_layers_is_copied():
    copied = copy.deepcopy(Archive())
    copied.addLayer(0, "ab")
    assert [item for _, _, item in copied] == ["b", "a"]


def test_truth_is_about_items():
    archive = Archive()
    archive.addLayer(0, [])
    assert not archive
    archive.addLayer(1, ["x"])
    assert archive


def test_repr_says_what_it_is():
    assert repr(filled(3)) == "<Archive: 6 items, newest generation 2>"


@pytest.mark.parametrize("name", ["generation", "oldest_generation", "horizon"])
def test_properties_are_read_only(name):
    with pytest.raises(AttributeError):
        setattr(Archive(), name, 5)


# Finding


def test_every_layer_is_found():
    archive = filled(50)
    for generation in range(50):
        assert archive.layer(generation).generation == generation
    assert archive.layer(50) is archive.layer(-1) is None


def test_a_missing_generation_is_not_found():
    archive = Archive()
    for generation in [2, 3, 7, 9]:
        archive.addLayer(generation, "x")
    found = [archive.layer(generation) for generation in range(11)]
    assert [layer and layer.generation for layer in found] == [
        None, None, 2, 3, None, None, None, 7, None, 9, None
    ]  # fmt: skip


def test_layers_between_two_generations():
    archive = filled(10)
    assert generations(archive) == list(range(9, -1, -1))
    assert generations(archive, newest=4) == [4, 3, 2, 1, 0]
    assert generations(archive, oldest=7) == [9, 8, 7]
    assert generations(archive, 5, 3) == [5, 4, 3]
    assert generations(archive, 99, -5) == generations(archive)
    assert generations(archive, 3, 5) == generations(archive, oldest=10) == []
    assert generations(archive, newest=-1) == []


@pytest.mark.parametrize("count", [0, 1, 2, 3, 10, 64, 100])
@pytest.mark.parametrize("discarded", [0, 1, 7, 40])
def test_layers_oldest_first(count, discarded):
    archive = filled(count)
    archive.discard(discarded)
    expected = list(range(discarded, count))
    assert [layer.generation for layer in archive.oldest_first()] == expected
    for oldest in (-1, discarded + 1, count - 1, count):
        found = [layer.generation for layer in archive.oldest_first(oldest)]
        assert found == [number for number in expected if number >= oldest]


def test_layers_oldest_first_with_missing_generations():
    archive = Archive()
    for generation in [20, 30, 31, 70, 90]:
        archive.addLayer(generation, "x")
    found = [layer.generation for layer in archive.oldest_first()]
    assert found == [20, 30, 31, 70, 90]
    assert [layer.generation for layer in archive.oldest_first(31)] == [31, 70, 90]
    assert [layer.generation for layer in archive.oldest_first(32)] == [70, 90]


def test_newer_and_older_compare_positions_as_pairs():
    archive = filled(6, length=3)
    archive.addLayer(9, "ab")
    everything = list(archive)
    for position in [(g, i) for g in range(-1, 11) for i in range(-2, 6)]:
        assert list(archive.newer(*position)) == [
            found for found in everything if found[:2] > position
        ]
        assert list(archive.older(*position)) == [
            found for found in everything if found[:2] < position
        ]


def test_seek_by_what_the_items_say():
    archive = filled(50)
    for bound in range(50):
        found = archive.seek(lambda layer: layer.items[0] <= (bound, 1))  # noqa: B023
        assert found.generation == bound
    assert archive.seek(lambda layer: False) is None


# What is loaded (with many layers: test_archive_at_scale.py)


def test_adding_loads_two_layers_at_most(database, loaded_layers):
    database.store(archive=filled(20))
    for generation in range(20, 60):
        connection = database.connect()
        connection.cacheMinimize()
        connection.root()["archive"].addLayer(generation, "x")
        assert loaded_layers(connection) <= 3  # with the new one
        connection.transaction_manager.commit()


def test_iteration_keeps_a_bounded_number_of_layers_in_memory(database, loaded_layers):
    database.store(archive=filled(200))
    connection = database.connect()
    archive = connection.root()["archive"]
    most = 0
    for walk in [archive, archive.newer(3, 0), archive.older(190, 0)]:
        connection.cacheMinimize()
        for _ in walk:
            most = max(most, loaded_layers(connection))
    assert most <= 3 * math.log2(200)


def test_oldest_first_loads_each_layer_once(database, loaded_layers, monkeypatch):
    database.store(archive=filled(500))
    connection = database.connect()
    archive = connection.root()["archive"]
    loaded, set_state, most = [], ArchiveLayer.__setstate__, 0

    def counting_set_state(layer, state):
        loaded.append(state["generation"])
        set_state(layer, state)

    monkeypatch.setattr(ArchiveLayer, "__setstate__", counting_set_state)
    connection.cacheMinimize()
    for _ in archive.oldest_first():
        most = max(most, loaded_layers(connection))
    assert sorted(loaded) == list(range(500))
    assert most <= 3 * math.log2(500)
    assert loaded_layers(connection) == 0


def test_oldest_first_over_records_without_jumps(database, loaded_layers):
    archive = filled(100)
    for layer in archive.layers():
        layer.jump = layer.jump_generation = layer.next_generation = None
    database.store(archive=archive)
    connection = database.connect()
    archive, most, found = connection.root()["archive"], 0, []
    for layer in archive.oldest_first():
        found.append(layer.generation)
        most = max(most, loaded_layers(connection))
    assert found == list(range(100))
    assert most <= 4


def test_iteration_leaves_layers_alone_that_are_in_use(database):
    database.store(archive=filled(5))
    archive = database.load("archive")
    used = archive.layer(2)
    list(archive)
    list(archive.oldest_first())
    assert used._p_changed is False
    used._p_deactivate()
    list(archive)
    list(archive.oldest_first())
    assert used._p_changed is None


def test_iteration_before_a_commit(database):
    database.store(archive=filled(3))
    archive = database.load("archive")
    archive.addLayer(3, "x")
    assert len(list(archive)) == 7
    assert len(list(archive)) == 7
    assert len(list(archive.oldest_first())) == 4


def test_many_additions_in_one_transaction_ask_for_the_newest_layer_once(
    database, monkeypatch
):
    database.store(archive=filled(10))
    connection = database.connect()
    archive, asked = connection.root()["archive"], []
    monkeypatch.setattr(connection, "readCurrent", asked.append)
    for generation in range(10, 20):
        archive.addLayer(generation, [])
    assert asked == [archive.layer(9)]


def test_adding_goes_on_after_a_savepoint(database):
    database.store(archive=filled(3))
    connection = database.connect()
    archive = connection.root()["archive"]
    for generation in range(3, 12):
        archive.addLayer(generation, "xy")
        connection.transaction_manager.savepoint()
        connection.cacheMinimize()
    connection.transaction_manager.commit()
    archive = database.load("archive")
    check(archive)
    assert generations(archive) == list(range(11, -1, -1))


def test_reading_changes_nothing(database):
    database.store(archive=filled(5))
    connection = database.connect()
    archive = connection.root()["archive"]
    list(archive), len(archive), bool(archive), repr(archive), archive.layer(2)
    archive.seek(lambda layer: False), archive.oldest_generation
    assert archive.discard(0) == 0
    assert not connection._registered_objects


# Discarding


@pytest.mark.parametrize("count", [1, 2, 5, 20])
def test_what_is_left_after_a_discard(count):
    for before in range(count + 1):
        archive = filled(count)
        assert archive.discard(before) == 2 * before
        assert generations(archive) == list(range(count - 1, before - 1, -1))
        assert len(archive) == 2 * (count - before)
        assert archive.generation == count - 1
        assert archive.oldest_generation == (before if before < count else None)
        check(archive)


def test_the_archive_goes_on_after_a_discard():
    archive = filled(10)
    archive.discard(6)
    for generation in range(10, 30):
        archive.addLayer(generation, "xy")
    check(archive)
    assert len(archive) == 8 + 40
    assert archive.layer(5) is None
    assert archive.layer(6).generation == 6
    assert list(archive.older(6, 0)) == []


def test_discard_again_and_again():
    archive = filled(5)
    for generation in range(5, 100):
        archive.addLayer(generation, "xy")
        assert archive.discard(generation - 2) == (6 if generation == 5 else 2)
        assert len(archive) == 6
        check(archive)


def test_discard_everything_and_go_on():
    archive = filled(5)
    assert archive.discard(99) == 10
    assert (len(archive), bool(archive), archive.generation) == (0, False, 4)
    assert list(archive) == []
    check(archive)
    archive.addLayer(5, "abc")
    assert list(archive.layer(5)) == [(2, "c"), (1, "b"), (0, "a")]
    assert len(archive) == 3
    check(archive)


def test_a_discard_does_not_hide_what_is_added_later():
    archive = filled(2)
    archive.discard(99)
    archive.addLayer(2, "x")
    assert len(list(archive)) == len(archive) == 1


def test_a_discard_does_not_go_back():
    archive = filled(10)
    archive.discard(5)
    assert archive.discard(3) == 0
    assert archive.horizon == archive.oldest_generation == 5


def test_discard_between_generations_that_are_missing():
    archive = Archive()
    for generation in [2, 3, 7, 9]:
        archive.addLayer(generation, "xy")
    assert archive.discard(1) == 0
    assert archive.discard(5) == 4
    assert generations(archive) == [9, 7]
    assert archive.discard(7) == 0
    assert len(archive) == 4


def test_discard_with_nothing_to_discard_writes_nothing(database):
    archive = filled(10)
    archive.discard(5)
    database.store(archive=archive)
    connection = database.connect()
    archive = connection.root()["archive"]
    assert archive.discard(5) == archive.discard(2) == 0
    assert not connection._registered_objects


def records(database):
    """Return how many records there are of archive layers."""
    return sum(
        get_pickle_metadata(record.data)[1] == ArchiveLayer.__name__
        for transaction in database.db.storage.iterator()
        for record in transaction
    )


@pytest.mark.parametrize("before, left", [(1, 39), (17, 23), (39, 1), (99, 0)])
def test_pack_frees_the_records_of_discarded_layers(file_database, before, left):
    file_database.store(archive=filled(40))
    file_database.change(lambda root: root["archive"].discard(before))
    file_database.db.pack()
    assert records(file_database) == left
    archive = file_database.load("archive")
    assert len(list(archive)) == len(archive) == 2 * left
    check(archive)
    archive.addLayer(40, "xy")
    assert len(list(archive)) == len(archive) == 2 * left + 2
    check(archive)
