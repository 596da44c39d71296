"""Search: what concurrent changes, undo and packs do to what is known of layers."""

from collective.appendonly import Archive
from collective.appendonly.structures.check import check
from collective.appendonly.structures.layer import ArchiveLayer
from collective.appendonly.structures.summary import Summary
from ZODB.POSException import ConflictError
from ZODB.POSException import UndoError

import pytest


BOB, ANN, NOBODY = 1, 2, 99


def filled(count, key=BOB):
    archive = Archive()
    add(*range(count), key=key)({"archive": archive})
    return archive


def add(*generations, key=BOB):
    """A change: archive these generations, with keys unless *key* is None."""

    def change(root):
        for generation in generations:
            keys = None if key is None else [key, 1000 + generation]
            root["archive"].addLayer(generation, ["x", "y"], keys, [generation])

    return change


def replace(generation, key=ANN):
    def change(root):
        root["archive"].replace(generation, ["a", "b"], [key], [generation])

    return change


def discard(before):
    return lambda root: root["archive"].discard(before)


def index(**limits):
    def change(root):
        def contents_of(layer):
            return [BOB, 1000 + layer.generation], [layer.generation]

        root["archive"].index(contents_of, **limits)

    return change


def found(database, *keys):
    """Return the generations with one of these keys, after a check of all."""
    archive = database.load("archive")
    check(archive)
    for layer in archive.layers():
        for key in layer.keys or ():
            searched = [each.generation for each in archive.layers(having=[[key]])]
            assert layer.generation in searched
    return [layer.generation for layer in archive.layers(having=[keys])]


def kept_keys(database):
    """Return all keys that are stored anywhere in the archive."""
    archive, keys = database.load("archive"), set()
    for layer in archive.layers():
        parts = [layer.contents]
        if layer.summary is not None:
            parts = [layer.summary.own, layer.summary.contents]
        for packed, _ in parts:
            keys |= {packed[at : at + 4] for at in range(0, len(packed), 4)}
    return {int.from_bytes(key, "little") for key in keys}


def stored_keys(database):
    """Return all keys in any record."""
    connection, keys = database.connect(), set()
    for record in [each for entry in database.db.storage.iterator() for each in entry]:
        obj = connection.get(record.oid)
        if isinstance(obj, Summary):
            keys |= obj.parts.masks.keys()
        elif isinstance(obj, ArchiveLayer):
            keys |= set(obj.keys or ())
    return keys


# Adding beside others


@pytest.mark.parametrize("first", range(1, 7))
@pytest.mark.parametrize("second", range(1, 7))
def test_concurrent_additions_of_known_layers(database, first, second):
    database.store(archive=filled(17))
    database.race(add(*range(17, 17 + first)), add(*range(17, 17 + second)))
    newest = 16 + max(first, second)
    assert found(database, BOB) == list(range(newest, -1, -1))
    assert found(database, 1000 + newest) == [newest]
    assert found(database, NOBODY) == []


@pytest.mark.parametrize("before", [1, 4, 15, 16, 20])
@pytest.mark.parametrize("discards_first", [True, False])
def test_an_addition_and_a_discard_do_not_conflict(database, before, discards_first):
    database.store(archive=filled(20))
    changes = [discard(before), add(20)]
    database.race(*(changes if discards_first else changes[::-1]))
    assert found(database, BOB) == list(range(20, before - 1, -1))
    assert found(database, NOBODY) == []
    database.change(add(21))
    database.change(discard(before + 1))
    assert found(database, BOB) == list(range(21, before, -1))
    assert kept_keys(database) == {BOB, *range(1001 + before, 1022)}


@pytest.mark.parametrize("before", [1, 21, 22, 63, 64, 83, 84])
@pytest.mark.parametrize("discards_first", [True, False])
def test_what_a_long_new_span_holds_of_what_is_discarded_meanwhile_is_not_found(
    file_database, before, discards_first
):
    file_database.store(archive=filled(84))
    changes = [discard(before), add(84)]
    file_database.race(*(changes if discards_first else changes[::-1]))
    summary = file_database.load("archive").layer(84).summary
    assert [generation for generation, _ in summary.below] == [83, 62, 41, 20]
    for _ in range(2):
        assert found(file_database, BOB) == list(range(84, before - 1, -1))
        assert found(file_database, 1000 + before - 1) == []
        file_database.db.pack()
    file_database.change(add(85))
    file_database.change(discard(before + 1))
    file_database.db.pack()
    assert found(file_database, BOB) == list(range(85, before, -1))
    assert stored_keys(file_database) == {BOB, *range(1001 + before, 1086)}


