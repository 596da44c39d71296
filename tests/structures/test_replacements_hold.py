"""A replacement is never undone by a transaction that carries a copy of former items.

Bob is to be erased: his items are replaced, in the stack or in the archive, while other
transactions have begun and not yet committed. Each of those either commits and leaves
the replacement in place, or gets a ConflictError and is retried.
"""

from collective.appendonly import AppendStack
from collective.appendonly import Archive
from collective.appendonly.structures.archive import merge as merge_archive
from collective.appendonly.structures.check import check
from ZODB.POSException import ConflictError
from ZODB.POSException import UndoError

import pytest


def push(*items):
    def change(root):
        for item in items:
            root["stack"].push(item, root["archive"].addLayer)

    return change


def prune(keep):
    return lambda root: root["stack"].prune(root["archive"].addLayer, keep)


def replace(name, generation, *items):
    return lambda root: root[name].replace(generation, items)


def discard(before):
    return lambda root: root["archive"].discard(before)


def read(database):
    """Return what archive and stack hold, oldest first, after a check."""
    root = database.connect().root()
    check(root["stack"], root["archive"])
    items = [[item for *_, item in root[name]] for name in ("archive", "stack")]
    return tuple(" ".join(reversed(each)) for each in items)


def begin(database, change):
    """Return a transaction that has made a change, to be committed later."""
    connection = database.connect()
    for structure in connection.root().values():
        structure._p_activate()
    change(connection.root())
    return connection.transaction_manager


def refused(*managers):
    for manager in managers:
        with pytest.raises(ConflictError):
            manager.commit()
        manager.abort()


def store(database, max_layers, max_length, *items):
    stack = AppendStack(max_layers, max_length)
    database.store(stack=stack, archive=Archive())
    database.change(push(*items))


@pytest.fixture
def crowded(database):
    """A database with a stack of 2 x 2 that holds a layer too many, with Bob in the oldest."""
    store(database, 2, 2, "Bob", "b", "c")
    first, second, third = [begin(database, push(item)) for item in ("d", "e", "f")]
    first.commit()
    database.early = begin(database, push("g"))  # hands over layer 0
    second.commit()
    third.commit()
    return database


# In the archive


def test_a_layer_that_another_transaction_has_archived_and_that_was_replaced(crowded):
    late = begin(crowded, push("h"))  # hands over layers 0 and 1
    crowded.early.commit()
    crowded.change(replace("archive", 0, "erased", "b"))
    refused(late)
    assert read(crowded) == ("erased b", "c d e f g")
    crowded.change(push("h"))
    assert read(crowded) == ("erased b", "c d e f g h")


def test_a_replacement_that_began_before_its_layer_was_exchanged(crowded):
    """The record that it has written is no longer part of the archive."""
    late = begin(crowded, push("h"))
    crowded.early.commit()
    replacement = begin(crowded, replace("archive", 0, "erased", "b"))
    late.commit()
    refused(replacement)
    assert read(crowded) == ("Bob b c d", "e f g h")
    crowded.change(replace("archive", 0, "erased", "b"))
    assert read(crowded) == ("erased b c d", "e f g h")


def test_a_layer_that_goes_on_top_of_one_that_was_exchanged_and_replaced(database):
    store(database, 4, 1, "Bob", "b", "c", "d")
    late = begin(database, prune(keep=2))
    database.change(prune(keep=3))
    last = begin(database, prune(keep=1))  # on top of the layer that late exchanges
    late.commit()
    database.change(replace("archive", 0, "erased"))
    refused(last)
    assert read(database) == ("erased b", "c d")


def archive_and_replace(keep):
    return lambda root: (prune(keep)(root), replace("archive", 0, "erased")(root))


@pytest.mark.parametrize("others, keeps_its_own", [(2, True), (1, False), (0, False)])
def test_a_transaction_that_replaces_what_it_archives(database, others, keeps_its_own):
    store(database, 3, 1, "Bob", "b", "c")
    slow = begin(database, archive_and_replace(keep=1))
    database.change(prune(keep=others))
    if keeps_its_own:
        slow.commit()
        assert read(database) == ("erased b", "c")
    else:
        refused(slow)
        assert read(database)[0].startswith("Bob b")


