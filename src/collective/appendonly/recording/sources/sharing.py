"""Content that is shared in another way.

The event's descriptions hold the request; nothing of it is looked at.
"""

from Acquisition import aq_base
from collective.appendonly.recording.collector import note
from collective.appendonly.recording.guard import recorder


@recorder(site=True)
def shared(log, obj, event):
    if aq_base(event.object) is aq_base(obj):
        note(log, obj, "shared")
