"""Some of all interleavings, and that they find what a missing rule of a merge does wrong.

``exhaustive.py`` has them all.
"""

from collections import deque
from tests.structures.exhaustive import part
from tests.structures.test_mutants import MUTANTS

import os
import pytest


# Parts in which each of the mutants is found.
SHORT = [
    part("two on an archive alone", (1, 1), "full", "add an item", "add two"),
    part("two on a log of objects", (2, 2), "pruned", "push", "undo the one before"),
    part("two on a log", (3, 1), "full", "archive a layer", "archive two layers"),
    part(
        *("two on a log", (2, 1), "archived", "archive a layer", "discard all"),
        "set an attribute of the archive",
    ),
    part(
        *("two on a log", (1, 1), "pruned", "push", "discard all"),
        "undo the one before that",
    ),
    part(
        *("two on a log", (1, 1), "one item", "push", "raise max_layers"),
        *("replace in the stack and push", "archive and replace"),
    ),
    part(
        *("two on a stack alone", (1, 2), "one item", "push", "push a layer"),
        *("change an item in place", "archive a layer"),
    ),
    part(
        *("two on a stack alone", (2, 2), "pruned", "push", "archive a layer"),
        *("undo the one before", "undo the one before that"),
    ),
    part(
        *("three on a log", (1, 2), "one item", "archive all", "push"),
        "undo the one before",
    ),
    part(
        *("three on a log", (2, 1), "pruned", "undo the last", "push", "archive all"),
    ),
    part(
        *("three on a log", (3, 1), "pruned", "undo the one before"),
        *("archive a layer", "archive two layers"),
    ),
    part(
        *("three on a log", (2, 1), "archived", "discard all but one"),
        *("archive a layer", "undo the last"),
    ),
    part(
        *("three on a log", (2, 1), "full", "archive a layer", "discard all"),
        "undo the last",
    ),
    part(
        *("three on a log", (3, 1), "full", "archive a layer", "archive all"),
        "replace the newest archived",
    ),
    part(
        *("three on a log", (3, 1), "full", "push", "push beyond the bound"),
        "replace the oldest in the stack",
    ),
    part(
        *("two on a queue", (), "one item", "append", "consume"),
        "change an item in place",
    ),
    part("two on a queue", (), "consumed", "append", "undo the one before that"),
    part(
        *("three on a queue", (), "one item", "append", "undo the one before"),
        "change an item in place and append",
    ),
    part(
        *("three on a queue of objects", (), "appended", "append", "consume"),
        "undo the one before",
    ),
]
LONG = [
    part(
        *("four that archive", (3, 1), "archived", "replace the oldest archived"),
        *("undo the last", "archive and replace", "archive two layers"),
    ),
    part(
        *("three on a searched log", (3, 1), "five", "index some"),
        *("discard the oldest", "archive a layer"),
    ),
    part(
        *("three on a searched log", (3, 1), "five", "archive a layer"),
        *("replace the newest archived", "replace the oldest archived", "index some"),
    ),
    part(
        *("three on a stack alone", (2, 3), "pruned", "push", "undo the one before"),
        *("push and change an item in place", "archive and change an item in place"),
    ),
    part(
        *("three that archive a lot", (100, 1), "many", "archive a layer"),
        *("archive all but one", "replace the newest archived"),
    ),
    part(
        *("four that discard", (2, 1), "archived", "archive a layer", "discard all"),
        "undo the one before",
    ),
    part("four that archive", (3, 1), "full", "archive a layer", "archive two layers"),
    part(
        *("four that archive", (3, 1), "full", "archive a layer", "archive all"),
        "replace the newest archived",
    ),
    part(
        *("four that archive", (3, 1), "archived", "archive a layer"),
        *("replace the newest archived", "replace the oldest archived"),
        "undo the one before",
    ),
    part(
        *("four that archive", (3, 1), "archived", "replace the oldest archived"),
        *("archive and replace", "undo the one before", "archive two layers"),
    ),
]


@pytest.mark.parametrize("family", SHORT, ids=lambda family: family.name)
def test_some_of_all_interleavings(family):
    assert len(list(family.run())) == family.interleavings()


# Each takes three seconds. MUTANTS=all takes all of them.
@pytest.mark.large
@pytest.mark.parametrize(
    "mutant", MUTANTS if os.environ.get("MUTANTS") == "all" else MUTANTS[::8], ids=str
)
def test_a_rule_that_is_missing_is_found(mutant, monkeypatch):
    monkeypatch.setattr(mutant.owner, mutant.function, mutant.make())
    with pytest.raises(AssertionError):
        for family in [*SHORT, *LONG]:
            deque(family.run(), maxlen=0)