@pytest.mark.parametrize("mine, archives_more", [(2, False), (1, False), (0, True)])
def test_others_have_replaced_what_they_archived(database, mine, archives_more):
    store(database, 3, 1, "Bob", "b", "c")
    slow = begin(database, prune(keep=mine))
    database.change(archive_and_replace(keep=1))
    if archives_more:
        refused(slow)
    else:
        slow.commit()
    assert read(database) == ("erased b", "c")


@pytest.mark.parametrize("generation", [0, 1])
def test_a_push_that_archives_nothing_is_not_refused(crowded, generation):
    slow = begin(crowded, lambda root: root["stack"].push("h"))
    crowded.change(prune(keep=1))
    crowded.change(replace("archive", generation, "x", "y"))
    slow.commit()
    expected = ["Bob b", "c d"]
    expected[generation] = "x y"
    assert read(crowded) == (" ".join(expected), "e f h")


def test_a_layer_that_is_added_to_one_that_was_replaced_meanwhile(database):
    store(database, 2, 2, "Bob", "b", "c", "d", "e")
    for item in "fghijklm":
        slow = begin(database, push(item))
        database.change(replace("archive", 0, "erased", item))
        slow.commit()
    assert read(database) == ("erased m c d e f g h i j", "k l m")


def test_replacements_of_two_layers_conflict(database):
    store(database, 1, 2, *"abcdef")
    one, two = [
        begin(database, replace("archive", generation, "x", "y"))
        for generation in (0, 1)
    ]
    one.commit()
    refused(two)
    assert read(database) == ("x y c d", "e f")


def test_more_layers_than_the_archive_remembers_exchanges_for(database):
    """So it cannot tell whether a replacement reached the layers that others build on."""
    store(database, 200, 1, "Bob", *map(str, range(100)))
    late = begin(database, prune(keep=99))
    database.change(prune(keep=100))
    last = begin(database, prune(keep=10))
    replacement = begin(database, replace("archive", 0, "too late"))
    late.commit()
    database.change(prune(keep=20))
    assert database.load("archive")._replaced == ()
    refused(replacement)
    database.change(replace("archive", 0, "erased"))
    refused(last)
    assert read(database)[0].startswith("erased 0 1 2 ")


def test_a_discard_does_not_bring_former_items_back(crowded):
    late = begin(crowded, push("h"))
    crowded.early.commit()
    crowded.change(replace("archive", 0, "erased", "b"))
    crowded.change(discard(1))
    refused(late)
    assert read(crowded) == ("", "c d e f g")


# In the stack


def test_a_layer_that_was_replaced_in_the_stack_and_archived_since(database):
    store(database, 3, 1, "Bob", "b", "c")
    late = begin(database, push("d", "e"))  # hands over layers 0 and 1
    database.change(replace("stack", 0, "erased"))
    database.change(push("f"))
    assert read(database) == ("erased", "b c f")
    refused(late)
    assert read(database) == ("erased", "b c f")


@pytest.mark.parametrize("others", [["f"], ["f", "g"], ["f", "g", "h"]])
@pytest.mark.parametrize("change", [prune(keep=0), prune(keep=2), push("d")])
def test_what_was_begun_before_a_replacement_is_refused(database, change, others):
    store(database, 3, 1, "Bob", "b", "c")
    late = begin(database, change)
    database.change(replace("stack", 0, "erased"))
    for item in others:
        database.change(push(item))
    refused(late)
    assert " ".join(read(database)).split() == ["erased", "b", "c", *others]


def test_a_resize_that_was_begun_before_a_replacement_is_refused(database):
    store(database, 3, 1, "Bob", "b", "c")
    late = begin(
        database,
        lambda root: root["stack"].resize(
            max_length=2, pruner=root["archive"].addLayer
        ),
    )
    database.change(replace("stack", 0, "erased"))
    refused(late)
    assert read(database) == ("", "erased b c")


