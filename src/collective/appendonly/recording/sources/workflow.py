"""Content that changes its workflow state."""

from Acquisition import aq_base
from collective.appendonly.recording.collector import note
from collective.appendonly.recording.handlers import recorder
from collective.appendonly.recording.snapshot import as_text
from collective.appendonly.recording.snapshot import former_viewers


@recorder
def transitioned(log, obj, event):
    # Without a transition, this is the initial state of a new object.
    if event.transition is None or aq_base(event.object) is not aq_base(obj):
        return
    note(
        log,
        obj,
        "transitioned",
        seen_by=former_viewers(obj),
        workflow=getattr(event.workflow, "id", None),
        transition=event.transition.id,
        old_state=event.old_state.id,
        new_state=event.new_state.id,
        comment=as_text(event.status.get("comments")),
    )
