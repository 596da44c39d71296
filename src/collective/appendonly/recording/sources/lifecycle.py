"""Content that is added, copied, moved, renamed or removed.

Zope tells everything inside a folder of these events too, children first. Those calls have
another ``event.object`` than ``obj``; they only count what went along.
"""

from Acquisition import aq_base
from collective.appendonly.entry import Source
from collective.appendonly.recording.collector import expect
from collective.appendonly.recording.collector import is_noted
from collective.appendonly.recording.collector import note
from collective.appendonly.recording.guard import recorder
from collective.appendonly.recording.sites import are_in_one_site
from collective.appendonly.recording.snapshot import as_source
from collective.appendonly.recording.snapshot import facts
from collective.appendonly.recording.snapshot import indexed_principals
from collective.appendonly.recording.snapshot import path
from collective.appendonly.recording.snapshot import place
from collective.appendonly.recording.snapshot import principals
from Products.CMFCore.interfaces import ISiteRoot
from zope.component.hooks import getSite


def _is_itself(obj, event):
    return aq_base(event.object) is aq_base(obj)


def _is_move(event):
    # Adding and removing are moves too, from nowhere or to nowhere.
    return event.oldParent is not None and event.newParent is not None


def _stays_in_site(event):
    return are_in_one_site(event.oldParent, event.newParent)


def _came(log, obj, event):
    if _is_itself(obj, event):
        note(log, obj, "created")
    else:
        _went_along(log, obj, event, "cloned")


def _goes(log, obj, event):
    if _is_itself(obj, event):
        # It still knows its place, for the last time.
        note(log, obj, "removed", facts=facts(obj, _principals_now(obj)))
    else:
        # The catalog doesn't let go of it before the event is over.
        _went_along(log, obj, event, "gone", principals=indexed_principals(obj))


def _went_along(log, obj, event, action, **details):
    # Of a site that is copied or removed nothing is told.
    if not ISiteRoot.providedBy(event.object):
        note(log, obj, action, root=event.object, **details)


def _principals_now(obj):
    # What happened to it in this transaction the catalog has not heard of yet.
    return principals(obj) if is_noted(obj) else indexed_principals(obj)


@recorder
def added(log, obj, event):
    if _is_itself(obj, event):
        note(log, obj, "created")


@recorder
def copied(log, obj, event):
    original = event.original
    # From another site it is new here, and where it comes from is none of this site's business.
    if _is_itself(obj, event) and are_in_one_site(original, getSite()):
        note(log, obj, "copied", source=as_source(original))


@recorder
def cloned(log, obj, event):
    # The last event of a copy: the children are in place and have their state.
    if not _is_itself(obj, event):
        _went_along(log, obj, event, "cloned")


@recorder
def will_be_moved(log, obj, event):
    if not _is_move(event):
        return
    if not _stays_in_site(event):
        # Its own site sees it go, and the other one sees it come.
        _goes(log, obj, event)
    elif _is_itself(obj, event):
        # Who could see it where it was is only known as long as it is there.
        source = Source(place(event.oldParent, event.oldName), _principals_now(obj))
        note(log, obj, "leaving", source=source)
    else:
        # It is only indexed anew.
        expect(obj)


@recorder
def moved(log, obj, event):
    if not _is_move(event):
        return
    if not _stays_in_site(event):
        _came(log, obj, event)
    elif _is_itself(obj, event):
        note(log, obj, "moved", path=path(obj))
    else:
        _went_along(log, obj, event, "carried")


@recorder
def removed(log, obj, event):
    _goes(log, obj, event)
