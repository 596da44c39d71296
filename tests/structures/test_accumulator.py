"""Accumulator: items that wait, and what becomes of concurrent changes.

Each rule is shown twice: with three states, and with two connections to a storage.
"""

from collective.appendonly import Accumulator
from collective.appendonly.structures.accumulator import merge
from collective.appendonly.structures.check import check
from hypothesis import given
from hypothesis import strategies as st
from persistent.mapping import PersistentMapping
from ZODB.POSException import ConflictError

import copy
import pytest


def state(items, consumed=0):
    return consumed, list(items)


def append(*items):
    return lambda root: root["accumulator"].extend(items)


def consume(root):
    root["accumulator"].consume()


def consume_and_append(*items):
    def change(root):
        consume(root)
        append(*items)(root)

    return change


def read(database):
    accumulator = database.load("accumulator")
    check(accumulator)
    return list(accumulator)


# In memory


def test_a_new_accumulator_is_empty():
    accumulator = Accumulator()
    assert len(accumulator) == 0
    assert not accumulator
    assert list(accumulator) == accumulator.consume() == []


def test_items_are_yielded_oldest_first():
    accumulator = Accumulator("ab")
    accumulator.append("c")
    accumulator.extend(iter("de"))
    assert list(accumulator) == ["a", "b", "c", "d", "e"]
    assert len(accumulator) == 5
    assert accumulator


def test_consume_takes_everything():
    accumulator = Accumulator("ab")
    assert accumulator.consume() == ["a", "b"]
    assert not accumulator
    accumulator.append("c")
    assert accumulator.consume() == ["c"]


def test_what_was_consumed_belongs_to_the_caller():
    accumulator = Accumulator("ab")
    items = accumulator.consume()
    accumulator.append("c")
    items.append("d")
    assert (items, list(accumulator)) == (["a", "b", "d"], ["c"])


def test_iteration_is_over_a_snapshot():
    accumulator = Accumulator("ab")
    for item in accumulator:
        accumulator.append(item)
    assert list(accumulator) == ["a", "b", "a", "b"]


def test_extend_with_itself():
    accumulator = Accumulator("ab")
    accumulator.extend(accumulator)
    assert list(accumulator) == ["a", "b", "a", "b"]


def test_extend_adds_nothing_if_the_iterable_raises():
    def items():
        yield "c"
        raise LookupError

    accumulator = Accumulator("ab")
    with pytest.raises(LookupError):
        accumulator.extend(items())
    assert list(accumulator) == ["a", "b"]


def test_repr_says_what_it_is():
    assert repr(Accumulator("abc")) == "<Accumulator: 3 items pending>"


def test_a_copy_is_independent():
    accumulator = Accumulator("ab")
    copied = copy.copy(accumulator)
    copied.append("c")
    assert (len(accumulator), len(copied)) == (2, 3)


def test_what_writes_and_what_does_not(database):
    database.store(accumulator=Accumulator())
    accumulator = database.load("accumulator")
    list(accumulator), len(accumulator), repr(accumulator)
    accumulator.extend([])
    assert accumulator.consume() == []
    assert not accumulator._p_changed
    for change in [lambda: accumulator.append(1), accumulator.consume]:
        change()
        assert accumulator._p_changed
        accumulator._p_jar.transaction_manager.commit()


def test_an_accumulator_is_read_as_it_was_written(database):
    database.store(accumulator=Accumulator("a"))
    database.change(append("b"))
    assert read(database) == ["a", "b"]


# What is merged


def test_appended_items_come_in_the_order_of_commits():
    assert merge(state("a"), state("ab"), state("acd")) == state("abcd")


def test_concurrent_appends(database):
    database.store(accumulator=Accumulator("a"))
    database.race(append("b"), append("c", "d"), append("e"))
    assert read(database) == ["a", "b", "c", "d", "e"]


def test_what_was_appended_while_committed_consumed_stays_pending():
    assert merge(state("a"), state("", 1), state("ab")) == state("b", 1)
    assert merge(state("a"), state("c", 4), state("ab")) == state("cb", 4)


def test_what_was_appended_while_new_consumed_stays_pending():
    assert merge(state("a"), state("ab"), state("", 1)) == state("b", 1)


def test_committed_comes_before_what_new_appended_after_consuming():
    assert merge(state("a"), state("ab"), state("c", 1)) == state("bc", 1)


