"""Each rule of the merges is needed: without it, a history goes wrong.

A mutant is the source of one function with one rule taken out or turned round. The
history that it names passes with the real rule, and fails with the mutant. So nobody
can remove a rule, or add one that nothing needs, without noticing.
"""

from collective.appendonly.structures import accumulator
from collective.appendonly.structures import append_stack
from collective.appendonly.structures import archive
from hypothesis import HealthCheck
from hypothesis import Phase
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from tests.structures import directed_histories as directed
from tests.structures import directed_searches as searches
from tests.structures import unusual_histories as unusual
from tests.structures.accumulator_histories import AccumulatorHistories
from tests.structures.log_histories import LogHistories
from typing import Any
from typing import NamedTuple
from ZODB.POSException import ConflictError
from ZODB.POSException import POSKeyError

import ast
import inspect
import pytest
import textwrap


WRONG = (AssertionError, ConflictError, POSKeyError)


class Mutant(NamedTuple):
    owner: Any  # a module or a class
    function: str
    rule: str
    instead: str
    history: Any

    def __str__(self):
        return f"{self.function}: {self.rule.strip()} -> {self.instead.strip()}"

    def make(self):
        """Return the function, made of the real source but for the rule."""
        function = getattr(self.owner, self.function)
        source = textwrap.dedent(inspect.getsource(function))
        assert source.count(self.rule) == 1
        made = {}
        exec(source.replace(self.rule, self.instead), function.__globals__, made)
        return made[self.function]


# What is not refused any more, and what then goes wrong.
REFUSALS = {
    "AppendStack": {
        "the limits were changed.": directed.resize_during_a_push,
        "new replaced items.": (
            directed.replace_in_the_stack_what_another_archives_meanwhile
        ),
        "committed replaced items.": (
            directed.archive_what_was_replaced_in_the_stack_and_archived_since
        ),
        "new pruned items that old did not have.": directed.prune_early_during_a_push,
        "new pruned while undo brought older layers back.": (
            unusual.archive_while_undo_brings_layers_to_a_stack_with_shelves
        ),
        "items of old were replaced in new.": unusual.undo_a_push_that_replaced_an_item,
        "items of old were replaced or removed in new.": (
            unusual.replace_an_item_during_a_push
        ),
        "the undone transaction pruned a layer that it had filled.": (
            directed.undo_an_early_prune
        ),
        "items were replaced or removed by the undone transaction.": (
            unusual.undo_a_prune_that_replaced_an_item
        ),
        "items of old were replaced or removed in committed.": (
            directed.archive_what_undo_has_taken_away
        ),
        "the undone transaction pushed persistent objects.": (
            directed.undo_an_earlier_push_of_an_object
        ),
    },
    "Archive": {
        "new changed an attribute that is not the archive's own.": (
            unusual.name_an_archive_during_an_archiving
        ),
        "undo brought back layers that were discarded in old.": (
            directed.archive_while_a_discard_is_undone
        ),
        "committed has discarded what new discards.": (
            directed.undo_one_of_two_equal_discards
        ),
        "new changed keys on which others may have built.": (
            searches.replace_during_an_archiving
        ),
        "committed changed keys on which new has built.": (
            searches.archive_during_a_replacement
        ),
        "new replaced items of layers that committed has replaced.": (
            directed.replace_what_another_exchanges_meanwhile
        ),
        "items were replaced in a layer that both sides archived.": (
            directed.archive_what_was_archived_and_replaced_since
        ),
        "layers that undo would take back were discarded.": (
            directed.undo_a_prune_after_everything_was_discarded
        ),
        "the two sides archived different items in one generation.": (
            unusual.two_archive_different_items
        ),
        "newer layers lie on those that undo would remove.": (
            directed.undo_a_prune_under_newer_layers
        ),
        "undo removed the newest layer of old.": (
            directed.archive_upon_a_layer_that_undo_has_removed
        ),
    },
    "Accumulator": {
        "items were processed; undo cannot make them pending.": (
            directed.undo_an_earlier_consume
        ),
        "another transaction has consumed the same items.": directed.two_consume,
        "items of old were replaced in new.": (
            unusual.undo_an_append_that_replaced_an_item
        ),
        "the undone transaction appended persistent objects.": (
            directed.undo_an_earlier_append_of_an_object
        ),
        "items of old were replaced or removed in new.": (
            unusual.replace_an_item_during_an_append
        ),
        "items of old were replaced or removed in committed.": (
            directed.consume_what_undo_has_taken_away
        ),
    },
}

