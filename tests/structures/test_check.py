"""The checker finds each kind of damage, and finds nothing where there is none.

Every wrong value of every attribute is tried in ``test_check_damage.py``.
"""

from collective.appendonly import Accumulator
from collective.appendonly import AppendStack
from collective.appendonly import Archive
from collective.appendonly.structures.check import check
from collective.appendonly.structures.check import problems
from persistent.mapping import PersistentMapping
from ZODB.Connection import TransactionMetaData
from ZODB.POSException import POSError
from ZODB.utils import load_current

import pytest


def pair(pushes=20):
    stack, archive = AppendStack(2, 2), Archive()
    for number in range(pushes):
        stack.push(number, archive.addLayer)
    return stack, archive


def test_sound_structures_have_no_problems():
    for pushes in range(50):
        stack, archive = pair(pushes)
        assert problems(stack) == problems(archive) == problems(stack, archive) == []
    assert problems(Accumulator("abc")) == []


def test_check_says_nothing_if_there_is_nothing_to_say():
    check(*pair())
    check(Accumulator())


def test_check_raises_with_all_problems():
    stack, archive = pair()
    archive.layer(3).below = 99
    stack._first_generation = 20
    with pytest.raises(AssertionError) as caught:
        check(stack, archive)
    assert str(caught.value).startswith("<AppendStack of 2 x 2: 4 items from gen")
    assert all(problem in str(caught.value) for problem in problems(stack, archive))
    assert len(problems(stack, archive)) == 2


def test_a_check_calls_visit_with_each_layer():
    stack, archive = pair()
    seen = []
    assert problems(stack, archive, visit=seen.append) == []
    assert seen == list(archive.layers())
    seen.clear()
    archive.layer(3).below = 99
    assert len(problems(archive, visit=seen.append)) == 1
    assert seen == list(archive.layers())


@pytest.mark.parametrize(
    "structure, archive, kind",
    [
        (Archive(), Archive(), "AppendStack"),
        (AppendStack(), AppendStack(), "Archive"),
        ([], None, "Accumulator"),
    ],
)
def test_what_cannot_be_checked(structure, archive, kind):
    with pytest.raises(TypeError, match=f"cannot be checked as {kind}. Pass"):
        problems(structure, archive)


# A stack


@pytest.mark.parametrize(
    "attribute, value, problem",
    [
        ("_max_layers", 0, "The stack: _max_layers cannot be 0."),
        ("_max_length", 0, "The stack: _max_length cannot be 0."),
        ("_first_generation", -1, "The stack: _first_generation cannot be -1."),
        ("_items", (1, 2), "The stack: _items cannot be <class 'tuple'>."),
    ],
)
def test_damaged_stack(attribute, value, problem):
    stack = AppendStack()
    setattr(stack, attribute, value)
    assert problems(stack) == [problem]


def test_a_surplus_is_no_problem():
    stack = AppendStack()
    stack.__setstate__((2, 3, 0, list(range(30))))
    assert problems(stack) == []


# The boundary between stack and archive


@pytest.mark.parametrize("missing, names", [(1, "8 to 8"), (2, "8 to 9")])
def test_a_gap(missing, names):
    stack, archive = pair()
    stack._first_generation += missing
    assert problems(stack, archive) == [
        f"Generations {names} are neither in the stack nor in the archive."
    ]


def test_an_overlap():
    stack, archive = pair()
    stack._first_generation -= 3
    assert problems(stack, archive) == [
        "Generations 5 to 7 are both in the stack and in the archive."
    ]


def test_an_empty_stack_goes_on_above_its_archive():
    stack, archive = pair()
    stack.prune(archive.addLayer)
    assert problems(stack, archive) == []
    assert problems(AppendStack(first_generation=10), archive) == []
    assert problems(AppendStack(), archive) != []


# An accumulator


def test_damaged_accumulator():
    accumulator = Accumulator()
    accumulator._consumed = -1
    assert problems(accumulator) == ["The accumulator: _consumed cannot be -1."]


# An archive


def damaged(change, *arguments):
    """Return the problems of an archive of layers 0 to 7 after a change."""
    _, archive = pair()
    change(archive, *arguments)
    return problems(archive)


def set_on_layer(archive, generation, **attributes):
    layer = archive.layer(generation)
    for name, value in attributes.items():
        setattr(layer, name, value)


@pytest.mark.parametrize(
    "attribute, value, found",
    [
        ("_generation", 9, ["The newest layer is 7; the archive says 9."]),
        (
            "_horizon",
            9,
            [
                "The archive begins at 7, not at its horizon, 9.",
                "2 items are there, 16 are counted.",
            ],
        ),
        ("_horizon", 3, ["10 items are there, 16 are counted."]),
        (
            "_head",
            None,
            [
                "The archive begins nowhere, not at its horizon, 0.",
                "0 items are there, 16 are counted.",
            ],
        ),
        (
            "_discarded",
            2,
            [
                "2 items are discarded, but the horizon is 0.",
                "16 items are there, 14 are counted.",
            ],
        ),
    ],
)
def test_a_wrong_attribute_of_the_archive(attribute, value, found):
    assert damaged(lambda archive: setattr(archive, attribute, value)) == found


@pytest.mark.parametrize(
    "generation, attribute, value, found",
    [
        (3, "below", 5, "Layer 3 counts 5 items below, not 6."),
        (6, "jump", None, "Layer 6 has no jump."),
        (6, "jump_generation", 4, "Layer 6 says that it jumps to 4."),
        (6, "next_generation", 4, "Layer 6 says that the next one is 4."),
    ],
)
def test_a_wrong_attribute_of_a_layer(generation, attribute, value, found):
    changed = {attribute: value}
    assert damaged(lambda each: set_on_layer(each, generation, **changed)) == [found]


