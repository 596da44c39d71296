"""Working copies: content that is checked out, and checked in or cancelled.

For Plone a working copy is a new page, which is removed in the end. The entries are about the
original, with its principals; only edits are recorded for the working copy.
"""

from collective.appendonly.recording.collector import note
from collective.appendonly.recording.handlers import recorder
from collective.appendonly.recording.snapshot import as_source
from collective.appendonly.recording.snapshot import as_text
from plone.app.iterate.interfaces import ICheckinCheckoutPolicy


@recorder(site=True)
def checked_out(log, original, event):
    note(log, event.working_copy, "working_copy")
    note(log, original, "checked_out")


@recorder
def checked_in(log, copy, event):
    # The interface has ``checkin_message``, the event has ``message``.
    note(log, copy, "working_copy")
    note(log, event.baseline, "checked_in", comment=as_text(event.message))


@recorder
def checkout_cancelled(log, copy, event):
    # Also fired when a working copy is deleted like any other page.
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
        # It was removed with its folder. Alone it is locked.
        return None
