"""Replacing the items of a layer, in a stack and in an archive, beside others who write."""

from collective.appendonly import AppendStack
from collective.appendonly import Archive
from collective.appendonly.structures.check import check
from collective.appendonly.structures.layer import ArchiveLayer
from persistent.mapping import PersistentMapping
from transaction.interfaces import TransientError
from ZODB.POSException import ConflictError
from ZODB.POSException import ReadConflictError
from ZODB.POSException import UndoError
from ZODB.utils import get_pickle_metadata

import pytest


EVERYTHING = "abcdefghijklmno"


def erased(generation, by="__", of=EVERYTHING):
    """Return the items, with those of a layer replaced."""
    start = generation * 2
    return of[:start] + by + of[start + 2 :]


def pushed(items, max_layers=2, max_length=2):
    stack, archive = AppendStack(max_layers, max_length), Archive()
    for item in items:
        stack.push(item, archive.addLayer)
    return stack, archive


def store_pushed(database, *arguments):
    stack, archive = pushed(*arguments)
    database.store(stack=stack, archive=archive)


def push(items):
    def change(root):
        for item in items:
            root["stack"].push(item, root["archive"].addLayer)

    return change


def discard(before):
    return lambda root: root["archive"].discard(before)


def replace(name, generation, items):
    return lambda root: root[name].replace(generation, items)


def read(database):
    """Return what stack and archive hold, oldest first, after a check."""
    root = database.connect().root()
    stack, archive = root["stack"], root["archive"]
    check(stack, archive)
    return tuple(
        "".join(item for _, _, item in reversed(list(structure)))
        for structure in (stack, archive)
    )


def written(database, change):
    """Return the classes of the records that a change writes."""
    database.change(change)
    transactions = map(list, database.db.storage.iterator())
    *_, last = transactions
    return [get_pickle_metadata(record.data) for record in last]


@pytest.fixture
def filled(database):
    """A database whose archive has the layers ``ab`` to ``ij``, and its stack ``klmno``.

    That is a layer more than the stack is to have: the next layer that begins prunes two.
    """
    stack, archive = AppendStack(2, 2), Archive()
    for generation in range(5):
        archive.addLayer(generation, EVERYTHING[generation * 2 :][:2])
    stack.__setstate__((2, 2, 5, list("klmno")))
    database.store(stack=stack, archive=archive)
    return database


# In memory


def test_the_items_of_a_layer_of_the_stack_are_replaced():
    stack, _ = pushed("abcdefg")
    assert list(stack.layers()) == [(2, ["e", "f"]), (3, ["g"])]
    stack.replace(2, iter("EF"))
    stack.replace(3, "G")
    assert list(stack) == [(3, 0, "G"), (2, 1, "F"), (2, 0, "E")]
    check(stack)


def test_the_items_of_an_archived_layer_are_replaced():
    stack, archive = pushed("abcdefghij")
    archive.replace(1, iter("CD"))
    assert "".join(item for _, _, item in archive) == "feDCba"
    assert archive.layer(1).items == ("C", "D")
    assert len(archive) == 6
    check(stack, archive)


@pytest.mark.parametrize("generation", [-1, 0, 1, 4, 99])
def test_a_layer_that_is_not_in_the_stack_is_refused(generation):
    stack, _ = pushed("abcdefg")
    with pytest.raises(LookupError, match=f"no items of generation {generation}"):
        stack.replace(generation, "xy")
    assert "".join(item for _, _, item in stack) == "gfe"


@pytest.mark.parametrize("generation", [-1, 0, 3, 99])
def test_a_layer_that_is_not_in_the_archive_is_refused(generation):
    _, archive = pushed("abcdefghij")
    archive.discard(1)
    with pytest.raises(LookupError, match=f"no items of generation {generation}"):
        archive.replace(generation, "xy")
    assert "".join(item for _, _, item in archive) == "fedc"


def upper(items, stack, archive):
    """Change items to upper case, and push a note for each."""
    for item in items:
        stack.push(f"{item}!", archive.addLayer)
        yield item.upper()


