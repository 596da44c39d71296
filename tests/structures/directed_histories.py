"""Short histories, each of which goes wrong if one rule of a merge is missing.

The state machines of the random histories run them, and their model checks them. In the
pictures of ``docs/conflict-resolution.rst``: connection 1 has begun with *old* and is
the one that commits at last.
"""

from contextlib import contextmanager
from tests.structures.accumulator_histories import AccumulatorHistoriesWithUndo
from tests.structures.histories import history
from tests.structures.log_histories import HistoriesOfEverything
from tests.structures.log_histories import LogHistories


@contextmanager
def log(items=0, max_layers=4, max_length=2, kinds=("int",)):
    """A stack of some items, and connections that have seen them."""
    limits = {"max_layers": max_layers, "max_length": max_length}
    with history(HistoriesOfEverything, kinds=kinds, **limits) as state:
        if items:
            state.push(0, items, commit=True)
        refresh(state)
        yield state


@contextmanager
def queue(items=0, kinds=("int",)):
    """An accumulator of some items, and connections that have seen them."""
    with history(AccumulatorHistoriesWithUndo, kinds=kinds) as state:
        if items:
            state.extend(0, items, commit=True)
        refresh(state)
        yield state


def refresh(state):
    for number in range(4):
        state.abort(number)


# A stack and its archive


def two_push():
    with log(3, max_layers=2) as state:
        state.push(1)
        state.push(0, commit=True)
        state.commit(1)


def two_push_into_a_full_window():
    """The merged stack has a surplus that is not archived."""
    with log(2, max_layers=2) as state:
        state.push(0, commit=True)
        refresh(state)
        state.push(1)
        state.push(0, commit=True)
        state.commit(1)


def one_archives_more_than_the_other():
    with log(6) as state:
        state.prune(1, keep=1)
        state.prune(0, keep=2, commit=True)
        state.commit(1)


def one_archives_less_than_the_other():
    with log(6) as state:
        state.prune(1, keep=2)
        state.prune(0, keep=1, commit=True)
        state.commit(1)


def resize_during_a_push():
    with log(2) as state:
        state.resize(1, max_length=3)
        state.push(0, commit=True)
        state.commit(1)


def prune_early_during_a_push():
    with log(3) as state:
        state.prune_early(1)
        state.push(0, commit=True)
        state.commit(1)


def archive_what_undo_has_taken_away():
    """And the item that was pushed in its place."""
    with log(1) as state:
        state.push(0, commit=True)
        refresh(state)
        state.prune(1)
        state.undo(back=0)
        state.push(0, commit=True)
        state.commit(1)


def push_while_undo_brings_layers_back():
    with log(3) as state:
        state.prune(0, commit=True)
        state.push(0, commit=True)
        refresh(state)
        state.push(1)
        state.undo(back=1)
        state.commit(1)


def undo_an_earlier_push():
    with log() as state:
        state.push(0, commit=True)
        state.push(0, commit=True)
        state.undo(back=1)


def undo_an_earlier_push_of_an_object():
    with log(kinds=["persistent"]) as state:
        state.push(0, commit=True)
        state.push(0, commit=True)
        state.undo(back=1)


def undo_an_earlier_prune():
    with log(3) as state:
        state.prune(0, commit=True)
        state.push(0, commit=True)
        state.undo(back=1)


def undo_an_early_prune():
    """What was pushed since would move from one layer to another."""
    with log(1) as state:
        state.prune_early(0, commit=True)
        state.push(0, commit=True)
        state.undo(back=1)


def undo_a_prune_under_newer_layers():
    with log(4) as state:
        state.prune(0, keep=1, commit=True)
        state.prune(0, commit=True)
        state.undo(back=1)


def undo_a_prune_after_everything_was_discarded():
    with log(2) as state:
        state.prune(0, commit=True)
        state.discard(0, commit=True)
        state.undo(back=1)


def archive_upon_a_layer_that_undo_has_removed():
    """Other transactions have archived its items again, so only the layer itself shows it."""
    with log(3) as state:
        state.prune(0, commit=True)
        state.push(0, commit=True)
        refresh(state)
        state.prune(1)
        state.undo(back=1)
        state.abort(0)
        state.prune(0, keep=1, commit=True)
        state.commit(1)


