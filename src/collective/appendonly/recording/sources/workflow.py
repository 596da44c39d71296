"""Content that changes its workflow state."""

from Acquisition import aq_base
from collective.appendonly.recording.collector import note
from collective.appendonly.recording.guard import recorder


@recorder
def transitioned(log, obj, event):
    # Without a transition it is the initial state of something new.
    if event.transition is None or aq_base(event.object) is not aq_base(obj):
        return
    note(
        log,
        obj,
        "transitioned",
        transition=event.transition.id,
        old_state=event.old_state.id,
        new_state=event.new_state.id,
        comment=event.status.get("comments") or "",
    )