def test_notes_that_are_pushed_while_items_of_the_stack_are_replaced():
    stack, archive = pushed("abcdefgh")
    stack.replace(3, upper("gh", stack, archive))
    assert list(stack.layers()) == [(3, ["G", "H"]), (4, ["g!", "h!"])]
    # Now the notes push the layer itself off the stack.
    with pytest.raises(LookupError, match="no items of generation 3"):
        stack.replace(3, upper("GH", stack, archive))
    assert list(stack.layers()) == [(4, ["g!", "h!"]), (5, ["G!", "H!"])]
    assert archive.layer(3).items == ("G", "H")
    check(stack, archive)


def test_notes_that_are_pushed_while_items_of_the_archive_are_replaced():
    stack, archive = pushed("abcdefghij")
    archive.replace(1, upper("cd", stack, archive))
    assert archive.layer(1).items == ("C", "D")
    assert list(stack.layers()) == [(4, ["i", "j"]), (5, ["c!", "d!"])]
    check(stack, archive)


@pytest.mark.parametrize("items", ["", "x", "xyz"])
def test_another_number_of_items_is_refused(items):
    stack, archive = pushed("abcdefghij")
    for structure, generation in (stack, 3), (archive, 2):
        with pytest.raises(ValueError) as caught:
            structure.replace(generation, items)
        assert str(caught.value).startswith(
            f"{structure!r}: layer {generation} holds 2"
        )
        assert str(caught.value).endswith("Pass one for each, in their order.")
    assert "".join(item for _, _, item in [*stack, *archive]) == "jihgfedcba"


def test_a_generation_that_is_no_int_is_refused():
    with pytest.raises(TypeError, match="a generation must be an int, not '1'"):
        Archive().replace("1", "x")


# What is written


def test_the_layer_and_the_archives_record_are_written(file_database):
    store_pushed(file_database, "abcdefghij")
    expected = [(kind.__module__, kind.__name__) for kind in (Archive, ArchiveLayer)]
    assert sorted(written(file_database, replace("archive", 1, "CD"))) == expected
    assert read(file_database) == ("ghij", "abCDef")


def test_the_former_items_are_gone_after_a_pack(file_database):
    store_pushed(file_database, ["bob"] * 10)

    def erase(root):
        for name in "stack", "archive":
            for generation in {generation for generation, _, _ in root[name]}:
                root[name].replace(generation, ["x", "x"])

    file_database.change(erase)
    assert b"bob" in file_contents(file_database)
    file_database.db.pack()
    assert b"bob" not in file_contents(file_database)
    assert read(file_database) == ("xxxx", "xxxxxx")


def file_contents(database):
    with open(database.db.storage.getName(), "rb") as file:
        return file.read()


def test_persistent_items_are_replaced(database):
    stack, archive = pushed([PersistentMapping(who="bob") for _ in range(4)], 1, 2)
    database.store(stack=stack, archive=archive)
    database.change(replace("archive", 0, [PersistentMapping(who="x"), "y"]))
    first, second = database.load("archive").layer(0).items
    assert (dict(first), second) == ({"who": "x"}, "y")


def test_what_a_discard_needs_is_kept(filled):
    for generation in range(5):
        filled.change(replace("archive", generation, "__"))
    filled.change(discard(3))
    assert read(filled) == ("klmno", "____")


# Beside others: the stack


@pytest.mark.parametrize("others", ["p", "pq", "pqrs"])
@pytest.mark.parametrize("generation", [5, 6])
def test_a_replacement_beside_a_push_is_retried(filled, others, generation):
    with pytest.raises(ConflictError):
        filled.race(push(others), replace("stack", generation, "__"))
    filled.change(
        lambda root: replace(holder(root, generation), generation, "__")(root)
    )
    assert "".join(reversed(read(filled))) == erased(generation) + others


def holder(root, generation):
    """Return where a layer is now: the push may have archived it."""
    return "stack" if generation >= root["stack"].first_generation else "archive"


