"""Short histories of searched archives, each of which needs a rule of the merge.

As ``directed_histories``; their model is a scan of the archive, and its check.
"""

from contextlib import contextmanager
from functools import partial
from tests.structures.directed_histories import do
from tests.structures.directed_histories import PRUNE
from tests.structures.directed_histories import race
from tests.structures.directed_histories import refresh
from tests.structures.histories import history
from tests.structures.search_histories import SearchHistories


@contextmanager
def searched(archived, known="all", stacked=1):
    """An archive of so many layers, and connections that have seen it."""
    limits = {"max_layers": 30, "max_length": 1}
    with history(SearchHistories, known=known, **limits) as state:
        state.push_more(0, archived + stacked, commit=True)
        state.prune(0, keep=stacked, commit=True)
        refresh(state)
        yield state


REWRITE, INDEX = do("rewrite"), do("index")

# The fifth layer gets a summary that holds the keys of the four below.
archive_during_a_rewriting = race(partial(searched, 4), PRUNE, REWRITE)
rewrite_during_an_archiving = race(partial(searched, 4), REWRITE, PRUNE)


def undo_a_rewriting_under_newer_layers():
    with searched(3, stacked=2) as state:
        state.rewrite(0, commit=True)
        refresh(state)
        state.prune(0, commit=True)
        state.undo(back=1)


def undo_an_indexing_under_newer_layers():
    with searched(5, known="later", stacked=2) as state:
        state.index(0, commit=True)
        refresh(state)
        state.prune(0, commit=True)
        state.undo(back=1)


def archive_while_an_indexing_is_undone():
    with searched(5, known="later") as state:
        state.index(0, commit=True)
        refresh(state)
        state.prune(1)
        state.undo(back=0)
        state.commit(1)


def archive_while_a_rewriting_is_undone():
    with searched(4) as state:
        state.rewrite(0, commit=True)
        refresh(state)
        state.prune(1)
        state.undo(back=0)
        state.commit(1)


def archive_during_two_rewritings_of_which_one_is_undone():
    """Both write the same bytes if they are not counted one by one.

    The record has to be one that was written by a merge before.
    """
    with searched(8, stacked=2) as state:
        state.prune(1, keep=1)
        state.prune(0, keep=1, commit=True)
        state.commit(1)
        refresh(state)
        state.prune(1)
        state.rewrite(2, back=8)
        state.rewrite(3, back=1)
        state.commit(2)
        state.commit(3)
        state.undo(back=1)
        state.commit(1)
