"""The traces that what happened has left in the catalog.

There are two: who created an object and when, and when it was last modified. A trace is a
string of time, action and UID, ``"000001795426200123 edited 5c1f…"``: strings sort by time, and a
million of them fit into memory, which a million of catalog brains do not.
"""

from collections.abc import Iterator
from collections.abc import Sequence
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.entry import from_milliseconds
from collective.appendonly.entry import Principals
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.recording.selection import Selection
from collective.appendonly.recording.snapshot import principals_in
from collective.appendonly.recording.snapshot import relative_path
from DateTime import DateTime
from plone import api
from plone.base.utils import safe_text
from typing import Any
from typing import NamedTuple


# What Plone says where it doesn't know the time is on the eve of 1970, in any time zone.
_UNKNOWN = 2 * 24 * 60 * 60 * 1000
# An object is modified while it is created, and by what people do right after that.
_STILL_CREATING = 90 * 1000
_MINUTE = 1 / 24 / 60
_NEW = frozenset(["created", "copied", "translated"])
# How many records of the catalog are read before they are dropped from memory.
_READ_AT_ONCE = 1000


def find_traces(site, until: int) -> Iterator[str]:
    """Yield all traces of what happened in *site* up to the time *until*, in no order.

    Comments leave none, since their creation is no business of the page's history; nor do
    working copies, which are not told of as content of their own.
    """
    root = "/".join(site.getPhysicalPath())
    catalog = api.portal.get_tool("portal_catalog")
    for number, brain in enumerate(catalog.getAllBrains(), 1):
        if _is_content(brain) and brain.getPath() != root:
            for time, action in _times(brain):
                if _UNKNOWN < time <= until:
                    yield f"{time:018d} {action} {brain.UID}"
        if number % _READ_AT_ONCE == 0:
            site._p_jar.cacheMinimize()


def told_traces(log: IActivityLog) -> set[tuple[str, str]]:
    """Return (action, UID) of the traces that are not wanted, since *log* tells of them."""
    told = set()
    for _, change_set in log.older():
        for entry in change_set.entries:
            if not _NEW.isdisjoint(entry.actions):
                told.add(("created", entry.uid))
            elif "edited" in entry.actions:
                told.add(("edited", entry.uid))
    return told


def parsed(trace: str) -> tuple[int, str, str]:
    """Return time, action and UID of *trace*."""
    time, action, uid = trace.split(" ", 2)
    return int(time), action, uid


def change_sets(traces: Sequence[str]) -> Iterator[ChangeSet]:
    """Yield the change sets that *traces* come to, in their order.

    There is none for what is gone by now, for what the settings leave out, and where a folder
    seems to count as modified only because something was added to it.
    """
    found = [parsed(trace) for trace in traces]
    catalog = api.portal.get_tool("portal_catalog")
    uids = sorted({uid for _, _, uid in found})
    brains = {brain.UID: brain for brain in catalog.unrestrictedSearchResults(UID=uids)}
    selection = Selection()
    for time, action, uid in found:
        brain = brains.get(uid)
        if brain is None or (action == "edited" and _took_in(catalog, brain, time)):
            continue
        principals = principals_in(catalog, brain.getRID())
        entry = selection.entry(_Trace(action, brain, principals))
        if entry is not None:
            yield ChangeSet(
                time=from_milliseconds(time),
                actor=entry.actor,
                entries=(entry,),
                backfilled=True,
            )


class _Trace(NamedTuple):
    """What a trace and the catalog say, in the way in which a Selection asks for it."""

    action: str
    brain: Any
    principals: Principals

    @property
    def actor(self) -> str | None:
        # Who modified it last nobody knows.
        return (self.brain.Creator or None) if self.action == "created" else None

    @property
    def portal_type(self) -> str:
        return self.brain.portal_type

    def entry(self, left_out) -> Entry | None:
        if self.action in left_out:
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
    # A value that is missing, or one of the many that old catalogs hold, is no DateTime.
    created = _milliseconds(brain.created)
    modified = _milliseconds(brain.modified)
    if created is not None:
        yield created, "created"
    if modified is not None and modified > (created or 0) + _STILL_CREATING:
        yield modified, "edited"


def _took_in(catalog, brain, time: int) -> bool:
    """Tell whether something was created in a folder, up to a minute before *time*."""
    if not getattr(brain, "is_folderish", False):
        return False
    moment = DateTime(time / 1000, "UTC")
    found = catalog.unrestrictedSearchResults(
        path={"query": brain.getPath(), "depth": 1},
        created={"query": (moment - _MINUTE, moment), "range": "minmax"},
    )
    return len(found) > 0


def _milliseconds(date_time) -> int | None:
    return date_time.millis() if hasattr(date_time, "millis") else None
