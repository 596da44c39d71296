"""Undo of changes to a stack and its archive, in a real storage.

The storage decides for each record: one that was not changed since is set back without
a question, one that was changed is given to the conflict resolution with the previous
state as *new*. So stack and archive may be asked or not, independently, and must agree.
"""

from collective.appendonly import AppendStack
from collective.appendonly import Archive
from collective.appendonly.structures.check import check
from persistent.mapping import PersistentMapping
from ZODB.POSException import ConflictError
from ZODB.POSException import POSKeyError
from ZODB.POSException import UndoError

import pytest


def push(*items):
    def change(root):
        for item in items:
            root["stack"].push(item, root["archive"].addLayer)

    return change


def prune(keep):
    return lambda root: root["stack"].prune(root["archive"].addLayer, keep)


def discard(before):
    return lambda root: root["archive"].discard(before)


def read(database):
    """Return (items of the stack, items of the archive), after a check."""
    root = database.connect().root()
    stack, archive = root["stack"], root["archive"]
    check(stack, archive)
    assert len(archive) == len(list(archive))
    return tuple(
        "".join(item for _, _, item in reversed(list(structure)))
        for structure in (stack, archive)
    )


@pytest.fixture
def undoing(file_database):
    """A database with a stack of two layers of two items, and its archive."""
    file_database.store(stack=AppendStack(2, 2), archive=Archive())
    return file_database


@pytest.fixture
def pruned(undoing):
    """Such a database after the push of ``e``, which is to be undone, archived ``ab``."""
    undoing.change(push(*"abcd"))
    undoing.change(push("e"), note="to undo")
    return undoing


# Pushes that pruned nothing


def test_undo_of_the_newest_push_sets_the_record_back(undoing):
    undoing.change(push("a"))
    undoing.change(push("b"), note="to undo")
    undoing.undo("to undo")
    assert read(undoing) == ("a", "")


def test_undo_of_an_earlier_push_leaves_the_item(undoing):
    undoing.change(push("a"), note="to undo")
    undoing.change(push("b"))
    undoing.undo("to undo")
    assert read(undoing) == ("ab", "")


def test_undo_of_a_push_whose_item_was_archived_since(undoing):
    undoing.change(push("a"), note="to undo")
    undoing.change(push(*"bcdef"))
    undoing.undo("to undo")
    assert read(undoing) == ("cdef", "ab")


# Pushes that pruned: the four combinations


def test_stack_and_archive_are_set_back(pruned):
    assert read(pruned) == ("cde", "ab")
    pruned.undo("to undo")
    assert read(pruned) == ("abcd", "")


def test_the_stack_is_asked_and_the_archive_is_set_back(pruned):
    pruned.change(push("f"))
    pruned.undo("to undo")
    assert read(pruned) == ("abcdef", "")
    pruned.change(push("g"))
    assert read(pruned) == ("efg", "abcd")


def test_the_archive_is_asked_and_the_stack_is_set_back(undoing):
    undoing.change(push(*"abcdefgh"))
    undoing.change(push("i"), note="to undo")
    assert read(undoing) == ("ghi", "abcdef")
    undoing.change(discard(1))
    undoing.undo("to undo")
    assert read(undoing) == ("efgh", "cd")


def test_stack_and_archive_are_asked(undoing):
    undoing.change(push(*"abcdefgh"))
    undoing.change(push("i"), note="to undo")
    undoing.change(discard(1))
    undoing.change(push("j"))
    undoing.undo("to undo")
    assert read(undoing) == ("efghij", "cd")
    undoing.change(push("k"))
    assert read(undoing) == ("ijk", "cdefgh")


def test_a_discard_of_the_layer_stops_the_undo(pruned):
    pruned.change(discard(99))
    with pytest.raises(UndoError):
        pruned.undo("to undo")
    assert read(pruned) == ("cde", "")
    assert pruned.load("archive").horizon == 1
    pruned.change(push("f"))
    with pytest.raises(UndoError):
        pruned.undo("to undo")
    assert read(pruned) == ("cdef", "")


def test_a_discard_of_one_of_two_layers_stops_the_undo(undoing):
    undoing.change(push(*"abcdef"))
    undoing.change(prune(keep=0), note="to undo")
    undoing.change(discard(2))
    with pytest.raises(UndoError):
        undoing.undo("to undo")
    assert read(undoing) == ("", "ef")
    assert undoing.load("archive").horizon == 2


def test_a_discard_of_all_older_layers_does_not_stop_the_undo(undoing):
    undoing.change(push(*"abcdef"))
    undoing.change(prune(keep=1))
    undoing.change(prune(keep=0), note="to undo")
    undoing.change(discard(1))
    undoing.undo("to undo")
    assert read(undoing) == ("ef", "cd")


def test_a_discard_that_changed_the_layer_stops_the_undo(undoing):
    undoing.change(push(*"abcdef"))
    undoing.change(push("g"), note="to undo")
    before = read(undoing)
    undoing.change(discard(1))  # layer 1 is now the last, it was written again
    with pytest.raises(UndoError):
        undoing.undo("to undo")
    assert read(undoing) == (before[0], "cd")


# Pushes that pruned, and others pruned since


def test_layers_under_newer_ones_stop_the_undo(pruned):
    """The storage would remove the record of the layer that the newer one refers to."""
    pruned.change(push(*"fg"))
    before = read(pruned)
    assert before == ("efg", "abcd")
    with pytest.raises(UndoError):
        pruned.undo("to undo")
    assert read(pruned) == before


