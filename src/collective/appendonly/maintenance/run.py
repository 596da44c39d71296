"""The maintenance of a site: what is to be forgotten is forgotten, and what is due is sent."""

from collections.abc import Callable
from collective.appendonly.attempts import commit_attempts
from collective.appendonly.digests import send_due
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.maintenance.claim import Claim
from collective.appendonly.maintenance.claim import claimed
from collective.appendonly.maintenance.claim import ClaimLost
from collective.appendonly.maintenance.erasure import erase_all
from collective.appendonly.maintenance.erasure import Erased
from collective.appendonly.maintenance.erasure_requests import erasure_requests
from collective.appendonly.maintenance.erasure_requests import replacements
from collective.appendonly.maintenance.erasure_requests import Request
from collective.appendonly.maintenance.erasure_requests import work_off
from collective.appendonly.maintenance.last_run import as_builtins
from collective.appendonly.maintenance.report import Failure
from collective.appendonly.maintenance.report import Report
from collective.appendonly.maintenance.retention import apply_retention
from collective.appendonly.maintenance.unfinished import unfinished_archive
from collective.appendonly.recording import clock
from functools import partial
from typing import Any
from typing import NamedTuple
from zope.component import getUtility
from zope.component.hooks import site as in_site

import logging
import transaction


logger = logging.getLogger(__name__)

Progress = Callable[[int, int], None]


def maintain(site, progress: Progress | None = None, url: str | None = None) -> Report:
    """Discard what *site* doesn't keep, erase who is to be erased, send what is due.

    Commits, several times when there is much to do; first of all whatever the transaction
    holds already. If it is interrupted, the next one does the rest. A step that fails leaves the
    others to be done: see the report. What was done is remembered: see
    :func:`~collective.appendonly.maintenance.last_run`. *progress* is called with the number
    of change sets that the erasure has looked at, and of all. *url* is the public address of the
    site, for the links in digests; by default they lead to where each member subscribed.

    Raises :class:`SomebodyAtWork` if there is another maintenance of this site,
    :class:`ClaimLost` if another has taken over, and ComponentLookupError where the add-on is not
    installed.
    """
    with in_site(site):
        getUtility(IActivityLog)
        with claimed(site) as claim:
            return _remembered(_Work(site, claim, progress, url))


class _Work(NamedTuple):
    """What a step gets to know."""

    site: Any
    claim: Claim
    progress: Progress | None
    url: str | None


def _remembered(work: _Work) -> Report:
    began, report, is_interrupted = clock.utc_now(), Report(), True
    try:
        for name, step in _STEPS.items():
            report = _attempted(name, partial(step, work), report)
        is_interrupted = False
    finally:
        work.claim.last = as_builtins(began, clock.utc_now(), is_interrupted, report)
    return report


def _attempted(name: str, step: Callable[[], dict[str, int]], report: Report) -> Report:
    try:
        return report._replace(**step())
    except ClaimLost:
        raise
    except Exception as error:
        # Whatever it is, it must not keep the other steps from being done.
        transaction.abort()
        logger.exception("The step “%s” of the maintenance has failed.", name)
        failure = Failure(name, f"{type(error).__name__}: {error}")
        return report._replace(failed=(*report.failed, failure))


def _discard(work: _Work) -> dict[str, int]:
    log = getUtility(IActivityLog)
    discard = partial(apply_retention, log, now=clock.utc_now())
    return {"discarded": commit_attempts(discard, work.claim.commit)}


def _erase(work: _Work) -> dict[str, int]:
    requests = list(erasure_requests())
    if not requests:
        return {}
    erased = erase_requested(work.site, work.claim, requests, work.progress)
    people = len({user_id for user_id, _ in requests})
    done = "waiting" if erased.unreadable else "people"
    return {"changed": erased.changed, done: people}


def _send_digests(work: _Work) -> dict[str, int]:
    def renew(done, total):
        # Between two mails there is nothing else to be committed.
        work.claim.commit()

    report = send_due(work.site, clock.utc_now(), renew, work.url)
    return {"sent": report.sent, "unsent": report.failed}


#: The steps, by the names under which they are remembered. Each commits what it does, and returns
#: what is to be said of it in the report.
_STEPS = {"retention": _discard, "erasures": _erase, "digests": _send_digests}


def erase_requested(
    site, claim: Claim, requests: list[Request], progress: Progress | None
) -> Erased:
    """Do what *requests* ask for. They stay pending where something can't be read."""
    erased = erase_all(
        getUtility(IActivityLog),
        replacements(requests),
        commit=claim.commit,
        progress=progress,
        unfinished=partial(unfinished_archive, site),
    )
    if not erased.unreadable:
        # Only now: whatever stopped the work before has left all requests pending.
        commit_attempts(partial(work_off, requests), claim.commit)
    return erased
