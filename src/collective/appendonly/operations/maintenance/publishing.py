"""Publications by date: content that more users can view because its publishing date has come.

Plone fires no event then. While content is not effective, its entries are for those who can access
inactive content. So the last entry that says how it came to be as it is, usually that it was
published, is recorded again, for those who can view it now. Feeds and digests then have it.
"""

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Sequence
from collections.abc import Set
from collective.appendonly import clock
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.entry import from_milliseconds
from collective.appendonly.entry import to_milliseconds
from collective.appendonly.guard import by_uid
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.keys import UID
from collective.appendonly.operations import installed_log
from collective.appendonly.operations.maintenance.lock import MAINTENANCE
from collective.appendonly.permissions import indexed_date
from collective.appendonly.recording.exclusions import Exclusions
from collective.appendonly.recording.snapshot import facts
from collective.appendonly.transactions import errors_logged
from dataclasses import replace
from DateTime import DateTime
from datetime import datetime
from plone import api
from typing import Any
from typing import NamedTuple
from zope.annotation.interfaces import IAnnotations


#: The key of the maintenance record: up to when publications by date are recorded.
PUBLISHED = "published"

# The actions that decide about who can view something, or that it exists.
_DECISIVE = ("created", "copied", "translated", "transitioned")


def record_publications(site) -> int:
    """Record what became public by its date since the last call, and return the number of entries.

    The first call only stores the time. The caller commits, and holds the lock of the maintenance
    job of *site*.
    """
    state, now = IAnnotations(site)[MAINTENANCE], to_milliseconds(clock.utc_now())
    since = state.get(PUBLISHED, now)
    state[PUBLISHED] = now
    log = installed_log()
    found = _newly_effective(from_milliseconds(since), from_milliseconds(now))
    by_actor, exclusions = defaultdict(list), Exclusions()
    for uid, (time, entry) in _last_entries(log, found).items():
        with errors_logged("The publication of %r could not be recorded.", entry.path):
            published = _published(found[uid], time, entry)
            if published is not None:
                published = exclusions.entry(_Publication(published))
            if published is not None:
                by_actor[entry.actor].append(published)
    for actor, entries in by_actor.items():
        log.push(ChangeSet(from_milliseconds(now), actor, tuple(entries)))
    return sum(map(len, by_actor.values()))


def count_newly_effective(site) -> int:
    """Return how many objects became effective since the last call of :func:`record_publications`.

    Some of them may have been public before. Writes nothing.
    """
    state, now = IAnnotations(site).get(MAINTENANCE, {}), clock.utc_now()
    since = state.get(PUBLISHED)
    return 0 if since is None else len(_became_effective(from_milliseconds(since), now))


def _newly_effective(since: datetime, now: datetime) -> dict[str, Any]:
    """Return the catalog records of what became effective since a moment, by UID."""
    return by_uid(_became_effective(since, now))


def _became_effective(since: datetime, now: datetime) -> Sequence:
    if since >= now:
        return ()
    catalog = api.portal.get_tool("portal_catalog")
    dates = {"query": (DateTime(since), DateTime(now)), "range": "min:max"}
    return catalog.unrestrictedSearchResults(effective=dates)


def _last_entries(
    log: IActivityLog, uids: Mapping[str, Any]
) -> dict[str, tuple[datetime, Entry]]:
    """Return the last decisive entry about each of *uids* that has one, with its time."""
    found: dict[str, tuple[datetime, Entry]] = {}
    if uids:
        having = [log.keys.wanted(UID, uids)] if log.keys else ()
        for _, change_set in log.older(having=having):
            for entry in change_set.entries:
                if entry.uid in uids and not set(_DECISIVE).isdisjoint(entry.actions):
                    found.setdefault(entry.uid, (change_set.time, entry))
            if len(found) == len(uids):
                break
    return found


class _Publication(NamedTuple):
    """A publication by date: a story, as far as Exclusions needs one."""

    published: Entry

    @property
    def actor(self) -> str | None:
        return self.published.actor

    @property
    def portal_type(self) -> str:
        return self.published.portal_type

    def entry(self, excluded: Set[str] = frozenset()) -> Entry | None:
        actions = tuple(
            action for action in self.published.actions if action not in excluded
        )
        return replace(self.published, actions=actions) if actions else None


def _published(brain: Any, time: datetime, entry: Entry) -> Entry | None:
    """Return *entry*, which is of *time*, as it is now; None if no more users can view it."""
    obj = brain._unrestrictedGetObject()
    if indexed_date(obj, "effective").millis() <= to_milliseconds(time):
        # It was effective already: it was published in the ordinary way.
        return None
    now = facts(obj)
    if now is None or set(now.principals) <= set(entry.principals):
        return None
    return replace(
        entry,
        actions=tuple(action for action in entry.actions if action in _DECISIVE),
        fields=(),
        descendants=(),
        version=None,
        version_before=None,
        details={},
        values={},
        roles={},
        **now._asdict(),
    )
