"""The maintenance job of a site: the steps, and their order."""

from collections.abc import Callable
from collective.appendonly import clock
from collective.appendonly.digests import send_due
from collective.appendonly.operations import describe
from collective.appendonly.operations import installed_log
from collective.appendonly.operations import no_progress
from collective.appendonly.operations import Progress
from collective.appendonly.operations import upgraded_log
from collective.appendonly.operations.filling import unfinished_archive
from collective.appendonly.operations.indexing import index_log
from collective.appendonly.operations.maintenance.erasure import erase_all
from collective.appendonly.operations.maintenance.erasure import Erased
from collective.appendonly.operations.maintenance.erasure_requests import (
    erasure_requests,
)
from collective.appendonly.operations.maintenance.erasure_requests import pseudonyms_of
from collective.appendonly.operations.maintenance.erasure_requests import (
    remove_requests,
)
from collective.appendonly.operations.maintenance.erasure_requests import Request
from collective.appendonly.operations.maintenance.lock import locked
from collective.appendonly.operations.maintenance.lock import LockLost
from collective.appendonly.operations.maintenance.lock import MaintenanceLock
from collective.appendonly.operations.maintenance.logins import discard_logins
from collective.appendonly.operations.maintenance.publishing import record_publications
from collective.appendonly.operations.maintenance.report import as_builtins
from collective.appendonly.operations.maintenance.report import Failure
from collective.appendonly.operations.maintenance.report import MaintenanceReport
from collective.appendonly.operations.maintenance.retention import apply_retention
from collective.appendonly.transactions import commit_attempts
from functools import partial
from typing import Any
from typing import NamedTuple
from zope.component.hooks import site as in_site

import logging
import transaction


logger = logging.getLogger(__name__)


def maintain(
    site, progress: Progress = no_progress, url: str | None = None
) -> MaintenanceReport:
    """Do the work of *site* that no request does.

    Apply the retention, also that of logins, erase users as requested, index old changes, record publications by date,
    and send digests. Commits the current transaction first, then several times. After an interruption the next
    job does the rest. If a step fails, the others are still done: see the report. The result is
    stored for :func:`~collective.appendonly.operations.maintenance.last_run`. *progress* is
    called with the amount of work done by the erasure and by the index, and the total. *url* is the
    public URL of the site, for links in digests; by default, they use the URL at which each
    member subscribed.

    Raises :class:`AlreadyRunning` if another process runs the maintenance job of this site,
    :class:`LockLost` if another process has taken over, and
    :class:`~collective.appendonly.operations.NotInstalled`.
    """
    with in_site(site):
        installed_log()
        with locked(site) as lock:
            return _run(_Job(site, lock, progress, url))


class _Job(NamedTuple):
    """The arguments of a step."""

    site: Any
    lock: MaintenanceLock
    progress: Progress
    url: str | None


def _run(job: _Job) -> MaintenanceReport:
    began, report, is_interrupted = clock.utc_now(), MaintenanceReport(), True
    try:
        for name, step in _STEPS.items():
            report = _attempted(name, partial(step, job), report)
        is_interrupted = False
    finally:
        job.lock.last = as_builtins(began, clock.utc_now(), is_interrupted, report)
    return report


def _attempted(
    name: str, step: Callable[[], dict[str, int]], report: MaintenanceReport
) -> MaintenanceReport:
    try:
        return report._replace(**step())
    except LockLost:
        raise
    except Exception as error:
        # Whatever it is, it must not prevent the other steps.
        transaction.abort()
        logger.exception("The step “%s” of the maintenance job has failed.", name)
        failure = Failure(name, describe(error))
        return report._replace(failed=(*report.failed, failure))


def _discard(job: _Job) -> dict[str, int]:
    discard = partial(apply_retention, installed_log(), now=clock.utc_now())
    return {"discarded": commit_attempts(discard, job.lock.commit)}


def _discard_logins(job: _Job) -> dict[str, int]:
    log = installed_log()
    return {"logins": discard_logins(log, job.lock.commit, job.progress)}


def _erase(job: _Job) -> dict[str, int]:
    requests = list(erasure_requests())
    if not requests:
        return {}
    erased = erase_requested(job.site, job.lock, requests, job.progress)
    users = len({user_id for user_id, _ in requests})
    outcome = "waiting" if erased.unreadable else "people"
    return {"changed": erased.changed, outcome: users}


def _index(job: _Job) -> dict[str, int]:
    log = installed_log()
    if log.keys is None:
        return {}  # that begins with the upgrade of the site
    return {"indexed": index_log(log, job.progress, job.lock.commit)}


def _record_publications(job: _Job) -> dict[str, int]:
    record = partial(record_publications, job.site)
    return {"published": commit_attempts(record, job.lock.commit)}


def _send_digests(job: _Job) -> dict[str, int]:
    def renew(done, total):
        # Between two digests there is nothing else to commit.
        job.lock.commit()

    report = send_due(job.site, clock.utc_now(), renew, job.url)
    return {
        "sent": report.sent,
        "unsent": report.failed,
        "refused": report.refused,
        "paused": report.paused,
    }


#: The steps, by the names under which they are stored. Each commits its work, and returns
#: numbers for the report.
_STEPS = {
    "retention": _discard,
    "logins": _discard_logins,
    "erasures": _erase,
    "index": _index,
    # The digests have them.
    "publications": _record_publications,
    "digests": _send_digests,
}


def erase_requested(
    site, lock: MaintenanceLock, requests: list[Request], progress: Progress
) -> Erased:
    """Process *requests*. They stay pending if a part of the log is unreadable.

    Raises :class:`~collective.appendonly.operations.NotUpgraded`: 1.0.0a1 could no longer push onto a
    stack with replaced items.
    """
    erased = erase_all(
        upgraded_log(),
        pseudonyms_of(requests),
        commit=lock.commit,
        progress=progress,
        unfinished=partial(unfinished_archive, site),
    )
    if not erased.unreadable:
        # Not earlier: after an interruption, all requests must still be pending.
        commit_attempts(partial(remove_requests, requests), lock.commit)
    return erased
