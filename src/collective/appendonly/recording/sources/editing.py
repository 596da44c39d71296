"""Content that is edited."""

from Acquisition import aq_base
from collective.appendonly.recording.collector import note
from collective.appendonly.recording.differences.fields import named_fields
from collective.appendonly.recording.guard import recorder
from plone.app.workflow.interfaces import ILocalrolesModifiedEvent
from plone.dexterity.utils import iterSchemata
from Products.CMFCore.interfaces import ISiteRoot
from z3c.relationfield.interfaces import IRelationBrokenEvent
from zope.container.interfaces import IContainerModifiedEvent
from zope.lifecycleevent.interfaces import IAttributes


# These say that they are modifications of the object, and are about something else: what a
# folder holds, sharing, and a page elsewhere that was removed.
_NOT_AN_EDIT = (
    IContainerModifiedEvent,
    ILocalrolesModifiedEvent,
    IRelationBrokenEvent,
)


@recorder(site=True)
def edited(log, obj, event):
    if aq_base(event.object) is not aq_base(obj):
        return
    if any(interface.providedBy(event) for interface in _NOT_AN_EDIT):
        return
    if ISiteRoot.providedBy(obj) and not _is_about(obj, event):
        return
    if _is_copied_from_translation(event):
        # Values were copied, but not only where they differ.
        note(log, obj, "noticed")
    else:
        note(log, obj, "edited", fields=named_fields(event))


def _is_copied_from_translation(event):
    # The id of the group of translations, among the descriptions.
    return any(isinstance(description, str) for description in event.descriptions)


def _is_about(site, event):
    """Tell whether *event* is about *site*: forms with the data of a user say so too."""
    named = [d.interface for d in event.descriptions if IAttributes.providedBy(d)]
    schemata = list(iterSchemata(site))
    return not named or any(
        interface is not None and schema.isOrExtends(interface)
        for interface in named
        for schema in schemata
    )
