"""The lock that keeps two maintenance jobs of a site from running at the same time.

It is an annotation of the site, committed before the work begins, so that it counts for all
processes on the database. Two processes that take it at the same time conflict. The holder
renews it during the work. A lock that is not renewed, that was renewed in the future, or whose
process has ended, is taken over.
"""

from collections.abc import Iterator
from collective.appendonly import clock
from collective.appendonly.entry import from_milliseconds
from collective.appendonly.entry import to_milliseconds
from collective.appendonly.operations import Busy
from collective.appendonly.transactions import commit_attempts
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

#: The annotation of the site with the lock, under "claim", and the last run; see
#: docs/storage-format.rst.
MAINTENANCE = "collective.appendonly.maintenance"
#: How often a lock is renewed.
RENEWAL = timedelta(seconds=20)
#: When a lock that is not renewed expires, even if its process is still running.
EXPIRY = timedelta(minutes=10)

# The tokens of the locks that threads of this process hold.
_own: set[str] = set()


class LockHolder(NamedTuple):
    """The process that runs the maintenance job of a site, and since when."""

    host: str
    process: int
    since: datetime


class AlreadyRunning(Busy):
    """Another process, the ``holder`` of the lock, runs the maintenance job of this site."""

    def __init__(self, holder: LockHolder):
        super().__init__(
            f"A maintenance job is running: process {holder.process} on {holder.host}, since"
            f" {holder.since:%Y-%m-%d %H:%M:%S} UTC. Run the command again when it has finished."
        )
        self.holder = holder


class LockLost(Busy):
    """Another process has taken over the lock because it was not renewed in time."""

    def __init__(self):
        minutes = EXPIRY // timedelta(minutes=1)
        super().__init__(
            f"This job did not renew its lock for {minutes} minutes, so another process has"
            " taken over. This job has stopped. Run the command again."
        )


def lock_holder(site) -> LockHolder | None:
    """Return the process that runs the maintenance job of *site* now, None if there is none."""
    lock = IAnnotations(site).get(MAINTENANCE, {}).get("claim")
    return None if lock is None or _is_over(lock) else _holder(lock)


class MaintenanceLock:
    """The lock of one job. Only :func:`locked` creates it."""

    def __init__(self, site):
        self._site = site
        self._token = secrets.token_hex(16)
        #: The value to store under "last" at the end; None to keep the stored one.
        self.last: dict[str, Any] | None = None

    def commit(self) -> None:
        """Commit the current transaction if this job still holds the lock.

        Raises :class:`LockLost` if it does not, and ConflictError if another process takes over at
        the same time.
        """
        state, lock = self._state(), self._held()
        if lock is None:
            transaction.abort()
            raise LockLost
        now = clock.utc_now()
        age = clock.age(from_milliseconds(lock["seen"]), now)
        if age is None or age >= RENEWAL:
            state["claim"] = {**lock, "seen": to_milliseconds(now)}
        else:
            state._p_jar.readCurrent(state)
        transaction.commit()

    def _take(self) -> None:
        state = IAnnotations(self._site).setdefault(MAINTENANCE, PersistentMapping())
        lock = state.get("claim")
        if lock is not None:
            holder = _holder(lock)
            if not _is_over(lock):
                raise AlreadyRunning(holder)
            logger.warning(
                "The maintenance job of %s, started at %s by process %s on %s, did not finish."
                " Taking over.",
                "/".join(self._site.getPhysicalPath()),
                holder.since,
                holder.process,
                holder.host,
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
        lock = self._state().get("claim")
        return lock if lock and lock["token"] == self._token else None


@contextmanager
def locked(site) -> Iterator[MaintenanceLock]:
    """Hold the maintenance lock of *site* during the ``with`` block.

    Commits the current transaction first, then the lock, and at the end, after an abort, its
    release. Raises :class:`AlreadyRunning` if another process holds it.
    """
    transaction.commit()
    lock = MaintenanceLock(site)
    # Before another thread can see it.
    _own.add(lock._token)
    try:
        commit_attempts(lock._take)
        try:
            yield lock
        finally:
            transaction.abort()
            commit_attempts(lock._release)
    finally:
        _own.discard(lock._token)


def _holder(lock) -> LockHolder:
    return LockHolder(lock["host"], lock["process"], from_milliseconds(lock["since"]))


def _is_over(lock) -> bool:
    age = clock.age(from_milliseconds(lock["seen"]), clock.utc_now())
    if age is None or age >= EXPIRY:
        return True
    if lock["host"] != socket.gethostname():
        return False
    if lock["process"] == os.getpid():
        # Or the container was restarted, and its processes have the same numbers.
        return lock["token"] not in _own
    return not _is_running(lock["process"])


def _is_running(process: int) -> bool:
    if os.name != "posix":
        return True  # elsewhere the signal would end the process
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # it belongs to another user
    return True
