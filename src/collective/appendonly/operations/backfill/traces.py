"""Traces of past changes in the catalog.

There are two per object: who created it and when, and when it was last modified. A trace is a
string of time, action and UID, ``"000001795426200123 edited 5c1f…"``. Strings sort by time, and
a million of them fit into memory, unlike a million catalog brains.
"""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from collective.appendonly.bounds import bounded
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.entry import from_milliseconds
from collective.appendonly.entry import Principals
from collective.appendonly.entry import to_milliseconds
from collective.appendonly.feed.places import language_suffixes
from collective.appendonly.feed.places import stored_uid
from collective.appendonly.guard import by_uid
from collective.appendonly.guard import text_of
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.recording.exclusions import Exclusions
from collective.appendonly.recording.snapshot import principals_in
from collective.appendonly.recording.snapshot import relative_path
from collective.appendonly.recording.snapshot import viewers
from collective.appendonly.transactions import errors_logged
from collective.appendonly.validation import invalid_names
from DateTime import DateTime
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from plone import api
from plone.base.utils import safe_text
from typing import Any
from typing import NamedTuple

import logging


logger = logging.getLogger(__name__)

# Plone's value for an unknown time is in the last hours of 1969 or the first ones of 1970.
_UNKNOWN = to_milliseconds(datetime(1970, 1, 3, tzinfo=timezone.utc))
# An object is modified while it is created, and by what its creator does right after that.
_STILL_CREATING = timedelta(seconds=90) // timedelta(milliseconds=1)
_MINUTE = 1 / 24 / 60
_NEW = frozenset(["created", "copied", "translated"])
# The number of catalog records that are read before they are removed from memory.
_READ_AT_ONCE = 1000


def find_traces(site, until: int) -> Iterator[str]:
    """Yield the traces in *site* up to *until*, in milliseconds, in no particular order.

    Comments and working copies are left out: they are not content of their own. Content that the
    catalog has once for each language is found once.
    """
    suffixes, shared = language_suffixes(), set()
    root = "/".join(site.getPhysicalPath())
    catalog = api.portal.get_tool("portal_catalog")
    for number, brain in enumerate(catalog.getAllBrains(), 1):
        if _is_content(brain) and brain.getPath() != root:
            uid = text_of(brain.UID)
            stored = stored_uid(uid, suffixes)
            times = () if stored in shared else _times(brain)
            if stored != uid:
                shared.add(stored)
            for time, action in times:
                if _UNKNOWN < time <= until:
                    yield f"{time:018d} {action} {brain.UID}"
        if number % _READ_AT_ONCE == 0:
            site._p_jar.cacheMinimize()


def unrecorded(traces: Iterable[str], log: IActivityLog) -> Iterator[str]:
    """Yield those of *traces* that *log* does not contain already."""
    recorded, suffixes = set(), language_suffixes()

    def known(action: str, uid: Any) -> tuple[str, str]:
        return action, stored_uid(text_of(uid), suffixes)

    for _, change_set in log.older():
        for entry in change_set.entries:
            if not _NEW.isdisjoint(entry.actions):
                recorded.add(known("created", entry.uid))
            elif "edited" in entry.actions:
                recorded.add(known("edited", entry.uid))
    for trace in traces:
        _, action, uid = parsed(trace)
        if known(action, uid) not in recorded:
            yield trace


def parsed(trace: str) -> tuple[int, str, str]:
    """Return time, action and UID of *trace*."""
    time, action, uid = trace.split(" ", 2)
    return int(time), action, uid


def change_sets(traces: Sequence[str]) -> Iterator[ChangeSet]:
    """Yield the change sets of *traces*, in their order.

    There is none for objects that no longer exist or of which the catalog has invalid values,
    for what the settings exclude, and for folders that were apparently modified only because
    content was added to them.
    """
    found = [parsed(trace) for trace in traces]
    catalog = api.portal.get_tool("portal_catalog")
    uids = sorted({uid for _, _, uid in found})
    search = catalog.unrestrictedSearchResults
    brains = by_uid(search(UID=uids))
    effective = by_uid(search(UID=uids, effectiveRange=DateTime()))
    exclusions = Exclusions()
    for time, action, uid in found:
        brain = brains.get(uid)
        if brain is None or (
            action == "edited" and _has_new_content(catalog, brain, time)
        ):
            continue
        principals = principals_in(catalog, brain.getRID())
        if uid not in effective:
            principals = _without_range(brain, principals)
        entry = exclusions.entry(_Trace(action, brain, principals))
        if entry is not None and _is_valid(entry):
            yield ChangeSet(
                time=from_milliseconds(time),
                actor=entry.actor,
                entries=(entry,),
                backfilled=True,
            )


def _is_valid(entry: Entry) -> bool:
    invalid = list(invalid_names(bounded(entry)))
    if invalid:
        logger.warning(
            "The catalog has invalid values for %r, which is left out: %s.",
            entry.path,
            ", ".join(invalid),
        )
    return not invalid


class _Trace(NamedTuple):
    """A trace with its catalog record: a story, as far as Exclusions needs one."""

    action: str
    brain: Any
    principals: Principals

    @property
    def actor(self) -> str | None:
        # The catalog does not know who modified it last.
        creator = self.brain.Creator if self.action == "created" else None
        return safe_text(creator) if creator else None

    @property
    def portal_type(self) -> str:
        return self.brain.portal_type

    def entry(self, excluded) -> Entry | None:
        if self.action in excluded:
            return None
        return Entry(
            actions=(self.action,),
            uid=self.brain.UID,
            path=relative_path(tuple(self.brain.getPath().split("/"))),
            title=safe_text(self.brain.Title or ""),
            portal_type=self.portal_type,
            principals=self.principals,
            actor=self.actor,
        )


def _is_content(brain) -> bool:
    return bool(
        brain.UID
        and brain.portal_type
        and brain.portal_type != "Discussion Item"
        and not getattr(brain, "is_working_copy", False)
    )


def _times(brain):
    # A missing value, or one of an old catalog, may not be a DateTime.
    created = _milliseconds(brain.created)
    modified = _milliseconds(brain.modified)
    if created is not None:
        yield created, "created"
    if modified is not None and modified > (created or 0) + _STILL_CREATING:
        yield modified, "edited"


def _without_range(brain, principals: Principals) -> Principals:
    """Return the principals that can view what is not in its effective range."""
    with errors_logged("%r could not be loaded.", brain.getPath()):
        return viewers(brain._unrestrictedGetObject(), principals)
    return ()


def _has_new_content(catalog, brain, time: int) -> bool:
    """Return whether content was created in a folder up to a minute before *time*."""
    if not getattr(brain, "is_folderish", False):
        return False
    moment = DateTime(from_milliseconds(time))
    found = catalog.unrestrictedSearchResults(
        path={"query": brain.getPath(), "depth": 1},
        created={"query": (moment - _MINUTE, moment), "range": "minmax"},
    )
    return len(found) > 0


def _milliseconds(date_time) -> int | None:
    return date_time.millis() if hasattr(date_time, "millis") else None
