"""Archive: what becomes of concurrent changes.

Each rule is shown twice: with three states, and with two connections to a storage.
"""

from collective.appendonly import Archive
from collective.appendonly.structures.archive import merge
from collective.appendonly.structures.check import check
from collective.appendonly.structures.layer import ArchiveLayer
from time import time
from ZODB.POSException import ConflictError

import pytest


def state(head, generation, total=None, horizon=0, discarded=0, replaced=()):
    """Make a state; the heads of tests are strings, and each layer has two items."""
    state = {
        "_head": head,
        "_generation": generation,
        "_total": 2 * (generation + 1) if total is None else total,
        "_horizon": horizon,
        "_discarded": discarded,
    }
    return {**state, "_replaced": replaced} if replaced else state


def filled(count):
    archive = Archive()
    add(*range(count))({"archive": archive})
    return archive


def add(*generations):
    """A change: archive these generations, as anybody else would."""

    def change(root):
        for generation in generations:
            root["archive"].addLayer(generation, [(generation, 0), (generation, 1)])

    return change


def discard(before):
    return lambda root: root["archive"].discard(before)


def read(database):
    """Return the generations of the archive, after a check."""
    archive = database.load("archive")
    check(archive)
    generations = [layer.generation for layer in archive.layers()]
    assert len(archive) == 2 * len(generations)
    return generations


# Adding and adding


def test_the_side_that_archived_further_is_kept():
    old, one, two = state("a", 0), state("b", 1), state("c", 2)
    assert merge(old, one, two) == state("c", 2, replaced=((1, "b"),))
    assert merge(old, two, one) == two


def test_of_two_equal_sides_committed_is_kept():
    old, one, two = state("a", 0), state("b", 1), state("c", 1)
    assert merge(old, one, two) == one


def test_the_first_layer_of_an_archive_is_merged():
    merged = merge({}, state("a", 0), state("b", 1))
    assert merged == state("b", 1, replaced=((0, "a"),))
    assert merge({"_total": 0}, state("a", 0), state("b", 0)) == state("a", 0)


@pytest.mark.parametrize(
    "changes, expected",
    [
        ([add(3), add(3)], [3, 2, 1, 0]),
        ([add(3), add(3, 4)], [4, 3, 2, 1, 0]),
        ([add(3, 4), add(3)], [4, 3, 2, 1, 0]),
        ([add(3), add(3, 4, 5), add(3, 4)], [5, 4, 3, 2, 1, 0]),
    ],
)
def test_concurrent_additions(database, changes, expected):
    database.store(archive=filled(3))
    database.race(*changes)
    assert read(database) == expected


def test_concurrent_first_additions(database):
    database.store(archive=Archive())
    database.race(add(0), add(0, 1))
    assert read(database) == [1, 0]


def test_a_head_that_was_replaced_is_forgotten_after_many_generations():
    replaced = ((10, "x"), (11, "y"))
    old = state("a", 74, replaced=replaced)
    assert merge(old, state("b", 75), state("c", 75)) == state("b", 75)
    more = state("b", 75, replaced=replaced)
    kept = merge(old, more, state("c", 76))["_replaced"]
    assert kept == ((75, "b"),)


def test_a_head_that_was_replaced_is_forgotten_when_its_layer_is_discarded():
    old = state("a", 12, replaced=((10, "x"), (11, "y")))
    discarded = {**old, "_horizon": 11, "_discarded": 22}
    assert merge(old, {**old, **state("b", 13)}, discarded)["_replaced"] == ((11, "y"),)


def test_who_began_with_a_head_that_was_replaced_may_archive_further(file_database):
    """A pack to a moment when the archive did not lead to that head does no damage."""
    file_database.store(archive=filled(1))
    older, newer = file_database.connect(), file_database.connect()
    add(1, 2)(older.root())
    file_database.change(add(1))
    newer.transaction_manager.begin()
    add(2, 3)(newer.root())
    older.transaction_manager.commit()
    moment = time()
    newer.transaction_manager.commit()
    file_database.db.pack(moment)
    assert read(file_database) == [3, 2, 1, 0]
    assert len(file_database.db.storage) == 2 + 4 + 2  # two layers were replaced

    for generation in range(4, 70):
        file_database.change(add(generation))
    file_database.db.pack()
    assert len(file_database.db.storage) == 2 + 70
    assert read(file_database) == list(range(69, -1, -1))


def test_different_items_in_one_generation_are_refused():
    with pytest.raises(ConflictError, match="different items in one generation"):
        merge(state("a", 0), state("b", 1), state("c", 1, total=5))


def test_independent_archiving_conflicts(database):
    database.store(archive=filled(1))
    with pytest.raises(ConflictError):
        database.race(add(1), lambda root: root["archive"].addLayer(1, "abcdef"))


# Adding and discarding


def test_a_discard_does_not_stop_an_addition():
    old = state("a", 4)
    discarded = state("a", 4, horizon=3, discarded=6)
    added = state("b", 5)
    both = state("b", 5, horizon=3, discarded=6)
    assert merge(old, discarded, added) == both
    assert merge(old, added, discarded) == both


