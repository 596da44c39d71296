"""AppendStack: what becomes of concurrent changes.

Each rule is shown twice: with three states, and with two connections to a storage.
Stacks have two layers of three items unless a test says otherwise.
"""

from collective.appendonly import AppendStack
from collective.appendonly import Archive
from collective.appendonly.structures.append_stack import merge
from collective.appendonly.structures.check import check
from decimal import Decimal
from persistent.mapping import PersistentMapping
from ZODB.POSException import ConflictError

import pytest


def state(items, first=0, max_layers=2, max_length=3):
    return max_layers, max_length, first, list(items)


def filled(items, max_layers=2, max_length=3):
    stack = AppendStack(max_layers, max_length)
    stack.__setstate__(state(items, 0, max_layers, max_length))
    return stack


def push(items):
    """A change: push the items, the archive takes what is pruned."""

    def change(root):
        for item in items:
            root["stack"].push(item, root["archive"].addLayer)

    return change


def prune(root):
    root["stack"].prune(root["archive"].addLayer)


def read(database):
    """Return (first generation, items of the stack, items of the archive)."""
    root = database.connect().root()
    stack, archive = root["stack"], root["archive"]
    check(stack, archive)
    items = [item for _, _, item in reversed(list(stack))]
    archived = [item for _, _, item in reversed(list(archive))]
    return stack.first_generation, items, archived


# What is merged


def test_items_of_new_come_after_those_of_committed():
    merged = merge(state("a"), state("ab"), state("ac"))
    assert merged == state("abc")


def test_two_pushes(database):
    database.store(stack=filled("a"), archive=Archive())
    database.race(push("b"), push("c"))
    assert read(database) == (0, ["a", "b", "c"], [])


def test_many_pushes_in_the_order_of_commits(database):
    database.store(stack=AppendStack(3, 4), archive=Archive())
    database.race(*(push([(n, 0), (n, 1)]) for n in range(5)))
    expected = [(n, i) for n in range(5) for i in range(2)]
    assert read(database) == (0, expected, [])


def test_a_merge_fills_the_layer_and_begins_the_next():
    merged = merge(state("ab"), state("abc"), state("abde"))
    assert merged == state("abcde")


def test_a_merge_drops_nothing_that_was_not_pruned():
    merged = merge(state("abcde"), state("abcdef"), state("abcdeg"))
    assert merged == state("abcdefg")  # three layers, for the next push


def test_the_surplus_of_a_merge_goes_with_the_next_layer_that_begins(database):
    database.store(stack=filled("abcde"), archive=Archive())
    database.race(push("f"), push("g"))
    database.change(push("h"))
    database.change(push("i"))
    assert read(database) == (0, list("abcdefghi"), [])
    database.change(push("j"))
    assert read(database) == (2, list("ghij"), list("abcdef"))


def test_a_layer_that_new_pruned_is_dropped_from_committed():
    merged = merge(state("abcdef"), state("abcdef"), state("defg", first=1))
    assert merged == state("defg", first=1)
    merged = merge(state("abcde"), state("abcdex"), state("defg", first=1))
    assert merged == state("dexfg", first=1)


def test_a_layer_that_committed_pruned_stays_away():
    merged = merge(state("abcde"), state("defg", first=1), state("abcdeh"))
    assert merged == state("defgh", first=1)


def test_both_sides_prune_the_same_layer():
    merged = merge(state("abcdef"), state("defg", first=1), state("defh", first=1))
    assert merged == state("defgh", first=1)


@pytest.mark.parametrize(
    "before, one, other",
    [("abcde", "fg", "h"), ("abcde", "f", "gh"), ("abcdef", "g", "h")],
    ids=["one side", "the other", "both sides"],
)
def test_who_prunes(database, before, one, other):
    database.store(stack=filled(before), archive=Archive())
    database.race(push(one), push(other))
    assert read(database) == (1, list("defgh"), list("abc"))


def test_the_sides_prune_different_numbers_of_layers():
    old = state("abcdefg")
    one, two = state("defgh", first=1), state("gijk", first=2)
    assert merge(old, one, two) == state("ghijk", first=2)
    assert merge(old, two, one) == state("gijkh", first=2)


@pytest.mark.parametrize("changes", [("h", "ijk"), ("ijk", "h")])
def test_different_numbers_of_layers(database, changes):
    database.store(stack=filled("abcdef"), archive=Archive())
    database.race(push("g"), push("1"), push("2"), push("3"))
    database.race(*map(push, changes))
    first, items, archived = read(database)
    assert archived + items == list("abcdefg123" + "".join(changes))


