"""Content that is edited, shared or reordered."""

from Acquisition import aq_base
from collective.appendonly.recording.collector import note
from collective.appendonly.recording.differences.fields import named_fields
from collective.appendonly.recording.handlers import recorder
from collective.appendonly.recording.sites import is_site
from collective.appendonly.recording.snapshot import former_viewers
from collective.appendonly.settings import activity_settings
from collective.appendonly.transactions import answer
from plone.app.workflow.interfaces import ILocalrolesModifiedEvent
from plone.dexterity.utils import iterSchemata
from z3c.relationfield.interfaces import IRelationBrokenEvent
from zope.container.interfaces import IContainerModifiedEvent
from zope.lifecycleevent.interfaces import IAttributes


# Modified events that are about something else: the content of a folder, sharing, and the
# removal of a related page.
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
    if is_site(obj) and not _is_about(obj, event):
        return
    if _is_copied_from_translation(event):
        # The values were copied, whether they differ or not.
        note(log, obj, "reindexed")
    else:
        note(log, obj, "edited", fields=answer(named_fields, event, otherwise=()))


def _is_copied_from_translation(event):
    # The id of the translation group is among the descriptions.
    return any(isinstance(description, str) for description in event.descriptions)


def _is_about(site, event):
    """Return whether *event* is about *site*, and not about a form with the data of a user."""
    named = [d.interface for d in event.descriptions if IAttributes.providedBy(d)]
    schemata = list(iterSchemata(site))
    return not named or any(
        interface is not None and schema.isOrExtends(interface)
        for interface in named
        for schema in schemata
    )


@recorder(site=True)
def shared(log, obj, event):
    if aq_base(event.object) is aq_base(obj):
        note(log, obj, "shared", seen_by=former_viewers(obj))


@recorder(site=True)
def container_modified(log, obj, event):
    """Note that *obj* may have been reordered: this event is also fired for other changes."""
    if aq_base(event.object) is not aq_base(obj):
        return
    # Excluded by default, and comparing the order of a large folder takes a while.
    if "reordered" not in activity_settings().excluded_actions:
        note(log, obj, "reordered")
