"""Filling an empty log with the history that can be derived from the catalog.

Nobody observed these changes as they happened, so their change sets are marked as backfilled.
"""

from collections.abc import Sequence
from collective.appendonly import clock
from collective.appendonly.bulk import to_item
from collective.appendonly.entry import to_milliseconds
from collective.appendonly.operations import installed_log
from collective.appendonly.operations import no_progress
from collective.appendonly.operations import Progress
from collective.appendonly.operations.backfill.traces import change_sets
from collective.appendonly.operations.backfill.traces import find_traces
from collective.appendonly.operations.backfill.traces import parsed
from collective.appendonly.operations.backfill.traces import recorded_traces
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


class Backfilled(NamedTuple):
    """The number of change sets of each kind in a backfilled log."""

    created: int
    edited: int


def backfill(site, progress: Progress = no_progress, batch: int = BATCH) -> Backfilled:
    """Fill the empty log of *site* from its catalog.

    Commits after each *batch* of traces, and discards uncommitted changes of the caller. It may
    be interrupted at any time: called again, it continues where it stopped. *progress* is called
    with the number of finished traces and the total, at the start and after each batch.

    Raises :class:`FillingError` if the log is not empty or another process fills it, and
    :class:`~collective.appendonly.operations.NotInstalled`.
    """
    transaction.begin()
    with current_site(site):
        filling = Filling(site, BACKFILL)
        commit_attempts(partial(_begin, filling))
        place, until = filling.state["place"], filling.state["until"]
        traces = _plan(site, until)
        done = sum(trace <= place for trace in traces)
        progress(done, len(traces))
        for start in range(done, len(traces), batch):
            some = traces[start : start + batch]
            commit_attempts(partial(_fill, filling, some, place))
            site._p_jar.cacheMinimize()
            place = some[-1]
            progress(start + len(some), len(traces))
        filled = Backfilled(filling.state["created"], filling.state["edited"])
        filling.finish()
    return filled


def _begin(filling: Filling) -> None:
    now = to_milliseconds(clock.utc_now())
    filling.begin(until=now, place="", created=0, edited=0)


def _plan(site, until: int) -> list[str]:
    recorded = recorded_traces(installed_log())
    return sorted(
        trace for trace in find_traces(site, until) if parsed(trace)[1:] not in recorded
    )


def _fill(filling: Filling, traces: Sequence[str], after: str) -> None:
    found, keys = list(change_sets(traces)), installed_log().keys
    filling.add([to_item(each, keys) for each in found], after, traces[-1])
    for change_set in found:
        filling.state[change_set.entries[0].action] += 1