def test_discarding_everything_does_not_stop_an_addition():
    old = state("a", 4)
    discarded = state(None, 4, horizon=5, discarded=10)
    added = state("b", 5)
    both = state("b", 5, horizon=5, discarded=10)
    assert merge(old, discarded, added) == both
    assert merge(old, added, discarded) == both


def test_the_discard_that_went_further_counts():
    old = state("a", 4)
    less = state("a", 4, horizon=2, discarded=4)
    more = state("a", 4, horizon=4, discarded=8)
    everything = state(None, 4, horizon=5, discarded=10)
    assert merge(old, less, more) == more
    assert merge(old, less, everything) == everything
    added = state("b", 5, horizon=2, discarded=4)
    assert merge(old, added, everything) == state("b", 5, horizon=5, discarded=10)


@pytest.mark.parametrize("count", [8, 12, 20])
def test_an_addition_during_a_discard(database, count):
    for before in range(1, count + 1):
        database.store(archive=filled(count))
        database.race(discard(before), add(count))
        assert read(database) == list(range(count, before - 1, -1))


@pytest.mark.parametrize("count", [8, 12, 20])
@pytest.mark.parametrize("added", [1, 2, 3])
def test_a_discard_during_an_addition(database, count, added):
    for before in range(1, count + 1):
        database.store(archive=filled(count))
        database.race(add(*range(count, count + added)), discard(before))
        assert read(database) == list(range(count + added - 1, before - 1, -1))


def test_adding_several_layers_during_a_discard_merges_or_conflicts(database):
    for before in range(1, 13):
        database.store(archive=filled(12))
        try:
            database.race(discard(before), add(12, 13))
        except ConflictError:
            newest = 11
        else:
            newest = 13
        assert read(database) == list(range(newest, before - 1, -1))


def test_the_chain_is_right_again_after_more_additions(database):
    database.store(archive=filled(20))
    database.race(discard(15), add(20))
    database.change(add(*range(21, 80)))
    assert read(database) == list(range(79, 14, -1))
    archive = database.load("archive")
    assert [archive.layer(g).generation for g in range(15, 80)] == list(range(15, 80))
    assert archive.layer(14) is None


def test_the_next_discard_removes_what_an_addition_carried_along(file_database):
    file_database.store(archive=filled(15))
    file_database.race(discard(10), add(15))
    archive = file_database.load("archive")
    carried = archive.layer(15)
    assert carried.jump_generation < archive.horizon == 10
    file_database.change(discard(11))
    file_database.db.pack()
    assert len(file_database.db.storage) == 2 + 5  # root, archive, five layers
    assert read(file_database) == [15, 14, 13, 12, 11]
    assert file_database.load("archive").layer(15).jump_generation == 11


@pytest.mark.parametrize("count", [14, 15, 20])
@pytest.mark.parametrize("left", [0, 1, 4])
def test_nothing_below_the_horizon_is_loaded(database, monkeypatch, count, left):
    horizon = count - left
    database.store(archive=filled(count))
    database.race(discard(horizon), add(count))
    loaded = set()
    setstate = ArchiveLayer.__setstate__

    def noting_setstate(layer, state):
        loaded.add(state["generation"])
        setstate(layer, state)

    monkeypatch.setattr(ArchiveLayer, "__setstate__", noting_setstate)
    archive = database.load("archive")
    assert [archive.layer(generation) for generation in range(horizon)] == (
        [None] * horizon
    )
    assert archive.seek(lambda layer: False) is None
    assert archive.oldest_generation == horizon
    expected = 2 * (left + 1)
    assert len(list(archive)) == len(list(archive.newer(0, 0))) == expected
    assert list(archive.older(horizon, 0)) == list(archive.older(0, 9)) == []
    archive.addLayer(count + 1, "xy")
    check(archive)
    archive.discard(horizon + 1)
    check(archive)
    assert loaded == set(range(horizon, count + 1))


def test_an_addition_during_a_discard_and_a_pack_is_refused(file_database):
    """The pack takes away the state that the merge would have to start from."""
    file_database.store(archive=filled(15))
    slow = file_database.connect()
    add(15)(slow.root())
    file_database.change(discard(10))
    file_database.db.pack()
    with pytest.raises(ConflictError):
        slow.transaction_manager.commit()
    assert read(file_database) == [14, 13, 12, 11, 10]


def test_a_pack_to_a_moment_between_a_discard_and_an_addition(file_database):
    """The new layer jumps to one that is gone. Until the next discard no pack succeeds."""
    file_database.store(archive=filled(15))
    slow = file_database.connect()
    add(15)(slow.root())
    file_database.change(discard(10))
    moment = time()
    slow.transaction_manager.commit()
    file_database.db.pack(moment)
    assert read(file_database) == [15, 14, 13, 12, 11, 10]
    with pytest.raises(KeyError):
        file_database.db.pack()
    file_database.change(discard(11))
    file_database.db.pack()
    assert read(file_database) == [15, 14, 13, 12, 11]
    assert len(file_database.db.storage) == 2 + 5