def test_a_wrong_total():
    found = damaged(lambda archive: setattr(archive, "_total", 17))
    assert "Layer 7 counts 14 items below, not 15." in found
    assert "16 items are there, 17 are counted." in found


def test_a_lost_item():
    found = damaged(lambda archive: set_on_layer(archive, 3, items=(1,)))
    assert "Layer 3 counts 6 items below, not 7." in found
    assert "15 items are there, 16 are counted." in found


def test_a_lost_layer():
    def lose(archive):
        layer = archive.layer(5)
        layer.next, layer.next_generation = layer.next.next, 3

    found = damaged(lose)
    assert "Layer 3 follows layer 5; the layers between are missing." in found
    assert "Layer 3 has depth 3, not 4." in found
    assert "14 items are there, 16 are counted." in found


def test_a_lost_rest():
    found = damaged(lambda archive: set_on_layer(archive, 5, next=None))
    assert "6 items are there, 16 are counted." in found
    assert "Layer 7 jumps out of the archive." in found


@pytest.mark.parametrize("name", ["generation", "items"])
def test_a_lost_attribute(name):
    found = damaged(lambda archive: delattr(archive.layer(5), name))
    assert found == [f"The layer below 6: {name} cannot be <class 'NoneType'>."]


def test_a_ring():
    def close(archive):
        set_on_layer(archive, 2, next=archive.layer(6))

    assert "Layer 6 lies below layer 2." in damaged(close)


@pytest.mark.parametrize(
    "origin, target, problem",
    [
        (6, 5, "Layer 6 jumps too short, to 5."),
        (6, 1, "Layer 6 jumps too far, to 1."),
        (7, 7, "Layer 7 jumps out of the archive."),
    ],
)
def test_a_wrong_jump(origin, target, problem):
    def bend(archive):
        layer = archive.layer(target)
        set_on_layer(archive, origin, jump=layer, jump_generation=target)

    assert damaged(bend) == [problem]


def test_a_jump_below_the_horizon_that_should_land_above_it():
    def bend(archive):
        below = archive.layer(1)
        archive.discard(3)
        set_on_layer(archive, 6, jump=below, jump_generation=1)

    assert damaged(bend) == ["Layer 6 jumps out of the archive."]


def test_checking_keeps_a_bounded_number_of_layers_in_memory(database, loaded_layers):
    _, archive = pair(1000)
    database.store(archive=archive)
    connection = database.connect()
    connection.cacheMinimize()
    check(connection.root()["archive"])
    assert loaded_layers(connection) <= 5


# Damaged records


def replace_record(database, obj, data):
    """Store other data for an object; with None, remove its record."""
    storage, transaction = database.db.storage, TransactionMetaData()
    oid, serial = obj._p_oid, obj._p_serial
    storage.tpc_begin(transaction)
    if data is None:
        storage.deleteObject(oid, serial, transaction)
    else:
        storage.store(oid, serial, data, "", transaction)
    storage.tpc_vote(transaction)
    storage.tpc_finish(transaction)


@pytest.mark.parametrize(
    "data, error", [(None, "POSKeyError"), (b"x", "UnpicklingError")]
)
def test_a_layer_that_cannot_be_loaded(file_database, data, error):
    for generation in range(8):
        _, archive = pair()
        file_database.store(archive=archive)
        replace_record(file_database, archive.layer(generation), data)
        (problem,) = problems(file_database.load("archive"))
        where = f"layer below {generation + 1}" if generation < 7 else "newest layer"
        assert problem.startswith(f"The {where} cannot be loaded: {error}: ")


WRAPPED = POSError()
WRAPPED.__cause__ = ValueError("the reason")


@pytest.mark.parametrize("error", [ValueError("the reason"), WRAPPED])
@pytest.mark.parametrize("kind", [AppendStack, Archive, Accumulator])
def test_the_reason_is_given_whether_zodb_wraps_it_or_not(
    file_database, monkeypatch, kind, error
):
    def fail(structure, state):
        raise error

    file_database.store(structure=kind())
    monkeypatch.setattr(kind, "__setstate__", fail)
    (problem,) = problems(file_database.load("structure"))
    assert problem.endswith(" cannot be loaded: ValueError: the reason.")


def test_structures_that_cannot_be_loaded(file_database):
    stack, archive = pair()
    file_database.store(stack=stack, archive=archive, accumulator=Accumulator())
    root = file_database.connect().root()
    for obj in root.values():
        obj._p_activate()
        replace_record(file_database, obj, None)
    root = file_database.connect().root()
    assert [
        p.partition("Error")[0] for p in problems(root["stack"], root["archive"])
    ] == ["The stack cannot be loaded: POSKey", "The archive cannot be loaded: POSKey"]
    assert "The accumulator cannot be loaded" in problems(root["accumulator"])[0]


def test_a_layer_with_the_record_of_another_one(file_database):
    _, archive = pair()
    file_database.store(archive=archive)
    data, _ = load_current(file_database.db.storage, archive.layer(3)._p_oid)
    replace_record(file_database, archive.layer(5), data)
    assert problems(file_database.load("archive")) != []


def test_an_item_without_a_record_is_not_seen(file_database):
    archive = Archive()
    archive.addLayer(0, [PersistentMapping()])
    file_database.store(archive=archive)
    replace_record(file_database, archive.layer(0).items[0], None)
    assert problems(file_database.load("archive")) == []
