"""Changes without events.

The Contents view, and many scripts, set tags, dates and other properties without an event, and
then reindex the object. The queue of the catalog is where such changes are detected. It is
processed before the commit, and earlier if the transaction searches the catalog.
"""

from Acquisition import aq_inner
from Acquisition import aq_parent
from collective.appendonly.recording.collector import is_noted
from collective.appendonly.recording.collector import note
from collective.appendonly.recording.differences.previous import committed_state
from collective.appendonly.recording.differences.previous import is_written
from collective.appendonly.recording.differences.without_event import (
    changes_without_event,
)
from collective.appendonly.recording.handlers import log_of
from collective.appendonly.settings import activity_settings
from collective.appendonly.transactions import answer
from collective.appendonly.transactions import errors_logged
from Products.CMFCore.interfaces import IContentish
from Products.CMFCore.interfaces import IIndexQueueProcessor
from zope.interface import implementer


@implementer(IIndexQueueProcessor)
class ChangeDetector:
    """A queue processor that indexes nothing, and only examines what is reindexed."""

    def reindex(self, obj, attributes=None, update_metadata=1):
        with errors_logged("A change of %r could not be recorded.", obj):
            if attributes and "is_default_page" in attributes:
                # The folder has another default page, and Plone does not reindex it.
                _examine(aq_parent(aq_inner(obj)))
            _examine(obj)

    # There are events for objects that are new, moved or removed.

    def index(self, obj, attributes=None):
        pass

    def unindex(self, obj):
        pass

    def begin(self):
        pass

    def commit(self):
        pass

    def abort(self):
        pass


def _examine(obj):
    # Clearing and rebuilding the catalog comes here with every object: the cheapest tests first.
    if is_noted(obj) or not is_written(obj) or not IContentish.providedBy(obj):
        return
    with log_of(obj) as log:
        if log is not None and activity_settings().silent_changes:
            if changes_without_event(obj, answer(committed_state, obj)):
                note(log, obj, "reindexed")