def archive_several_layers_upon_one_that_undo_has_removed():
    """Other transactions have archived even further, so the merge cannot see it."""
    with log(3, max_layers=5, max_length=1) as state:
        state.prune(0, keep=2, commit=True)
        state.push(0, commit=True)
        refresh(state)
        state.prune(1, keep=1)
        state.undo(back=1)
        state.abort(0)
        state.prune(0, keep=2, commit=True)
        state.commit(1)


def discard_a_layer_that_undo_has_removed():
    with log(1) as state:
        state.prune_early(0, commit=True)
        refresh(state)
        state.discard(1)
        state.undo(back=0)
        state.push(0, commit=True)
        state.prune(0, commit=True)
        state.commit(1)


def archive_during_a_discard():
    with log(4) as state:
        state.prune(0, keep=1, commit=True)
        refresh(state)
        state.prune(1)
        state.discard(0, commit=True)
        state.commit(1)


def discard_during_an_archiving():
    with log(4) as state:
        state.prune(0, keep=1, commit=True)
        refresh(state)
        state.discard(1)
        state.prune(0, commit=True)
        state.commit(1)


def archive_while_a_discard_is_undone():
    with log(6) as state:
        state.prune(0, keep=1, commit=True)
        state.discard(0, keep=1, commit=True)
        refresh(state)
        state.prune(1)
        state.undo(back=0)
        state.commit(1)


def undo_one_of_two_equal_discards():
    """Both would write the same bytes, since the record was written by a merge before."""
    with log(2) as state:
        state.prune(1)
        state.prune(0, commit=True)
        state.commit(1)
        refresh(state)
        state.discard(1)
        state.discard(0, commit=True)
        state.commit(1)
        state.undo(back=0 if state.tally["refused"] else 1)


# An accumulator


def two_append():
    with queue(1) as state:
        state.extend(1)
        state.extend(0, commit=True)
        state.commit(1)


def two_consume():
    with queue(2) as state:
        state.consume(1)
        state.consume(0, commit=True)
        state.commit(1)


def consume_during_an_append():
    with queue(2) as state:
        state.consume(1)
        state.extend(0, commit=True)
        state.commit(1)


def append_during_a_consume():
    with queue(2) as state:
        state.extend(1)
        state.consume(0, commit=True)
        state.commit(1)


def undo_an_earlier_append():
    with queue() as state:
        state.extend(0, commit=True)
        state.extend(0, commit=True)
        state.undo(back=1)


def undo_an_earlier_append_of_an_object():
    with queue(kinds=["persistent"]) as state:
        state.extend(0, commit=True)
        state.extend(0, commit=True)
        state.undo(back=1)


def undo_an_earlier_consume():
    with queue(1) as state:
        state.consume(0, commit=True)
        state.extend(0, commit=True)
        state.undo(back=1)


def consume_what_undo_has_taken_away():
    """And the item that was appended in its place."""
    with queue(1) as state:
        state.extend(0, commit=True)
        refresh(state)
        state.consume(1)
        state.undo(back=0)
        state.extend(0, commit=True)
        state.commit(1)


def undo_an_append_that_a_consumer_did_not_see():
    with history(AccumulatorHistoriesWithUndo, kinds=["persistent"]) as state:
        state.extend(number=0, commit=True)
        state.abort(number=1)
        state.extend(number=0, commit=True)
        state.consume(number=1, commit=True)
        state.undo(back=1)


def archive_upon_a_layer_that_was_replaced_and_pack_to_that_moment():
    with history(LogHistories, max_layers=4, max_length=1, in_file=True) as state:
        state.push(number=0, count=3, commit=True)
        state.push(number=0, count=1, commit=True)
        state.abort(number=1)
        state.prune(number=1, keep=2)  # layers 0 and 1
        state.prune(number=0, keep=3)  # layer 0
        state.commit(number=0)
        state.abort(number=2)
        state.prune(number=2, keep=1)  # layers 1 and 2, upon connection 0's layer 0
        state.commit(number=1)  # which is now replaced by connection 1's
        state.push(number=1)  # has begun here, and so this is packed to
        state.commit(number=2)
        state.pack()
