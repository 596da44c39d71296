"""Backfilling, in batches, beside a log that goes on being written.

What the catalog tells is collected in an archive of its own. At the end, in one transaction,
what the log has recorded meanwhile goes on top of it. Edits are never kept waiting, and
until the end readers see the log as it was.
"""

from collections.abc import Callable
from collections.abc import Sequence
from collective.appendonly.attempts import commit_attempts
from collective.appendonly.backfill.traces import change_sets
from collective.appendonly.backfill.traces import find_traces
from collective.appendonly.backfill.traces import parsed
from collective.appendonly.backfill.traces import told_traces
from collective.appendonly.bulk import to_item
from collective.appendonly.entry import to_milliseconds
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.log import STACK
from collective.appendonly.recording import clock
from collective.appendonly.structures.archive import Archive
from functools import partial
from persistent.mapping import PersistentMapping
from transaction.interfaces import TransientError
from typing import NamedTuple
from zope.annotation.interfaces import IAnnotations
from zope.component import queryUtility
from zope.component.hooks import site as current_site

import transaction


#: The annotation of the site with what is filled so far; see docs/storage-format.rst.
BACKFILL = f"{STACK}.backfill"
#: How many traces of the catalog are worked off between two commits.
BATCH = 1000

Progress = Callable[[int, int], None]


class BackfillError(Exception):
    """The log can't be filled. The message tells an operator why, and what to do."""


class Backfilled(NamedTuple):
    """How many change sets of each kind a log was filled with."""

    created: int
    edited: int


def backfill(site, progress: Progress | None = None, batch: int = BATCH) -> Backfilled:
    """Fill the empty log of *site* from its catalog.

    Commits after each *batch* of traces, and drops what the caller has not committed. It may
    be interrupted at any time: called again, it goes on where it stopped. *progress* is
    called with the number of traces that are done and of all, at first and after each batch.

    Raises :class:`BackfillError` if the log holds something already, if there is none, or if
    somebody else fills it at the same time.
    """
    transaction.begin()
    with current_site(site):
        place = commit_attempts(partial(_begin, site))
        traces = _plan(site)
        done = sum(trace <= place for trace in traces)
        _report(progress, done, traces)
        for start in range(done, len(traces), batch):
            some = traces[start : start + batch]
            commit_attempts(partial(_fill, site, some, place))
            site._p_jar.cacheMinimize()
            place = some[-1]
            _report(progress, start + len(some), traces)
        try:
            filled = commit_attempts(partial(_finish, site))
        except TransientError as error:
            raise BackfillError(
                "All is collected, but people saved so much that it could not be put into"
                " the activity log. Run the backfill again at a quieter time: only the last"
                " step is left."
            ) from error
    if filled is None:
        raise BackfillError(
            "While it was being filled, the activity log has discarded its oldest changes."
            " What the catalog tells is older still, so nothing was added."
        )
    return filled


def unfinished_archive(site) -> Archive | None:
    """Return the archive that is being filled for the log of *site*, None if none is."""
    work = IAnnotations(site).get(BACKFILL)
    return None if work is None else work["archive"]


def _report(progress, done, traces):
    if progress is not None:
        progress(done, len(traces))


def _begin(site) -> str:
    """Make sure that there is work, and return the last trace that is done."""
    log = _log()
    annotations = IAnnotations(site)
    if BACKFILL not in annotations:
        if len(log):
            raise BackfillError(
                f"The activity log holds {len(log)} changes already. Only an empty log can"
                " be filled. To begin anew, uninstall the add-on, which removes its log;"
                " install it, and run the backfill at once."
            )
        if any(key.startswith(f"{STACK}.") for key in annotations):
            raise BackfillError(
                "The activity log is being filled from a file. Let the import finish; or"
                " uninstall the add-on, which removes what it has collected."
            )
        annotations[BACKFILL] = PersistentMapping(
            archive=Archive(),
            first_generation=log.stack.first_generation,
            until=to_milliseconds(clock.utc_now()),
            place="",
            created=0,
            edited=0,
        )
    return annotations[BACKFILL]["place"]


def _plan(site) -> list[str]:
    told = told_traces(_log())
    until = _work(site)["until"]
    return sorted(
        trace for trace in find_traces(site, until) if parsed(trace)[1:] not in told
    )


def _fill(site, traces: Sequence[str], after: str) -> None:
    work = _work(site)
    if work["place"] != after:
        raise BackfillError(
            "Somebody else fills the activity log of this site at the same time. Let them"
            " finish."
        )
    told = list(change_sets(traces))
    archive, length = work["archive"], _log().stack.max_length
    for start in range(0, len(told), length):
        generation = max(archive.generation + 1, work["first_generation"])
        items = [to_item(change_set) for change_set in told[start : start + length]]
        archive.addLayer(generation, items)
    for change_set in told:
        work[change_set.entries[0].action] += 1
    work["place"] = traces[-1]


def _finish(site) -> Backfilled | None:
    """Put the log on top of what was filled; None if that would be below its horizon."""
    work, log = _work(site), _log()
    filled = Backfilled(work["created"], work["edited"])
    del IAnnotations(site)[BACKFILL]
    if log.archive.horizon > work["first_generation"]:
        return None
    if any(filled):
        log.rest_on(work["archive"])
    return filled


def _log():
    log = queryUtility(IActivityLog)
    if log is None:
        raise BackfillError(
            "The add-on is not installed in this site, so there is no activity log. Install"
            " “Recent activity” in the add-ons control panel of the site first."
        )
    return log


def _work(site):
    work = IAnnotations(site).get(BACKFILL)
    if work is None:
        raise BackfillError(
            "Somebody else has filled or removed the activity log of this site meanwhile."
        )
    return work