@pytest.mark.parametrize("count", range(15, 21))
def test_an_addition_beside_a_replacement_is_retried(database, count):
    """A new summary may have taken over the former keys."""
    database.store(archive=filled(count))
    with pytest.raises(ConflictError):
        database.race(replace(12), add(count))
    with pytest.raises(ConflictError):
        database.race(add(count), replace(13))
    database.change(replace(13))
    assert found(database, BOB) == [
        g for g in range(count, -1, -1) if g not in (12, 13)
    ]
    assert found(database, ANN) == [13, 12]


def test_an_addition_without_keys_beside_a_replacement_of_a_layer_without_keys(
    database,
):
    database.store(archive=filled(9, key=None))
    database.race(replace(5), add(9, key=None))
    database.race(add(10, key=None), replace(6))
    assert found(database, NOBODY) == list(range(10, -1, -1))


@pytest.mark.parametrize("first, second", [(3, 17), (3, 7)])
def test_concurrent_replacements_are_retried(database, first, second):
    database.store(archive=filled(21))
    with pytest.raises(ConflictError):
        database.race(replace(first), replace(second))
    database.change(replace(second))
    assert found(database, ANN) == [second, first]
    assert found(database, BOB) == [
        g for g in range(20, -1, -1) if g not in (first, second)
    ]


def test_a_replacement_that_leaves_the_keys_does_not_stop_an_addition(database):
    database.store(archive=filled(20))

    def reword(generation):
        def change(root):
            keys = [BOB, 1000 + generation]
            root["archive"].replace(generation, ["a", "b"], keys, [generation])

        return change

    database.race(reword(12), add(20))
    database.race(add(21), reword(13))
    assert found(database, BOB) == list(range(21, -1, -1))
    archive = database.load("archive")
    assert archive.layer(12).items == archive.layer(13).items == ("a", "b")


@pytest.mark.parametrize("before", range(1, 21))
@pytest.mark.parametrize("discards_first", [True, False])
def test_a_discard_and_a_replacement_merge_or_conflict(
    database, before, discards_first
):
    database.store(archive=filled(21))
    changes = [discard(before), replace(12)]
    try:
        database.race(*(changes if discards_first else changes[::-1]))
    except ConflictError:
        if before <= 12 or not discards_first:
            database.change(changes[discards_first])
    everything = range(20, before - 1, -1)
    assert found(database, BOB) == [g for g in everything if g != 12]
    assert found(database, ANN) == [12] * (before <= 12)


def test_a_layer_that_a_merge_has_replaced_is_replaced_with_its_summaries(
    file_database,
):
    file_database.store(archive=filled(17))
    file_database.race(add(*range(17, 20)), add(*range(17, 22)))
    assert file_database.load("archive")._replaced[0][0] == 19
    for generation in range(22):
        file_database.change(replace(generation))
    file_database.db.pack()
    stored = stored_keys(file_database)
    assert ANN in stored
    assert stored.isdisjoint({BOB, 1005, 1018})
    assert found(file_database, ANN) == list(range(21, -1, -1))


# Making layers known beside others


@pytest.mark.parametrize(
    "other", [add(17), add(17, 18), index(limit=3), index(oldest=9)]
)
@pytest.mark.parametrize("is_first", [True, False])
def test_layers_that_become_known_while_the_archive_changes_are_retried(
    database, other, is_first
):
    database.store(archive=filled(17, key=None))
    changes = [index(limit=9), other][:: -1 if is_first else 1]
    with pytest.raises(ConflictError):
        database.race(*changes)
    database.change(changes[1])
    database.change(index())
    newest = database.load("archive").generation
    assert found(database, NOBODY) == []
    assert found(database, BOB) == list(range(newest, -1, -1))
    database.change(add(*range(newest + 1, 40)))
    assert found(database, 1039, 1010) == [39, 10]


@pytest.mark.parametrize("discards_first", [True, False])
@pytest.mark.parametrize("before", [3, 9, 16])
def test_layers_become_known_while_others_are_discarded(
    database, before, discards_first
):
    database.store(archive=filled(17, key=None))
    changes = [discard(before), index()]
    try:
        database.race(*(changes if discards_first else changes[::-1]))
    except ConflictError:
        database.change(changes[discards_first])
    assert found(database, BOB) == list(range(16, before - 1, -1))
    database.change(discard(before + 1))
    database.change(index())
    assert found(database, NOBODY) == []