def test_a_stack_without_archive_stays_as_it_is(file_database):
    file_database.store(stack=AppendStack(2, 2))
    file_database.change(lambda root: [root["stack"].push(i) for i in "abcd"])
    file_database.change(lambda root: root["stack"].push("e"), note="to undo")
    file_database.change(lambda root: [root["stack"].push(i) for i in "fg"])
    file_database.undo("to undo")
    stack = file_database.load("stack")
    assert list(stack.layers()) == [(2, ["e", "f"]), (3, ["g"])]


def test_both_sides_of_a_race_pruned_the_same_layer(undoing):
    undoing.change(push(*"abcd"))
    one, two = undoing.connect(), undoing.connect()
    push("e")(one.root())
    push("f")(two.root())
    one.transaction_manager.get().note("to undo")
    one.transaction_manager.commit()
    two.transaction_manager.commit()
    assert read(undoing) == ("cdef", "ab")
    undoing.undo("to undo")
    assert read(undoing) == ("abcdef", "")
    undoing.change(push("g"))
    assert read(undoing) == ("efg", "abcd")


# Undo while others are at work


def test_an_addition_to_a_layer_that_undo_removed_is_refused(pruned):
    slow = pruned.connect()
    push(*"fg")(slow.root())
    pruned.undo("to undo")
    with pytest.raises(ConflictError):
        slow.transaction_manager.commit()
    assert read(pruned) == ("abcd", "")


def test_a_push_that_began_before_layers_came_back(file_database):
    file_database.store(stack=AppendStack(2, 3), archive=Archive())
    file_database.change(push(*"abcdef"))
    file_database.change(push("g"), note="to undo")
    file_database.change(push("h"))
    slow = file_database.connect()
    push("i")(slow.root())
    file_database.undo("to undo")
    slow.transaction_manager.commit()
    assert read(file_database) == ("abcdefghi", "")


def test_undo_of_undo_prunes_again(pruned):
    pruned.change(push("f"))
    pruned.undo("to undo")
    assert read(pruned) == ("abcdef", "")
    pruned.undo("undo")
    assert read(pruned) == ("cdef", "ab")


def test_several_layers_on_one_that_undo_removed(pruned):
    """The merge cannot see it, since its generation was archived again."""
    pruned.race(push("f"), push("g"), push("h"))
    assert read(pruned) == ("cdefgh", "ab")
    slow = pruned.connect()
    push("j")(slow.root())
    assert slow.root()["archive"].generation == 2
    pruned.undo("to undo")
    pruned.change(prune(keep=2))
    assert read(pruned) == ("efgh", "abcd")
    with pytest.raises((ConflictError, POSKeyError)):
        slow.transaction_manager.commit()
    assert read(pruned) == ("efgh", "abcd")


# Other things that can be undone


def test_undo_of_the_newest_discard_sets_everything_back(undoing):
    undoing.change(push(*"abcdefgh"))
    undoing.change(discard(1), note="to undo")
    assert read(undoing) == ("efgh", "cd")
    undoing.undo("to undo")
    assert read(undoing) == ("efgh", "abcd")


def test_undo_of_an_earlier_discard_leaves_the_items_discarded(undoing):
    undoing.change(push(*"abcdefghi"))
    undoing.change(discard(1), note="to undo")
    undoing.change(push(*"jk"))
    undoing.undo("to undo")
    assert read(undoing) == ("ijk", "cdefgh")
    undoing.change(discard(2))
    assert read(undoing) == ("ijk", "efgh")
    undoing.db.pack()
    assert read(undoing) == ("ijk", "efgh")


def test_an_addition_during_the_undo_of_a_discard_is_refused(undoing):
    undoing.change(push(*"abcdefgh"))
    undoing.change(discard(1), note="to undo")
    slow = undoing.connect()
    push("i")(slow.root())
    undoing.undo("to undo")
    with pytest.raises(ConflictError):
        slow.transaction_manager.commit()
    assert read(undoing) == ("efgh", "abcd")


def test_undo_of_one_of_two_discards_brings_nothing_back(undoing):
    undoing.change(push(*"abcdefghij"))
    undoing.change(discard(1), note="to undo")
    undoing.change(discard(2))
    undoing.undo("to undo")
    assert read(undoing) == ("ghij", "ef")


def test_a_discard_of_layers_that_undo_has_taken_back_is_refused(undoing):
    undoing.change(push("a"))
    undoing.change(prune(keep=0), note="to undo")
    slow = undoing.connect()
    assert slow.root()["archive"].discard(1) == 1
    undoing.undo("to undo")
    undoing.change(push(*"bcdef"))
    assert read(undoing) == ("cdef", "ab")
    with pytest.raises((ConflictError, POSKeyError)):
        slow.transaction_manager.commit()
    assert read(undoing) == ("cdef", "ab")


def test_undo_of_an_earlier_resize_is_refused(undoing):
    undoing.change(lambda root: root["stack"].resize(max_layers=3), note="to undo")
    undoing.change(push("a"))
    with pytest.raises(UndoError):
        undoing.undo("to undo")
    assert undoing.load("stack").max_layers == 3


def test_undo_of_pushed_persistent_objects_is_refused(undoing):
    """The item would stay, and the storage would remove the object it refers to."""
    undoing.change(push(PersistentMapping(name="a")), note="to undo")
    undoing.change(push("b"))
    with pytest.raises(UndoError):
        undoing.undo("to undo")
    ((_, _, item),) = undoing.load("stack").older(0, 1)
    assert item["name"] == "a"


def test_undo_of_the_newest_push_of_a_persistent_object(undoing):
    undoing.change(push("a"))
    undoing.change(push(PersistentMapping(name="b")), note="to undo")
    undoing.undo("to undo")
    assert read(undoing) == ("a", "")