def test_a_replacement_after_savepoints(database):
    store(database, 3, 1, "Bob", "b", "c")
    late = begin(database, push("d", "e"))

    def change(root):
        manager = root["stack"]._p_jar.transaction_manager
        push("1")(root)
        manager.savepoint()
        replace("stack", 1, "B")(root)
        savepoint = manager.savepoint()
        replace("stack", 1, "x")(root)
        savepoint.rollback()
        replace("archive", 0, "erased")(root)

    database.change(change)
    assert read(database) == ("erased", "B c 1")
    refused(late)
    late = begin(database, push("d", "e"))
    database.change(replace("stack", 1, "C"))
    refused(late)
    assert read(database) == ("erased", "C c 1")


def test_replacements_of_a_stack_that_was_never_stored(database):
    stack = AppendStack(2, 2)
    stack.push("Bob")
    stack.replace(0, ["erased"])
    assert len(stack.__getstate__()) == 4
    database.store(stack=stack, archive=Archive())
    database.race(push("b"), push("c"))
    assert read(database) == ("", "erased b c")


# After an undo, the number of replacements may be the same again


def test_a_copy_of_an_undone_replacement_in_the_stack(file_database):
    store(file_database, 3, 1, "Bob", "b", "c")
    file_database.change(replace("stack", 0, "half erased"), note="half")
    late = begin(file_database, push("d", "e"))
    file_database.undo("half")
    file_database.change(replace("stack", 0, "erased"))
    file_database.change(push("f"))
    refused(late)
    assert read(file_database) == ("erased", "b c f")


def test_a_copy_of_an_undone_replacement_in_the_archive(file_database):
    store(file_database, 4, 1, "a", "Bob", "c", "d", "e")
    file_database.change(replace("archive", 0, "x"), note="x")
    late = begin(file_database, prune(keep=1))  # with Bob in layer 1
    file_database.undo("x")
    file_database.change(prune(keep=3))
    file_database.change(replace("archive", 1, "erased"))
    refused(late)
    assert read(file_database) == ("a erased", "c d e")


def test_a_replacement_is_kept_when_an_earlier_one_is_undone(file_database):
    store(file_database, 1, 1, "a", "b", "c")
    file_database.change(replace("archive", 0, "x"), note="x")
    file_database.change(replace("archive", 1, "y"))
    with pytest.raises(UndoError):
        file_database.undo("x")
    assert read(file_database) == ("x y", "c")


def test_undo_of_a_replacement_on_top_of_which_others_have_worked(file_database):
    store(file_database, 1, 1, "a", "b", "c")
    for name, generation in [("stack", 2), ("archive", 0)]:
        file_database.change(replace(name, generation, "x"), note=name)
        file_database.change(push("d"))
    with pytest.raises(UndoError):
        file_database.undo("stack")
    assert read(file_database) == ("x b x d", "d")
    file_database.undo("archive")  # its layer was not written since
    assert read(file_database) == ("a b x d", "d")


# With states


def state(generation, head, rewritten=None, replaced=()):
    state = {
        **{"_head": head, "_generation": generation, "_total": generation + 1},
        **{"_horizon": 0, "_discarded": 0},
    }
    state |= {"_replaced": replaced} if replaced else {}
    return state | ({"_rewritten": rewritten} if rewritten else {})


def test_the_mark_of_the_last_replacement_is_kept():
    old, mark = state(1, "a"), b"serial 1"
    added, replaced = state(2, "b"), state(1, "a", mark)
    assert merge_archive(old, added, replaced) == state(2, "b", mark)
    assert merge_archive(old, replaced, added) == state(2, "b", mark)
    undone = merge_archive(replaced, state(2, "b", mark), old)
    assert undone == state(2, "b")


def test_layers_that_were_exchanged_before_are_not_in_the_way_of_a_replacement():
    replaced = ((1, "x"),)
    old = state(3, "a", None, replaced)
    added, marked = state(4, "b", None, replaced), state(3, "a", b"serial 1", replaced)
    assert merge_archive(old, added, marked) == state(4, "b", b"serial 1", replaced)