# No history is known that goes wrong without them.
CAUTIOUS = {"Accumulator: undo made processed items pending again."}

# What is decided otherwise, and what then goes wrong.
TURNS = {
    (append_stack, "merge"): {
        "if n.first < o.first: -> if False:": directed.undo_an_earlier_prune,
        "if not pruned and len(n.items) < len(known): -> if False:": (
            directed.undo_an_earlier_push
        ),
        "_refuse_unless_carried(o, c) -> pass": (
            directed.archive_what_undo_has_taken_away
        ),
        "max(c.first, n.first) if pruned else c.first -> max(c.first, n.first)": (
            directed.push_while_undo_brings_layers_back
        ),
        "max(c.first, n.first) if pruned -> n.first if pruned": (
            directed.one_archives_less_than_the_other
        ),
        "max(c.first, n.first) if pruned -> c.first if pruned": (
            directed.one_archives_more_than_the_other
        ),
        "c.items[(first - c.first) * c.max_length :] + n.items[len(known) :]"
        " -> o.items + n.items[len(known) :] + c.items[len(o.items) :]": directed.two_push,
    },
    (append_stack, "_refuse_unless_carried"): {
        "low = max(o.first, c.first) -> low = o.first + 1": (
            unusual.archive_an_item_during_its_replacement
        )
    },
    (append_stack, "_merge_undone_prune"): {
        "if c.first != o.first: -> if False:": (
            unusual.undo_a_prune_of_a_stack_that_has_no_archive
        )
    },
    (archive, "merge"): {
        "boundary = n if n.horizon > c.horizon else c -> boundary = c": (
            directed.discard_during_an_archiving
        ),
        "boundary = n if n.horizon > c.horizon else c -> boundary = n": (
            directed.archive_during_a_discard
        ),
        "if n.generation > c.generation > o.generation: -> if False:": (
            directed.archive_upon_a_layer_that_was_replaced_and_pack_to_that_moment
        ),
        "if merged.generation < merged.horizon: -> if False:": (
            directed.discard_everything_during_a_discard
        ),
        "if n.rekeyed != o.rekeyed: -> if n.rekeyed > o.rekeyed:": (
            searches.undo_an_indexing_under_newer_layers
        ),
        "if n.rekeyed != o.rekeyed: ->"
        " if n.rekeyed != o.rekeyed and c.generation != o.generation:": (
            searches.archive_after_a_discard_and_a_replacement
        ),
        "if c.rekeyed != o.rekeyed and -> if c.rekeyed > o.rekeyed and": (
            searches.archive_while_an_indexing_is_undone
        ),
        "rekeyed=c.rekeyed -> rekeyed=o.rekeyed": (
            searches.archive_after_a_replacement_and_a_discard
        ),
        "c.rewritten != o.rewritten or _exchanged(o, c) -> _exchanged(o, c)": (
            directed.undo_one_of_two_replacements
        ),
        "rewritten=n.rewritten if rewrites else c.rewritten -> rewritten=c.rewritten": (
            directed.replace_during_an_archiving_that_a_third_does_not_know
        ),
        "rewritten=n.rewritten if rewrites else c.rewritten -> rewritten=n.rewritten": (
            directed.archive_during_a_replacement_that_a_third_does_not_know
        ),
    },
    (archive, "_exchanged"): {
        "forgotten or any( -> any(": directed.replace_what_another_exchanges_far_below
    },
    (archive, "_further"): {
        "if c.generation >= n.generation: -> if False:": (
            directed.one_archives_less_than_the_other
        ),
        "_refuse_unless_below(o, c) -> pass": (
            directed.archive_upon_a_layer_that_undo_has_removed
        ),
    },
    (archive.Archive, "addLayer"): {
        "require(older) -> pass": (
            directed.archive_several_layers_upon_one_that_undo_has_removed
        )
    },
    (archive.Archive, "discard"): {
        "require(head) -> pass": directed.discard_a_layer_that_undo_has_removed
    },
    (accumulator, "merge"): {
        "if not taken and len(n.items) < len(known): -> if False:": (
            directed.undo_an_earlier_append
        ),
        "c.items[taken:] -> c.items": directed.consume_during_an_append,
        "if holds_references( -> if c.consumed == o.consumed and holds_references(": (
            directed.undo_an_append_that_a_consumer_did_not_see
        ),
        "if c.consumed == o.consumed and not same_items -> if not same_items": (
            directed.append_during_a_consume
        ),
        "c.items[taken:] + n.items[len(left) :]"
        " -> n.items + c.items[len(known) :]": directed.two_append,
    },
}


