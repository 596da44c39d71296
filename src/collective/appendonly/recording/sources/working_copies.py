"""Working copies: content that is checked out, and checked in again or given up.

To Plone a working copy is a new page, and in the end a page that is removed. What happens is
told of the original, and to those who may see that; only edits are told of the working copy.
"""

from collective.appendonly.recording.collector import note
from collective.appendonly.recording.guard import recorder
from collective.appendonly.recording.snapshot import as_source
from plone.app.iterate.interfaces import ICheckinCheckoutPolicy


@recorder(site=True)
def checked_out(log, original, event):
    note(log, event.working_copy, "working_copy")
    note(log, original, "checked_out")


@recorder
def checked_in(log, copy, event):
    # The interface promises ``checkin_message``, the event has ``message``.
    note(log, copy, "working_copy")
    note(log, event.baseline, "checked_in", comment=event.message or "")


@recorder
def checkout_cancelled(log, copy, event):
    # Also notified when a working copy is deleted like any other page.
    note(log, copy, "working_copy")
    note(log, event.baseline, "checkout_cancelled")


@recorder
def changed(log, copy, event):
    original = _original(copy)
    if original is not None:
        note(log, copy, "related", source=as_source(original))


def _original(copy):
    try:
        return ICheckinCheckoutPolicy(copy).getBaseline()
    except KeyError:
        # Removed, with its folder: alone it could not be, being locked.
        return None
