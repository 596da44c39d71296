"""Filling a log with the history that can be derived from the catalog.

Nobody observed these changes as they happened, so their change sets are marked as backfilled.
"""

from collections.abc import Mapping
from collections.abc import Sequence
from collective.appendonly import clock
from collective.appendonly.bulk import to_item
from collective.appendonly.entry import to_milliseconds
from collective.appendonly.interfaces import BEGINNING
from collective.appendonly.operations import installed_log
from collective.appendonly.operations import no_progress
from collective.appendonly.operations import Progress
from collective.appendonly.operations.backfill.traces import change_sets
from collective.appendonly.operations.backfill.traces import find_traces
from collective.appendonly.operations.backfill.traces import unrecorded
from collective.appendonly.operations.filling import BACKFILL
from collective.appendonly.operations.filling import Filling
from collective.appendonly.operations.filling import FillingError
from collective.appendonly.transactions import commit_attempts
from functools import partial
from typing import NamedTuple
from zope.component.hooks import site as current_site

import transaction


__all__ = ["Backfilled", "FillingError", "backfill"]

#: The number of traces of the catalog that are processed between two commits.
BATCH = 1000
#: The number of layers of the log that are copied between two commits.
LAYERS = 100


class Backfilled(NamedTuple):
    """The number of change sets of each kind in a backfilled log."""

    created: int
    edited: int


def backfill(site, progress: Progress = no_progress, batch: int = BATCH) -> Backfilled:
    """Add what the catalog of *site* knows of earlier changes, below what the log contains.

    Commits after each *batch* of traces, and discards uncommitted changes of the caller. It may
    be interrupted at any time, also by an error in *progress*: called again, it continues where it
    stopped. *progress* is called with the amount of work done and the total, at the start and after
    each batch: the number of traces, and of the layers of the log that are copied on top.

    Raises :class:`FillingError` if the log has been backfilled already, has discarded changes, or
    another process fills it, and :class:`~collective.appendonly.operations.NotInstalled`.
    """
    transaction.begin()
    with current_site(site):
        filling = Filling(site, BACKFILL)
        commit_attempts(partial(_begin, filling))
        _collect(site, filling, progress, batch)
        filled = Backfilled(filling.state["created"], filling.state["edited"])
        if any(filled):
            _copy(site, filling, progress)
        filling.finish()
    return filled


def _begin(filling: Filling) -> None:
    if filling.is_begun:
        return
    until = clock.utc_now()
    for _, oldest in installed_log().newer(BEGINNING):
        if oldest.backfilled:
            raise FillingError(
                "The activity log already contains changes from the catalog. It can only be"
                " filled once."
            )
        # What is younger was recorded, or was not to be recorded.
        until = min(until, oldest.time)
        break
    filling.begin(
        is_below=True, until=to_milliseconds(until), place="", created=0, edited=0
    )


def _collect(site, filling: Filling, progress: Progress, batch: int) -> None:
    if filling.state.get("collected"):
        return
    place = filling.state["place"]
    traces = _plan(site, filling.state["until"])
    done = sum(trace <= place for trace in traces)
    total = len(traces) + filling.layers_left
    progress(done, total)
    for start in range(done, len(traces), batch):
        some = traces[start : start + batch]
        done = start + len(some)
        numbers = {"done": done, "total": total, "collected": done == len(traces)}
        commit_attempts(partial(_fill, filling, some, place, numbers))
        site._p_jar.cacheMinimize()
        place = some[-1]
        progress(done, total)


def _plan(site, until: int) -> list[str]:
    return sorted(unrecorded(find_traces(site, until), installed_log()))


def _fill(
    filling: Filling, traces: Sequence[str], after: str, numbers: Mapping[str, int]
) -> None:
    found, keys = list(change_sets(traces)), installed_log().keys
    filling.add([to_item(each, keys) for each in found], after, traces[-1])
    state = filling.state
    state.update(numbers)
    for change_set in found:
        state[change_set.entries[0].action] += 1


def _copy(site, filling: Filling, progress: Progress) -> None:
    """Copy what the log has archived. The last step is then short, however long the log is."""
    while filling.layers_left:
        copied = commit_attempts(partial(_copy_some, filling))
        site._p_jar.cacheMinimize()
        progress(filling.state["done"], filling.state["total"])
        # There may always be one more by now.
        if copied < LAYERS:
            return


def _copy_some(filling: Filling) -> int:
    copied, state = filling.copy(LAYERS), filling.state
    # An earlier version did not count.
    done = state.get("done", 0) + copied
    state.update(done=done, total=done + filling.layers_left)
    return copied
