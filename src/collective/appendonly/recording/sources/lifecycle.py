"""Content that is added, copied, moved, renamed or removed.

Zope dispatches these events to everything inside a folder too, children first. Those calls have
another ``event.object`` than ``obj``, and only count what went along.
"""

from Acquisition import aq_base
from collective.appendonly.recording.collector import is_noted
from collective.appendonly.recording.collector import note
from collective.appendonly.recording.handlers import recorder
from collective.appendonly.recording.sites import are_in_one_site
from collective.appendonly.recording.sites import is_site
from collective.appendonly.recording.sites import top_of
from collective.appendonly.recording.snapshot import as_source
from collective.appendonly.recording.snapshot import facts
from collective.appendonly.recording.snapshot import former_viewers
from collective.appendonly.recording.snapshot import path
from collective.appendonly.recording.snapshot import place
from collective.appendonly.recording.snapshot import principals
from collective.appendonly.transactions import answer
from zope.component.hooks import getSite


def _is_itself(obj, event):
    return aq_base(event.object) is aq_base(obj)


def _is_move(event):
    # Adding and removing are moves too, without an old or a new parent.
    return event.oldParent is not None and event.newParent is not None


def _stays_in_site(event):
    return are_in_one_site(event.oldParent, event.newParent)


def _came(log, obj, event):
    if not _is_itself(obj, event):
        _went_along(log, obj, event, "cloned")
    elif top_of(obj) is not None:
        note(log, obj, "created")
    # Else it was added to a folder that has no place yet, and goes along when that is added.


def _goes(log, obj, event):
    if _is_itself(obj, event):
        # This is the last time that it has a place.
        note(log, obj, "removed", facts=facts(obj, _principals_now(obj)))
    else:
        _went_along(log, obj, event, "gone", principals=former_viewers(obj))


def _went_along(log, obj, event, action, **details):
    # A site that is copied or removed is not recorded.
    if not is_site(event.object):
        note(log, obj, action, root=event.object, **details)


def _principals_now(obj):
    """Return the principals that can view *obj*, None if the catalog has them."""
    # Changes of this transaction are not in the catalog yet.
    return answer(principals, obj, otherwise=()) if is_noted(obj) else None


@recorder
def added(log, obj, event):
    _came(log, obj, event)


@recorder
def copied(log, obj, event):
    original = event.original
    # A copy from another site is new here, and its source is not recorded.
    if _is_itself(obj, event) and are_in_one_site(original, getSite()):
        note(log, obj, "copied", source=as_source(original))


@recorder
def will_be_moved(log, obj, event):
    if not _is_move(event):
        return
    if not _stays_in_site(event):
        # For its own site it is removed, for the other site it is new.
        _goes(log, obj, event)
    elif _is_itself(obj, event):
        note(log, obj, "leaving", seen_by=former_viewers(obj))
    else:
        # It may be moved or removed from where the folder takes it.
        note(log, obj, "leaving", seen_by=former_viewers(obj), root=event.object)


@recorder
def moved(log, obj, event):
    if not _is_move(event):
        return
    if not _stays_in_site(event):
        _came(log, obj, event)
    elif _is_itself(obj, event):
        left = place(event.oldParent, event.oldName)
        note(log, obj, "moved", left=left, path=path(obj))
    else:
        _went_along(log, obj, event, "carried")


@recorder
def removed(log, obj, event):
    _goes(log, obj, event)
