"""Content that is edited."""

from Acquisition import aq_base
from collective.appendonly.recording.collector import note
from collective.appendonly.recording.fields import named_fields
from collective.appendonly.recording.guard import recorder
from plone.app.workflow.interfaces import ILocalrolesModifiedEvent
from z3c.relationfield.interfaces import IRelationBrokenEvent
from zope.container.interfaces import IContainerModifiedEvent


# These say that they are modifications of the object, and are about something else: what a
# folder holds, sharing, and a page elsewhere that was removed.
_NOT_AN_EDIT = (
    IContainerModifiedEvent,
    ILocalrolesModifiedEvent,
    IRelationBrokenEvent,
)


@recorder
def edited(log, obj, event):
    if aq_base(event.object) is not aq_base(obj):
        return
    if any(interface.providedBy(event) for interface in _NOT_AN_EDIT):
        return
    note(log, obj, "edited", fields=named_fields(event))
