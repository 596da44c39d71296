"""Logins are discarded earlier than other activity, since they are personal data.

What is recorded is never taken out of a layer, so that positions stay. An old login leaves an entry
that says nothing, and that no user can view.
"""

from collections.abc import Callable
from collections.abc import Iterable
from collective.appendonly import clock
from collective.appendonly.entry import decode_if
from collective.appendonly.entry import DISCARDED
from collective.appendonly.entry import encode
from collective.appendonly.entry import Entry
from collective.appendonly.entry import LOGIN_ACTIONS
from collective.appendonly.entry import mention
from collective.appendonly.entry import to_milliseconds
from collective.appendonly.entry import USER
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.keys import ACTION
from collective.appendonly.operations import no_progress
from collective.appendonly.operations import Progress
from collective.appendonly.operations.maintenance.erasure import rewrite_log
from collective.appendonly.settings import activity_settings
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from itertools import islice


#: What is left of a login.
NOTHING = Entry((DISCARDED,), "", "", "", USER, ())

_LOGINS = frozenset(LOGIN_ACTIONS)
_WORDS = [*map(mention, LOGIN_ACTIONS)]


def discard_logins(
    log: IActivityLog,
    commit: Callable[[], None] | None = None,
    progress: Progress = no_progress,
) -> int:
    """Discard the logins that are older than the settings allow, and return their change sets.

    Commits like an erasure, with *commit* if given. Loads O(log n) records, and writes nothing, if
    there are none: keys lead to them.
    """
    limit, having = _limit(), _having(log)
    if limit is None or not count_old_logins(log, 1):
        return 0
    # Not those of an unfinished import: it will be finished, and they will be found then.
    discarded = rewrite_log(
        log,
        _Discarder(limit),
        commit=commit,
        progress=progress,
        having=having or None,
        until=to_milliseconds(limit),
    )
    return discarded.changed


def count_old_logins(log: IActivityLog, most: int) -> int:
    """Return the number of change sets with logins to discard, at most so many. Writes nothing."""
    limit = _limit()
    if limit is None:
        return 0
    older = log.older(having=_having(log), until=limit)
    old = (change_set for _, change_set in older if _are_old(change_set, limit))
    return sum(1 for _ in islice(old, most))


def _limit() -> datetime | None:
    days = activity_settings().days_logins_kept
    return clock.utc_now() - timedelta(days=days) if days else None


def _having(log: IActivityLog):
    return [log.keys.wanted(ACTION, LOGIN_ACTIONS)] if log.keys else ()


def _are_old(change_set, limit: datetime) -> bool:
    return change_set.time < limit and any(map(_is_login, change_set.entries))


def _is_login(entry: Entry) -> bool:
    return not _LOGINS.isdisjoint(entry.actions)


class _Discarder:
    """Takes old logins out of change sets, as ``pseudonyms.Replacer`` does with users."""

    def __init__(self, limit: datetime):
        self._limit = limit

    def for_change_set(self) -> "_Discarder":
        return self

    def replaced_in(self, data: bytes) -> bytes:
        change_set = decode_if(data, _WORDS)
        if change_set is None or not _are_old(change_set, self._limit):
            return data
        entries = tuple(
            NOTHING if _is_login(entry) else entry for entry in change_set.entries
        )
        actors: Iterable[str | None] = {entry.actor for entry in entries}
        actor = change_set.actor if change_set.actor in actors else None
        return encode(replace(change_set, actor=actor, entries=entries))