# Undo


def test_undo_of_an_addition_takes_its_summary_away(file_database):
    file_database.store(archive=filled(20))
    file_database.change(add(20), note="add")
    file_database.undo("add")
    assert found(file_database, BOB) == list(range(19, -1, -1))
    file_database.change(add(20))
    assert found(file_database, 1020) == [20]


def test_undo_of_a_replacement_brings_the_former_keys_back(file_database):
    file_database.store(archive=filled(30))
    file_database.change(replace(12), note="replace")
    file_database.undo("replace")
    assert found(file_database, ANN) == []
    assert found(file_database, 1012) == [12]


@pytest.mark.parametrize("then", [add(20), replace(2), replace(18), index()])
def test_undo_of_a_replacement_is_refused_once_others_built_on_it(file_database, then):
    archive = filled(19)
    archive.addLayer(19, "x")
    file_database.store(archive=archive)
    file_database.change(replace(12), note="replace")
    file_database.change(then)
    with pytest.raises(UndoError):
        file_database.undo("replace")
    assert 12 in found(file_database, ANN)
    assert found(file_database, 1012) in ([], [19])


def test_undo_of_making_layers_known(file_database):
    file_database.store(archive=filled(20, key=None))
    file_database.change(index(), note="index")
    file_database.undo("index")
    assert found(file_database, NOBODY) == list(range(19, -1, -1))
    assert file_database.load("archive").layer(4).summary is None


@pytest.mark.parametrize("then", [add(20), discard(3), index(oldest=10)])
def test_undo_of_making_layers_known_is_refused_once_others_built_on_it(
    file_database, then
):
    file_database.store(archive=filled(20, key=None))
    file_database.change(index(limit=10), note="index")
    file_database.change(then)
    with pytest.raises(UndoError):
        file_database.undo("index")
    assert 5 not in found(file_database, NOBODY)


def test_an_addition_while_it_is_undone_that_layers_became_known(file_database):
    file_database.store(archive=filled(20, key=None))
    file_database.change(index(), note="index")
    connection = file_database.connect()
    add(20)(connection.root())
    file_database.undo("index")
    with pytest.raises(ConflictError):
        connection.transaction_manager.commit()
    connection.transaction_manager.abort()
    file_database.change(add(20))
    assert found(file_database, NOBODY) == list(range(19, -1, -1))


def test_undo_of_a_discard(file_database):
    file_database.store(archive=filled(30))
    file_database.change(discard(13), note="discard")
    file_database.undo("discard")
    assert found(file_database, BOB) == list(range(29, -1, -1))
    assert found(file_database, 1003) == [3]


def test_undo_of_a_discard_after_an_addition_brings_nothing_back(file_database):
    file_database.store(archive=filled(40))
    file_database.change(discard(13), note="discard")
    file_database.change(add(40))
    file_database.undo("discard")
    assert found(file_database, BOB) == list(range(40, 12, -1))
    assert found(file_database, 1003) == []
    file_database.change(discard(14))
    assert found(file_database, BOB) == list(range(40, 13, -1))


# Packing


@pytest.mark.parametrize("before", [1, 5, 16, 20, 22, 39])
def test_a_pack_frees_what_was_discarded(file_database, before):
    file_database.store(archive=filled(40))
    file_database.change(discard(before))
    file_database.db.pack()
    archive = file_database.load("archive")
    summaries = sum(layer.summary is not None for layer in archive.layers())
    assert len(file_database.db.storage) == 2 + 40 - before + summaries
    assert found(file_database, BOB) == list(range(39, before - 1, -1))
    assert kept_keys(file_database) == {BOB, *range(1000 + before, 1040)}


def test_summaries_are_found_without_the_archive(file_database):
    """A tool that walks over all records meets them in any order."""
    file_database.store(archive=filled(40))
    connection = file_database.connect()
    for record in [
        record for entry in file_database.db.storage.iterator() for record in entry
    ]:
        obj = connection.get(record.oid)
        obj._p_activate()
        if isinstance(obj, Summary):
            assert obj.own[0] and obj.contents[0]
            assert obj.layer.keys
    check(connection.root()["archive"])