def test_committed_may_be_generations_ahead():
    merged = merge(state("ab"), state("xyz", first=9), state("abc"))
    assert merged == state("xyzc", first=9)


def test_a_slow_transaction_is_overtaken_by_generations(database):
    database.store(stack=filled("ab"), archive=Archive())
    slow = database.connect()
    push("!")(slow.root())
    for letter in "cdefghijklmnop":
        database.change(push(letter))
    slow.transaction_manager.commit()
    first, items, archived = read(database)
    assert archived + items == list("abcdefghijklmnop!")


def test_new_that_added_nothing_changes_nothing():
    assert merge(state("a"), state("ab"), state("a")) == state("ab")


def test_committed_that_changed_nothing_changes_nothing():
    assert merge(state("a"), state("a"), state("ab")) == state("ab")


def test_full_layers_may_be_pruned_by_hand_while_others_push():
    merged = merge(state("abcd"), state("abcde"), state("d", first=1))
    assert merged == state("de", first=1)


def test_a_layer_that_committed_pruned_before_it_was_full():
    merged = merge(state("abcd"), state("", first=2), state("abcde"))
    assert merged == state("e", first=2)


def test_everything_is_pruned_during_a_push(database):
    database.store(stack=filled("abcd"), archive=Archive())
    database.race(prune, push("e"))
    assert read(database) == (2, ["e"], list("abcd"))


# A log that is put on top of another archive


def put_on_another_archive(layers):
    """A change: put everything on top of an archive of so many layers, and go on there."""

    def change(root):
        other = Archive()
        for generation in range(layers):
            other.addLayer(generation, "xyz")

        def add(generation, items):
            other.addLayer(other.generation + 1, items)

        for layer in reversed(list(root["archive"].layers())):
            add(layer.generation, layer.items)
        root["stack"].prune(add)
        root["stack"].restart(other.generation + 1)
        root["archive"] = other

    return change


