"""The claim: of several who want to do the maintenance of a site, one does.

It is in the annotations of the site, committed before the work begins, so that it counts for
all processes on the database. Two who claim at the same moment conflict. Whoever has the claim
renews it while they work; a claim that nobody renews, or whose process is gone, is taken over.
"""

from collections.abc import Iterator
from collective.appendonly.attempts import commit_attempts
from collective.appendonly.entry import from_milliseconds
from collective.appendonly.entry import to_milliseconds
from collective.appendonly.recording import clock
from contextlib import contextmanager
from datetime import datetime
from datetime import timedelta
from persistent.mapping import PersistentMapping
from typing import Any
from typing import NamedTuple
from zope.annotation.interfaces import IAnnotations

import logging
import os
import secrets
import socket
import transaction


logger = logging.getLogger(__name__)

#: The annotation of the site with the claim and the last maintenance; see
#: docs/storage-format.rst.
MAINTENANCE = "collective.appendonly.maintenance"
#: How often a claim is renewed.
RENEWAL = timedelta(seconds=20)
#: When a claim that was not renewed is over, whatever became of its process.
PATIENCE = timedelta(minutes=10)

# The claims of the threads of this process.
_own: set[str] = set()


class AtWork(NamedTuple):
    """Who does the maintenance of a site: a process of a machine, and since when."""

    host: str
    process: int
    since: datetime


class SomebodyAtWork(Exception):
    """Somebody else is doing the maintenance of this site: ``at_work`` tells who."""

    def __init__(self, at_work: AtWork):
        super().__init__(
            f"Process {at_work.process} of {at_work.host} has been at work since"
            f" {at_work.since:%Y-%m-%d %H:%M:%S} UTC."
        )
        self.at_work = at_work


class ClaimLost(Exception):
    """Somebody else has taken over, as the claim was not renewed for too long."""

    def __init__(self):
        minutes = PATIENCE // timedelta(minutes=1)
        super().__init__(
            f"Nothing was heard of this maintenance for {minutes} minutes, so somebody else"
            " has taken over. It has stopped."
        )


def at_work(site) -> AtWork | None:
    """Return who does the maintenance of *site* at the moment, None if nobody does."""
    held = IAnnotations(site).get(MAINTENANCE, {}).get("claim")
    return None if held is None or _is_over(held) else _told(held)


class Claim:
    """The claim of one run. Only :func:`claimed` makes it."""

    def __init__(self, site):
        self._site = site
        self._token = secrets.token_hex(16)
        #: What is to be kept under ``last`` when the work is over; by default what there is.
        self.last: dict[str, Any] | None = None

    def commit(self) -> None:
        """Commit what was done, if the claim still holds. Raises :class:`ClaimLost`.

        Should somebody take over at the same moment there is a ConflictError.
        """
        state, held = self._state(), self._held()
        if held is None:
            transaction.abort()
            raise ClaimLost
        now = clock.utc_now()
        if now - from_milliseconds(held["seen"]) >= RENEWAL:
            state["claim"] = {**held, "seen": to_milliseconds(now)}
        else:
            state._p_jar.readCurrent(state)
        transaction.commit()

    def _take(self) -> None:
        state = IAnnotations(self._site).setdefault(MAINTENANCE, PersistentMapping())
        held = state.get("claim")
        if held is not None:
            if not _is_over(held):
                raise SomebodyAtWork(_told(held))
            logger.warning(
                "The maintenance of %s, begun at %s by process %s of %s, has not come to its"
                " end. It is taken over.",
                "/".join(self._site.getPhysicalPath()),
                _told(held).since,
                held["process"],
                held["host"],
            )
        now = to_milliseconds(clock.utc_now())
        state["claim"] = {
            "token": self._token,
            "host": socket.gethostname(),
            "process": os.getpid(),
            "since": now,
            "seen": now,
        }

    def _release(self) -> None:
        if self._held() is not None:
            state = self._state()
            state["claim"] = None
            if self.last is not None:
                state["last"] = self.last

    def _state(self):
        return IAnnotations(self._site).get(MAINTENANCE, {})

    def _held(self):
        held = self._state().get("claim")
        return held if held and held["token"] == self._token else None


@contextmanager
def claimed(site) -> Iterator[Claim]:
    """Have the claim on the maintenance of *site* while the ``with`` block runs.

    Commits: first what the transaction holds, then the claim, in the end that it is over, after
    an abort. Raises :class:`SomebodyAtWork` if somebody else has it.
    """
    transaction.commit()
    transaction.begin()
    claim = Claim(site)
    # Before anybody can see it.
    _own.add(claim._token)
    try:
        commit_attempts(claim._take)
        try:
            yield claim
        finally:
            transaction.abort()
            commit_attempts(claim._release)
    finally:
        _own.discard(claim._token)


def _told(held) -> AtWork:
    return AtWork(held["host"], held["process"], from_milliseconds(held["since"]))


def _is_over(held) -> bool:
    if clock.utc_now() - from_milliseconds(held["seen"]) >= PATIENCE:
        return True
    if held["host"] != socket.gethostname():
        return False
    if held["process"] == os.getpid():
        # Or the container was started again, and its processes have the same numbers.
        return held["token"] not in _own
    return not _is_running(held["process"])


def _is_running(process: int) -> bool:
    if os.name != "posix":
        return True  # elsewhere one can't ask without doing something to it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # it is somebody else's
    return True
