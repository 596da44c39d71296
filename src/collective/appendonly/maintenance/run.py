"""The maintenance of a site's log: what is to be forgotten is forgotten."""

from collections.abc import Callable
from collective.appendonly.attempts import commit_attempts
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.maintenance.erasure import erase_all
from collective.appendonly.maintenance.erasure import Erased
from collective.appendonly.maintenance.erasure_requests import erasure_requests
from collective.appendonly.maintenance.retention import apply_retention
from collective.appendonly.recording.clock import utc_now
from functools import partial
from typing import NamedTuple
from zope.component import getUtility
from zope.component.hooks import site as in_site


class Report(NamedTuple):
    """What a maintenance did."""

    #: How many change sets were discarded.
    discarded: int = 0
    #: How many people were erased, and in how many change sets something was replaced.
    people: int = 0
    changed: int = 0
    #: How many people still wait, as there are change sets that could not be read.
    waiting: int = 0


def maintain(site, progress: Callable[[int, int], None] | None = None) -> Report:
    """Discard what *site* doesn't keep, and erase the people who are to be erased.

    Commits, several times when there is much to do; first of all whatever the transaction
    holds already. If it is interrupted, the next one does the rest. *progress* is called with the number of change sets looked at, and of all.
    Raises ComponentLookupError where the add-on is not installed, or waits for an upgrade.
    """
    with in_site(site):
        log = getUtility(IActivityLog)
        discarded = commit_attempts(partial(apply_retention, log, now=utc_now()))
        requests = list(erasure_requests())
        if not requests:
            return Report(discarded)
        erased = erase_all(log, dict(requests), progress=progress)
        return Report(discarded)._replace(**_concluded(requests, erased))


def _concluded(requests: list, erased: Erased) -> dict[str, int]:
    people = len(dict(requests))
    if erased.unreadable:
        return {"changed": erased.changed, "waiting": people}
    # Only now: whatever stopped the work before has left all requests pending.
    commit_attempts(partial(_work_off, requests))
    return {"changed": erased.changed, "people": people}


def _work_off(requests: list) -> None:
    pending = erasure_requests()
    pending.extend(
        [request for request in pending.consume() if request not in requests]
    )
