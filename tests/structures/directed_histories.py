"""Short histories, each of which goes wrong if one rule of a merge is missing.

The state machines of the random histories run them, and their model checks them. In the
pictures of ``docs/conflict-resolution.rst``: connection 1 has begun with *old* and is
the one that commits at last.
"""

from contextlib import contextmanager
from functools import partial
from tests.structures.accumulator_histories import AccumulatorHistoriesWithUndo
from tests.structures.histories import history
from tests.structures.log_histories import HistoriesOfEverything
from tests.structures.log_histories import LogHistories


@contextmanager
def log(items=0, max_layers=4, max_length=2, kinds=("int",), then=None):
    """A stack of some items, changed by *then*, and connections that have seen it."""
    limits = {"max_layers": max_layers, "max_length": max_length}
    with history(HistoriesOfEverything, kinds=kinds, **limits) as state:
        if items:
            state.push(0, items, commit=True)
        if then:
            then(state, 0, commit=True)
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
    refresh_but(state)


def refresh_but(state, *others):
    for number in set(range(4)) - set(others):
        state.abort(number)


def do(action, **arguments):
    """Return what calls the rule *action* for a connection."""

    def act(state, number, **options):
        getattr(state, action)(number, **arguments, **options)

    return act


def race(begin, mine, others):
    """Return a history: connection 1 does *mine*, but commits after *others* were done."""

    def run():
        with begin() as state:
            mine(state, 1)
            others(state, 0, commit=True)
            state.commit(1)

    return run


def undo_first(begin, first, second):
    """Return a history: two transactions commit, and the first of them is undone."""

    def run():
        with begin() as state:
            first(state, 0, commit=True)
            second(state, 0, commit=True)
            state.undo(back=1)

    return run


PUSH, PRUNE, DISCARD = do("push"), do("prune"), do("discard")
APPEND, CONSUME = do("extend"), do("consume")

# A stack and its archive

two_push = race(partial(log, 3, max_layers=2), PUSH, PUSH)
# The merged stack has a surplus that is not archived.
two_push_into_a_full_window = race(partial(log, 2, max_layers=2, then=PUSH), PUSH, PUSH)
one_archives_more_than_the_other = race(
    partial(log, 6), do("prune", keep=1), do("prune", keep=2)
)
one_archives_less_than_the_other = race(
    partial(log, 6), do("prune", keep=2), do("prune", keep=1)
)
resize_during_a_push = race(partial(log, 2), do("resize", max_length=3), PUSH)
prune_early_during_a_push = race(partial(log, 3), do("prune_early"), PUSH)
archive_during_a_discard = race(
    partial(log, 4, then=do("prune", keep=1)), PRUNE, DISCARD
)
discard_during_an_archiving = race(
    partial(log, 4, then=do("prune", keep=1)), DISCARD, PRUNE
)

undo_an_earlier_push = undo_first(log, PUSH, PUSH)
undo_an_earlier_push_of_an_object = undo_first(
    partial(log, kinds=["persistent"]), PUSH, PUSH
)
undo_an_earlier_prune = undo_first(partial(log, 3), PRUNE, PUSH)
# What was pushed since would move from one layer to another.
undo_an_early_prune = undo_first(partial(log, 1), do("prune_early"), PUSH)
undo_a_prune_under_newer_layers = undo_first(
    partial(log, 4), do("prune", keep=1), PRUNE
)
undo_a_prune_after_everything_was_discarded = undo_first(
    partial(log, 2), PRUNE, DISCARD
)
discard_everything_during_a_discard = race(
    partial(log, 6, then=PRUNE), DISCARD, do("discard", keep=2)
)


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


def archive_what_was_replaced_in_the_stack_and_archived_since():
    with log(2, max_layers=3, max_length=1, then=PUSH) as state:
        state.push(1, 2)
        state.replace_in_stack(0, back=2, commit=True)
        state.push(0, commit=True)
        state.commit(1)


def replace_in_the_stack_what_another_archives_meanwhile():
    """And archive it, too: so there are two copies of the layer, and one is kept."""
    with log(2, max_layers=3, max_length=1, then=PUSH) as state:
        state.replace_in_stack(1, back=2)
        state.push(1)
        state.push(0, commit=True)
        state.commit(1)


def archive_what_was_archived_and_replaced_since():
    with log(3, max_length=1) as state:
        state.prune(1, keep=1)
        state.prune(0, keep=2, commit=True)
        state.replace_in_archive(0, commit=True)
        state.commit(1)


def replace_what_another_exchanges_meanwhile():
    with log(3, max_length=1) as state:
        state.prune(1, keep=1)
        state.prune(0, keep=2, commit=True)
        refresh_but(state, 1)
        state.replace_in_archive(2)
        state.commit(1)
        state.commit(2)


def replace_what_another_exchanges_far_below():
    """So far that the archive has forgotten the exchange."""
    with log(80, max_layers=100, max_length=1) as state:
        state.prune(1, keep=78)
        state.prune(0, keep=79, commit=True)
        refresh_but(state, 1)
        state.replace_in_archive(2)
        state.commit(1)
        refresh_but(state, 2)
        state.prune(0, keep=1, commit=True)
        state.commit(2)


def replace_during_an_archiving_that_a_third_does_not_know():
    with log(3, max_length=1, then=PUSH) as state:
        state.prune(1, keep=1)
        state.prune(0, keep=3, commit=True)
        refresh_but(state, 1)
        state.replace_in_archive(2)
        state.prune(0, keep=2, commit=True)
        state.commit(2)
        state.commit(1)


def archive_during_a_replacement_that_a_third_does_not_know():
    with log(3, max_length=1, then=PUSH) as state:
        state.prune(1, keep=1)
        state.prune(0, keep=3, commit=True)
        refresh_but(state, 1)
        state.prune(2, keep=2)
        state.replace_in_archive(0, commit=True)
        state.commit(2)
        state.commit(1)


def undo_one_of_two_replacements():
    """If both were merged, the record would look as if there had been only one."""
    with log(3, max_length=1, then=PUSH) as state:
        state.prune(1, keep=1)
        state.prune(0, keep=2, commit=True)
        refresh_but(state, 1)
        state.replace_in_archive(2, back=1)
        state.replace_in_archive(3, back=0, commit=True)
        state.commit(2)
        if not state.tally["refused"]:
            state.undo(back=1)
            state.commit(1)


# An accumulator

two_append = race(partial(queue, 1), APPEND, APPEND)
two_consume = race(partial(queue, 2), CONSUME, CONSUME)
consume_during_an_append = race(partial(queue, 2), CONSUME, APPEND)
append_during_a_consume = race(partial(queue, 2), APPEND, CONSUME)

undo_an_earlier_append = undo_first(queue, APPEND, APPEND)
undo_an_earlier_append_of_an_object = undo_first(
    partial(queue, kinds=["persistent"]), APPEND, APPEND
)
undo_an_earlier_consume = undo_first(partial(queue, 1), CONSUME, APPEND)


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