def refusals():
    """Yield (module, function, message) of all that is refused."""
    for module in (append_stack, archive, accumulator):
        functions = ast.parse(inspect.getsource(module)).body
        for function in filter(
            lambda node: isinstance(node, ast.FunctionDef), functions
        ):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "refuse":
                    yield module, function.name, ast.literal_eval(node.args[0])


HISTORIES = {
    f"{name}: {message}": history
    for name, messages in REFUSALS.items()
    for message, history in messages.items()
}
MUTANTS = [
    Mutant(module, function, f'refuse("{message}")', "pass", HISTORIES[message])
    for module, function, message in refusals()
    if message in HISTORIES
] + [
    Mutant(owner, function, *change.split(" -> "), history)
    for (owner, function), changes in TURNS.items()
    for change, history in changes.items()
]


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_a_rule_that_is_missing_is_noticed(mutant, monkeypatch):
    mutant.history()
    monkeypatch.setattr(mutant.owner, mutant.function, mutant.make())
    with pytest.raises(WRONG):
        mutant.history()


def test_every_refusal_has_its_history():
    assert sorted(message for _, _, message in refusals()) == sorted(
        [*HISTORIES, *CAUTIOUS]
    )


# The merges of appendonly 1.2, described anew in the terms of our states.


def merge_of_the_predecessors_stack(old, committed, new):
    """Add to committed what new has added, and keep only so many of the newest layers.

    What is cut off goes to no pruner. Who has no layer in common with old is refused.
    """
    layers, length, first, items = committed
    if old[0] != new[0] or not old[1] == length == new[1]:
        raise ConflictError("limits")
    end = old[2] * length + len(old[3])
    newest = max(end - 1, old[2] * length) // length
    if newest < first or newest < new[2]:
        raise ConflictError("nothing in common")
    merged = items + new[3][max(end - new[2] * length, 0) :]
    surplus = max(-(-len(merged) // length) - layers, 0)
    return layers, length, first + surplus, merged[surplus * length :]


def merge_of_the_predecessors_archive(old, committed, new):
    """Keep committed if both sides have archived equally far, else refuse."""
    if committed.get("_generation", -1) != new.get("_generation", -1):
        raise ConflictError("generations")
    return committed


def merge_of_the_predecessors_accumulator(old, committed, new):
    """Join what both sides hold beyond old. That both may have consumed is no matter."""
    times, known = old
    sides = [
        items[len(known) :] if items[: len(known)] == known else items
        for _, items in (committed, new)
    ]
    kept = known if committed[0] == new[0] == times else []
    return max(committed[0], new[0]), kept + sides[0] + sides[1]


PREDECESSOR = [
    (LogHistories, append_stack, merge_of_the_predecessors_stack),
    (LogHistories, archive, merge_of_the_predecessors_archive),
    (AccumulatorHistories, accumulator, merge_of_the_predecessors_accumulator),
]


@pytest.mark.parametrize("machine, module, merge", PREDECESSOR)
def test_random_histories_find_what_the_predecessor_loses(
    machine, module, merge, monkeypatch
):
    machine = type(machine.__name__, (machine,), {})
    monkeypatch.setattr(module, "merge", merge)
    with pytest.raises(WRONG):
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=200,
                stateful_step_count=50,
                deadline=None,
                derandomize=True,
                database=None,
                phases=[Phase.generate],
                report_multiple_bugs=False,
                suppress_health_check=list(HealthCheck),
            ),
        )


@pytest.mark.parametrize(
    "history, module, merge, wrong",
    [
        (directed.two_push_into_a_full_window, *PREDECESSOR[0][1:], AssertionError),
        (directed.one_archives_more_than_the_other, *PREDECESSOR[1][1:], ConflictError),
        (directed.two_consume, *PREDECESSOR[2][1:], AssertionError),
    ],
)
def test_what_the_predecessor_does_wrong(history, module, merge, wrong, monkeypatch):
    history()
    monkeypatch.setattr(module, "merge", merge)
    with pytest.raises(wrong):
        history()
