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


REPLACE = do("replace_in_archive")

# The fifth layer gets a summary that holds the keys of the four below.
archive_during_a_replacement = race(partial(searched, 4), PRUNE, REPLACE)
replace_during_an_archiving = race(partial(searched, 4), REPLACE, PRUNE)


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


def archive_during_a_replacement_and_a_discard(*order):
    with searched(4) as state:
        state.prune(1)
        state.discard(2, keep=3)
        state.replace_in_archive(0, back=1)
        for number in (*order, 1):
            state.commit(number)


archive_after_a_replacement_and_a_discard = partial(
    archive_during_a_replacement_and_a_discard, 0, 2
)
archive_after_a_discard_and_a_replacement = partial(
    archive_during_a_replacement_and_a_discard, 2, 0
)