@pytest.mark.parametrize("one", [1, 2, 4, 7])
def test_discards_merge_or_conflict_but_lose_nothing(database, one):
    for two in range(1, 9):
        database.store(archive=filled(8))
        try:
            database.race(discard(one), discard(two))
        except ConflictError:
            left = one
        else:
            left = max(one, two)
        assert read(database) == list(range(7, left - 1, -1))


# Refusals


def test_a_discard_that_went_no_further_is_refused():
    old = state("a", 4)
    less = state("a", 4, horizon=2, discarded=4)
    more = state("a", 4, horizon=4, discarded=8)
    for new in less, more:
        with pytest.raises(ConflictError, match="discarded what new discards"):
            merge(old, more, new)


def test_changes_across_an_undone_discard_are_refused():
    old = state("a", 4, horizon=3, discarded=6)
    for new in [
        state("b", 5, horizon=3, discarded=6),
        state("a", 4, horizon=4, discarded=8),
    ]:
        with pytest.raises(ConflictError, match="undo brought back layers"):
            merge(old, state("a", 4), new)


def test_an_attribute_of_others_is_kept():
    old = {**state("a", 0), "__parent__": "site"}
    committed = {**state("b", 1), "__parent__": "site"}
    new = {**state("c", 2), "__parent__": "site"}
    assert merge(old, committed, new) == {**new, "_replaced": ((1, "b"),)}


def test_a_change_of_anothers_attribute_is_refused():
    with pytest.raises(ConflictError, match="not the archive's own"):
        merge(state("a", 0), state("b", 1), {**state("a", 0), "title": "x"})


def test_a_change_of_anothers_attribute_conflicts(database):
    database.store(archive=filled(1))
    with pytest.raises(ConflictError):
        database.race(add(1), lambda root: setattr(root["archive"], "title", "x"))


def test_an_addition_to_a_layer_that_undo_removed_is_refused():
    old, new = state("b", 1), state("c", 2)
    with pytest.raises(ConflictError, match="undo removed the newest layer"):
        merge(old, state("a", 0), new)
    with pytest.raises(ConflictError, match="undo removed the newest layer"):
        merge(old, state("B", 1), new)


# What undo asks (with a storage: test_undo.py)


def test_layers_go_away_if_nothing_was_archived_since():
    old, new = state("b", 1), state("a", 0)
    assert merge(old, state("b", 1), new) == new


def test_layers_go_away_above_a_horizon():
    old, new = state("e", 4), state("d", 3)
    committed = state("e", 4, horizon=2, discarded=4)
    assert merge(old, committed, new) == state("d", 3, horizon=2, discarded=4)


def test_a_layer_goes_away_from_an_archive_of_which_nothing_else_is_left():
    old, new = state("e", 4), state("d", 3)
    committed = state("e", 4, horizon=4, discarded=8)
    assert merge(old, committed, new) == state(None, 3, horizon=4, discarded=8)


def test_layers_that_were_discarded_do_not_go_away():
    old = state("e", 4)
    everything = state(None, 4, horizon=5, discarded=10)
    with pytest.raises(ConflictError, match="would take back were discarded"):
        merge(old, everything, state("d", 3))
    some = state("e", 4, horizon=3, discarded=6)
    with pytest.raises(ConflictError, match="would take back were discarded"):
        merge(old, some, state("b", 1))


def test_layers_under_newer_ones_do_not_go_away():
    with pytest.raises(ConflictError, match="newer layers lie on those"):
        merge(state("b", 1), state("c", 2), state("a", 0))


def test_layers_that_went_away_before_do_not_go_away_again():
    assert merge(state("b", 1), state("a", 0), state("a", 0)) == state("a", 0)


def test_layers_that_were_archived_anew_do_not_go_away():
    with pytest.raises(ConflictError, match="undo removed the newest layer"):
        merge(state("b", 1), state("B", 1), state("a", 0))


# States as they are in a storage


def test_heads_are_references(references):
    one, two = references(1), references(2)
    old, new = state(one, 1), state(two, 2)
    committed = state(one, 1, horizon=1, discarded=2)
    assert merge(old, committed, new) == state(two, 2, horizon=1, discarded=2)
    with pytest.raises(ConflictError, match="undo removed the newest layer"):
        merge(old, state(references(3), 1), new)


def test_the_states_of_the_predecessor():
    old = {"_head": "a", "_generation": 3}
    added = state("b", 4)
    merged = merge(old, {"_head": "x", "_generation": 4}, state("b", 5))
    assert merged == state("b", 5, replaced=((4, "x"),))
    discarded = state("a", 3, horizon=2, discarded=4)
    assert merge(old, discarded, added) == state("b", 4, horizon=2, discarded=4)
    assert merge(old, added, old) == added
    undone = merge(added, added, old)
    assert (undone["_head"], undone["_generation"], undone["_total"]) == ("a", 3, None)


def test_an_empty_state_may_be_none():
    assert merge(None, state("a", 0), None) == state("a", 0)