@pytest.mark.parametrize(
    "changes, expected",
    [
        ([consume, append("b")], ["b"]),
        ([append("b"), consume], ["b"]),
        ([append("b"), consume_and_append("c")], ["b", "c"]),
        ([consume_and_append("c"), append("b")], ["c", "b"]),
        ([append("b"), append("c"), consume], ["b", "c"]),
    ],
)
def test_consume_and_append(database, changes, expected):
    database.store(accumulator=Accumulator("a"))
    database.race(*changes)
    assert read(database) == expected


def test_an_equal_prefix_is_not_taken_for_one_that_was_never_consumed():
    assert merge(state("a"), state("ab"), state("ac", 1)) == state("bac", 1)
    assert merge(state("a"), state("ac", 1), state("ab")) == state("acb", 1)


def test_an_equal_prefix(database):
    database.store(accumulator=Accumulator("a"))
    database.race(append("b"), consume_and_append("a", "c"))
    assert read(database) == ["b", "a", "c"]


def test_one_side_that_changed_nothing():
    assert merge(state("a"), state("ab"), state("a")) == state("ab")
    assert merge(state("a"), state("a"), state("", 1)) == state("", 1)


def test_an_idle_worker_causes_no_conflict(database):
    database.store(accumulator=Accumulator())
    database.race(append("a"), consume)
    assert read(database) == ["a"]


# What is refused


def test_consuming_the_same_items_twice_is_refused():
    for new in [state("", 1), state("b", 1), state("", 2)]:
        with pytest.raises(ConflictError, match="has consumed the same items"):
            merge(state("a"), state("", 1), new)


def test_the_second_consumer_finds_the_items_gone(database):
    database.store(accumulator=Accumulator("ab"))
    with pytest.raises(ConflictError):
        database.race(consume, consume)
    assert read(database) == []


def test_each_item_is_processed_once_by_workers_that_retry(database):
    database.store(accumulator=Accumulator(range(5)))
    workers = [database.connect() for _ in range(3)]
    processed = []
    for worker in workers:
        worker.root()["accumulator"]._p_activate()
    for worker in workers:
        while True:
            items = worker.root()["accumulator"].consume()
            try:
                worker.transaction_manager.commit()
            except ConflictError:
                worker.transaction_manager.abort()
                continue
            processed += items
            break
    assert processed == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("items", ["Xb", "aX", "a"])
def test_items_that_were_replaced_or_removed_in_committed_are_refused(items):
    with pytest.raises(ConflictError, match="in committed"):
        merge(state("ab"), state(items), state("abc"))
    with pytest.raises(ConflictError, match="in committed"):
        merge(state("ab"), state(items), state("", 2))


@pytest.mark.parametrize("items", ["Xbc", "aX", "X"])
def test_items_that_were_replaced_in_new_are_refused(items):
    with pytest.raises(ConflictError, match="in new"):
        merge(state("ab"), state("abx"), state(items))
    with pytest.raises(ConflictError, match="in new"):
        merge(state("ab"), state("", 2), state(items))


def replace(root):
    root["accumulator"]._items[0] = "X"
    root["accumulator"]._p_changed = True


@pytest.mark.parametrize("other", [append("c"), consume])
def test_a_replaced_item_conflicts(database, other):
    for changes in [(replace, other), (other, replace)]:
        database.store(accumulator=Accumulator("ab"))
        with pytest.raises(ConflictError):
            database.race(*changes)


# Undo


def test_undone_items_stay_pending():
    assert merge(state("ab"), state("abc"), state("a")) == state("abc")


def test_undone_items_that_were_consumed_stay_consumed():
    assert merge(state("ab"), state("c", 2), state("a")) == state("c", 2)


def test_undo_of_an_append(file_database):
    file_database.store(accumulator=Accumulator("a"))
    file_database.change(append("b"), note="to undo")
    file_database.change(append("c"))
    file_database.undo("to undo")
    assert read(file_database) == ["a", "b", "c"]


def test_undo_of_the_newest_append_restores_the_record(file_database):
    file_database.store(accumulator=Accumulator("a"))
    file_database.change(append("b"), note="to undo")
    file_database.undo("to undo")
    assert read(file_database) == ["a"]


def test_undo_of_a_consume_is_refused():
    with pytest.raises(ConflictError, match="undo cannot make them pending"):
        merge(state("", 1), state("b", 1), state("a"))