@pytest.mark.parametrize("others", ["p", "pq", "pqrs"])
@pytest.mark.parametrize("generation", [5, 6])
def test_a_push_beside_a_replacement_is_retried(filled, others, generation):
    with pytest.raises(ConflictError):
        filled.race(replace("stack", generation, "__"), push(others))
    filled.change(push(others))
    assert "".join(reversed(read(filled))) == erased(generation) + others


# Beside others: the archive


@pytest.mark.parametrize("generation", range(5))
def test_a_replacement_and_an_addition_do_not_conflict(filled, generation):
    def prune(root):
        root["stack"].prune(root["archive"].addLayer, keep=2)

    filled.race(replace("archive", generation, "__"), prune)
    assert read(filled) == ("mno", erased(generation)[:12])
    filled.race(push("pq"), replace("archive", generation, "++"))
    assert read(filled) == ("opq", erased(generation, "++")[:14])


@pytest.mark.parametrize("generation", range(5))
def test_adding_layers_on_a_layer_that_is_replaced_is_retried(filled, generation):
    try:
        filled.race(replace("archive", generation, "__"), push("pq"))
    except ReadConflictError:
        assert generation == 4  # the newest
        filled.change(push("pq"))
    else:
        assert generation < 4
    assert read(filled) == ("opq", erased(generation)[:14])


@pytest.mark.parametrize("before", range(1, 6))
@pytest.mark.parametrize("generation", range(5))
@pytest.mark.parametrize("discards_first", [True, False])
def test_a_discard_and_a_replacement_merge_or_conflict(
    filled, generation, before, discards_first
):
    changes = discard(before), replace("archive", generation, "__")
    try:
        filled.race(*(changes if discards_first else changes[::-1]))
    except TransientError:
        discarded, replaced = discards_first, not discards_first
    else:
        discarded = replaced = True
    expected = erased(generation)[:10] if replaced else EVERYTHING[:10]
    assert read(filled) == ("klmno", expected[2 * before :] if discarded else expected)


def test_two_replacements_of_one_layer_conflict(filled):
    with pytest.raises(ConflictError):
        filled.race(replace("archive", 2, "__"), replace("archive", 2, "++"))
    assert read(filled) == ("klmno", "abcd__ghij")


def test_a_layer_that_a_merge_has_replaced_is_replaced_too(file_database):
    """Another transaction may still build on it, and the archive keeps it from being packed."""
    store_pushed(file_database, ["bob"] * 5, 2, 1)
    file_database.race(
        lambda root: root["stack"].prune(root["archive"].addLayer, keep=1),
        lambda root: root["stack"].prune(root["archive"].addLayer),
    )
    (replaced,) = file_database.load("archive")._replaced
    assert replaced[0] == 3
    assert replaced[1].items == ("bob",)

    def erase(root):
        for generation in range(5):
            root["archive"].replace(generation, "x")

    file_database.change(erase)
    file_database.db.pack()
    assert b"bob" not in file_contents(file_database)
    (replaced,) = file_database.load("archive")._replaced
    assert replaced[1].items == ("x",)
    check(file_database.load("archive"))


# Undo


def test_undo_of_a_replacement_brings_the_former_items_back(file_database):
    store_pushed(file_database, "abcdefghij")
    file_database.change(
        lambda root: (
            replace("stack", 4, "__")(root),
            replace("archive", 1, "__")(root),
        ),
        note="replace",
    )
    assert read(file_database) == ("gh__", "ab__ef")
    file_database.undo("replace")
    assert read(file_database) == ("ghij", "abcdef")


def test_undo_of_an_archiving_does_not_bring_replaced_items_back(file_database):
    store_pushed(file_database, "abcd")
    file_database.change(push("e"), note="archives ab")
    assert read(file_database) == ("cde", "ab")
    file_database.change(replace("archive", 0, "__"))
    with pytest.raises(UndoError):
        file_database.undo("archives ab")
    assert read(file_database) == ("cde", "__")


def test_undo_of_a_push_does_not_bring_replaced_items_back(file_database):
    store_pushed(file_database, "a")
    file_database.change(push("b"), note="push b")
    file_database.change(replace("stack", 0, "__"))
    file_database.undo("push b")  # what was pushed did happen: it stays
    assert read(file_database) == ("__", "")