LENGTHS = [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("layers", [0, 1, 2, 3, 9])
@pytest.mark.parametrize("length", LENGTHS)
def test_a_push_that_commits_after_a_restart_goes_on_top(database, length, layers):
    items = list("abcdef")[:length]
    database.store(stack=filled(items), archive=Archive())
    database.race(put_on_another_archive(layers), push("1"), push("2"))
    first, stack, archived = read(database)
    assert first == layers + -(-length // 3)
    assert (archived, stack) == (list("xyz" * layers) + items, ["1", "2"])


@pytest.mark.parametrize("layers", [1, 2, 3, 9])
@pytest.mark.parametrize("length", LENGTHS)
def test_a_push_that_commits_before_a_restart_refuses_it(database, length, layers):
    items = list("abcdef")[:length]
    database.store(stack=filled(items), archive=Archive())
    with pytest.raises(ConflictError):
        database.race(push("1"), put_on_another_archive(layers))
    # Tried again, it takes along what was pushed.
    database.change(put_on_another_archive(layers))
    _, stack, archived = read(database)
    assert (archived, stack) == (list("xyz" * layers) + items + ["1"], [])


def test_a_push_of_long_ago_goes_on_top_of_all(database):
    database.store(stack=filled("abcdef"), archive=Archive())
    late = database.connect()
    late.root()["archive"]._p_activate()
    push("1")(late.root())  # archives a layer, in an archive that will be of no use
    database.change(push("23"))
    database.change(put_on_another_archive(2))
    database.change(push("4567"))
    late.transaction_manager.commit()
    _, stack, archived = read(database)
    assert archived + stack == list("xyzxyzabcdef2345671")


# What is refused


@pytest.mark.parametrize("changed", [{"max_layers": 5}, {"max_length": 5}])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_limits_that_differ_are_refused(changed, place):
    states = [state("a"), state("a"), state("ab")]
    states[place] = state(states[place][3], **changed)
    with pytest.raises(ConflictError, match="limits were changed"):
        merge(*states)


@pytest.mark.parametrize("limits", [{"max_layers": 5}, {"max_length": 5}])
def test_resize_conflicts_with_push(database, limits):
    def resize(root):
        root["stack"].resize(pruner=root["archive"].addLayer, **limits)

    database.store(stack=filled("a"), archive=Archive())
    with pytest.raises(ConflictError):
        database.race(push("b"), resize)
    with pytest.raises(ConflictError):
        database.race(resize, push("c"))


def test_items_that_new_pushed_and_pruned_are_refused():
    with pytest.raises(ConflictError, match="pruned items that old did not have"):
        merge(state("ab"), state("abx"), state("hi", first=2))


def test_more_pushes_than_the_window_holds_conflict(database):
    database.store(stack=filled("ab"), archive=Archive())
    with pytest.raises(ConflictError):
        database.race(push("x"), push("cdefghi"))
    assert read(database) == (0, ["a", "b", "x"], [])


def test_as_many_pushes_as_promised_do_not_conflict(database):
    database.store(stack=filled("abcdef"), archive=Archive())
    database.race(push("123"), push("456"), push("789"))
    first, items, archived = read(database)
    assert archived + items == list("abcdef123456789")


def test_a_layer_that_was_not_full_is_not_pruned_under_a_push(database):
    database.store(stack=filled("abcd"), archive=Archive())
    with pytest.raises(ConflictError):
        database.race(push("e"), prune)
    assert read(database) == (0, list("abcde"), [])


@pytest.mark.parametrize("items", ["Xb", "aX", "a"])
def test_items_that_were_replaced_or_removed_in_committed_are_refused(items):
    with pytest.raises(ConflictError, match="in committed"):
        merge(state("ab"), state(items), state("abc"))


@pytest.mark.parametrize("items", ["Xbc", "aXc", "Xb"])
def test_items_that_were_replaced_in_new_are_refused(items):
    with pytest.raises(ConflictError, match="in new"):
        merge(state("ab"), state("abx"), state(items))


def test_items_that_were_replaced_in_new_where_some_are_missing_are_refused():
    with pytest.raises(ConflictError, match="replaced in new"):
        merge(state("ab"), state("abx"), state("X"))


def test_replaced_items_in_layers_that_remain_are_refused():
    with pytest.raises(ConflictError, match="in new"):
        merge(state("abcdef"), state("abcdef"), state("dXfg", first=1))
    with pytest.raises(ConflictError, match="in committed"):
        merge(state("abcdef"), state("dXfg", first=1), state("defh", first=1))


def replace(root):
    root["stack"]._items[0] = "X"
    root["stack"]._p_changed = True


def test_a_replaced_item_conflicts(database):
    database.store(stack=filled("ab"), archive=Archive())
    with pytest.raises(ConflictError):
        database.race(push("c"), replace)
    with pytest.raises(ConflictError):
        database.race(replace, push("c"))


def test_new_that_pruned_while_undo_brought_layers_back_is_refused():
    with pytest.raises(ConflictError, match="undo brought older layers back"):
        merge(state("defghi", first=1), state("abcdefghi"), state("ghij", first=2))


def test_new_that_only_pushed_while_undo_brought_layers_back():
    merged = merge(state("def", first=1), state("abcdefx"), state("defy", first=1))
    assert merged == state("abcdefxy")


# What undo asks (with a storage: test_undo.py)


def test_undone_items_stay():
    assert merge(state("abc"), state("abcd"), state("ab")) == state("abcd")


def test_undone_items_stay_where_they_went():
    committed = state("defg", first=1)
    assert merge(state("abc"), committed, state("ab")) == committed


def test_layers_come_back_if_nothing_was_pruned_since():
    old, new = state("defg", first=1), state("abcdef")
    assert merge(old, state("defgh", first=1), new) == state("abcdefgh")


def test_layers_stay_away_if_something_was_pruned_since():
    old, new = state("defg", first=1), state("abcdef")
    committed = state("ghij", first=2)
    assert merge(old, committed, new) == committed


def test_layers_that_have_come_back_before_come_back_once():
    old, new = state("defg", first=1), state("abcdef")
    committed = state("abcdefgh")
    assert merge(old, committed, new) == committed


def test_a_pruned_layer_that_was_not_full_does_not_come_back():
    with pytest.raises(ConflictError, match="pruned a layer that it had filled"):
        merge(state("", first=2), state("x", first=2), state("abcd"))


def test_an_undone_prune_of_replaced_items_is_refused():
    with pytest.raises(ConflictError, match="by the undone transaction"):
        merge(state("dXfg", first=1), state("dXfgh", first=1), state("abcdef"))


def test_an_undone_prune_under_replaced_items_is_refused():
    with pytest.raises(ConflictError, match="in committed"):
        merge(state("defg", first=1), state("dXfgh", first=1), state("abcdef"))


def test_undo_of_pushed_persistent_objects_is_refused(references):
    item = references(1)
    with pytest.raises(ConflictError, match="pushed persistent objects"):
        merge(state(["a", item]), state(["a", item, "b"]), state("a"))
    old, new = state(["d", item], first=1), state("abcd")
    with pytest.raises(ConflictError, match="pushed persistent objects"):
        merge(old, state(["d", item, "e"], first=1), new)


def test_undo_beside_persistent_objects_of_others(references):
    item = references(1)
    merged = merge(state([item, "a"]), state([item, "a", "b"]), state([item]))
    assert merged == state([item, "a", "b"])


# Items of all kinds


def test_persistent_items_are_merged(references):
    merged = merge(
        state([references(1)]),
        state([references(1), references(2)]),
        state([references(1), references(3)]),
    )
    assert merged == state([references(n) for n in (1, 2, 3)])


def test_replaced_persistent_items_are_refused(references):
    with pytest.raises(ConflictError, match="in new"):
        merge(state([references(1)]), state([references(1)]), state([references(2)]))


def test_persistent_items(database):
    stack = filled([PersistentMapping(name="a")])
    database.store(stack=stack, archive=Archive())
    database.race(
        push([PersistentMapping(name="b")]), push([("c", PersistentMapping(name="c"))])
    )
    _, items, _ = read(database)
    assert [item["name"] for item in items[:2]] == ["a", "b"]
    assert items[2][1]["name"] == "c"


def test_changing_a_persistent_item_is_no_change_of_the_stack(database):
    stack = filled([PersistentMapping(name="a")])
    database.store(stack=stack, archive=Archive())

    def rename(root):
        (item,) = (item for _, _, item in root["stack"])
        item["name"] = "changed"

    database.race(rename, push("b"))
    _, items, _ = read(database)
    assert items[0]["name"] == "changed"


class Plain:
    """Compares by identity, as objects do by default."""

    def __init__(self, name):
        self.name = name


# Conflict resolution imports the class from its module, whose name pytest makes up.
Plain.__module__ = "structures_test_items"


@pytest.fixture
def plain_items(monkeypatch):
    import sys
    import types

    module = types.ModuleType(Plain.__module__)
    module.Plain, module.Odd = Plain, Odd
    monkeypatch.setitem(sys.modules, Plain.__module__, module)


def test_items_that_compare_by_identity(database, plain_items):
    database.store(stack=filled([Plain("a")]), archive=Archive())
    database.race(push([Plain("b")]), push([Plain("c")]), push([Plain("d")]))
    _, items, _ = read(database)
    assert [item.name for item in items] == ["a", "b", "c", "d"]


class Odd(Plain):
    """Cannot be compared."""

    def __eq__(self, other):
        raise TypeError


Odd.__module__ = Plain.__module__


def ring():
    ring = ["a"]
    ring.append(ring)
    return ring


@pytest.mark.parametrize(
    "odd", [ring(), Decimal("sNaN"), Odd("x")], ids=["ring", "NaN", "no comparison"]
)
def test_items_that_cannot_be_compared_cause_no_conflicts(database, plain_items, odd):
    database.store(stack=filled([odd, "a"]), archive=Archive())
    for pushed in "bdfhj":
        database.race(push(pushed), push([odd]))
    _, items, archived = read(database)
    plain = [item for item in [*archived, *items] if isinstance(item, str)]
    assert plain == list("abdfhj")
    assert len(items) + len(archived) == 12


def test_items_with_sets_cause_no_conflicts(database, plain_items):
    # Some of these are in another order whenever they are loaded.
    tags = [{8 * number, *range(number)} for number in range(1, 9)]
    database.store(stack=filled([Plain(each) for each in tags]), archive=Archive())
    for pushed in "bdfhj":
        database.race(push(pushed), push([Plain({8, 0, 16}), Plain(frozenset("ab"))]))
    _, items, archived = read(database)
    plain = [item for item in [*archived, *items] if isinstance(item, str)]
    assert plain == list("bdfhj")


# States of the predecessor


def test_an_old_state_of_the_predecessor_is_merged():
    old = (2, 3, [(1, ["d"]), (0, ["a", "b", "c"])])
    merged = merge(old, state("abcde"), state("abcdf"))
    assert merged == state("abcdef")


def test_three_states_of_the_predecessor_are_merged():
    old = (2, 3, [(4, ["a"])])
    committed = (2, 3, [(5, ["d"]), (4, ["a", "b", "c"])])
    new = (2, 3, [(4, ["a", "x"])])
    assert merge(old, committed, new) == state("abcdx", first=4)


def test_the_states_are_left_alone():
    old, committed, new = state("abcde"), state("abcdef"), state("abcdeg")
    merge(old, committed, new)
    assert (old, committed, new) == (state("abcde"), state("abcdef"), state("abcdeg"))


def test_the_merged_state_is_made_of_builtin_types():
    predecessor = (2, 3, [(0, ["a"])])
    for states in [
        (state("a"), state("ab"), state("ac")),
        (state("ab"), state("abc"), state("a")),
        (state("defg", first=1), state("defgh", first=1), state("abcdef")),
        (predecessor, predecessor, predecessor),
    ]:
        assert type(merge(*states)) is tuple