def test_undo_of_a_consume(file_database):
    file_database.store(accumulator=Accumulator("a"))
    file_database.change(consume, note="to undo")
    file_database.change(append("b"))
    with pytest.raises(Exception, match="modified by a later transaction"):
        file_database.undo("to undo")
    assert read(file_database) == ["b"]


def test_undo_of_the_newest_consume_restores_the_record(file_database):
    file_database.store(accumulator=Accumulator("a"))
    file_database.change(consume, note="to undo")
    file_database.undo("to undo")
    assert read(file_database) == ["a"]


def test_changes_across_an_undone_consume_are_refused(file_database):
    with pytest.raises(ConflictError, match="undo made processed items pending"):
        merge(state("", 1), state("a", 0), state("b", 1))
    file_database.store(accumulator=Accumulator("a"))
    file_database.change(consume, note="to undo")
    slow = file_database.connect()
    append("b")(slow.root())
    file_database.undo("to undo")
    with pytest.raises(ConflictError):
        slow.transaction_manager.commit()
    assert read(file_database) == ["a"]


def test_undo_of_appended_persistent_objects_is_refused(file_database, references):
    item = references(1)
    with pytest.raises(ConflictError, match="appended persistent objects"):
        merge(state(["a", item]), state(["a", item, "b"]), state("a"))
    with pytest.raises(ConflictError, match="appended persistent objects"):
        merge(state(["a", item]), state("b", 2), state("a"))
    file_database.store(accumulator=Accumulator())
    file_database.change(append(PersistentMapping(name="a")), note="to undo")
    file_database.change(append("b"))
    with pytest.raises(Exception, match="modified by a later transaction"):
        file_database.undo("to undo")
    assert read(file_database)[0]["name"] == "a"


def test_a_merged_state_is_merged_again():
    """A client that resolves conflicts itself may be overtaken more than once."""
    old, new = state("a"), state("", 1)
    first, second = state("ab"), state("abc")
    once = merge(old, second, new)
    assert merge(first, second, merge(old, first, new)) == once == state("bc", 1)


@given(data=st.data())
def test_any_merged_state_is_merged_again_as_if_it_was_merged_once(data):
    def change(now):
        consumed, items = now
        for step in data.draw(st.lists(st.sampled_from("abc-"), max_size=4)):
            if step == "-":
                consumed, items = consumed + len(items), []
            else:
                items = [*items, step]
        return consumed, items

    old = change(state("xy"[: data.draw(st.integers(0, 2))]))
    first = change(old)
    second, new = change(first), change(old)
    try:
        once, twice = merge(old, second, new), merge(old, first, new)
        assert merge(first, second, twice) == once
    except ConflictError:
        pass  # another transaction has consumed


# Items and states of all kinds


def test_persistent_items_are_merged(references):
    merged = merge(
        state([references(1)]),
        state([references(1), references(2)]),
        state([references(1), references(3)]),
    )
    assert merged == state([references(n) for n in (1, 2, 3)])
    with pytest.raises(ConflictError, match="in new"):
        merge(state([references(1)]), state([references(1)]), state([references(2)]))


def test_persistent_items(database):
    database.store(accumulator=Accumulator([PersistentMapping(name="a")]))
    database.race(
        append(PersistentMapping(name="b")), append(PersistentMapping(name="c"))
    )
    assert [item["name"] for item in read(database)] == ["a", "b", "c"]
    database.race(append(PersistentMapping(name="d")), consume)
    assert [item["name"] for item in read(database)] == ["d"]


def test_the_list_of_the_predecessor_is_read():
    accumulator = Accumulator()
    accumulator.__setstate__(["a", "b"])
    assert list(accumulator) == ["a", "b"]
    assert accumulator.__getstate__() == state("ab")


def test_lists_of_the_predecessor_are_merged():
    assert merge(["a"], state("ab"), state("ac")) == state("abc")
    assert merge(["a"], ["a", "b"], ["a", "c"]) == state("abc")
    assert merge(["a"], ["a", "b"], state("", 1)) == state("b", 1)


def test_the_states_are_left_alone():
    old, committed, new = state("a"), state("ab"), state("", 1)
    merge(old, committed, new)
    assert (old, committed, new) == (state("a"), state("ab"), state("", 1))


def test_the_merged_state_is_made_of_builtin_types():
    for states in [
        (state("a"), state("ab"), state("ac")),
        (state("a"), state("ab"), state("", 1)),
        (state("ab"), state("abc"), state("a")),
        (["a"], ["a"], ["a"]),
    ]:
        assert type(merge(*states)) is tuple
