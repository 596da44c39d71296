"""Folders whose content is put into another order."""

from Acquisition import aq_base
from collective.appendonly.recording.collector import note
from collective.appendonly.recording.guard import recorder
from collective.appendonly.settings import activity_settings


@recorder(site=True)
def container_modified(log, obj, event):
    """Note that *obj* may have been reordered: coming and going fires this event too."""
    if aq_base(event.object) is not aq_base(obj):
        return
    # Left out by default, and comparing the orders of large folders takes a while.
    if "reordered" not in activity_settings().actions_left_out:
        note(log, obj, "reordered")
