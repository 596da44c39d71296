"""Changes of which Plone tells nobody.

Folder contents sets tags, dates and other properties without an event, and so does many a
script; but then the catalog is brought up to date. Its queue is where such changes can be
noticed. It is processed before the transaction is committed, and earlier if somebody
searches.
"""

from Acquisition import aq_inner
from Acquisition import aq_parent
from collective.appendonly.harmless import harmless
from collective.appendonly.recording.collector import is_noted
from collective.appendonly.recording.collector import note
from collective.appendonly.recording.differences.previous import is_written
from collective.appendonly.recording.differences.silent import silent_changes
from collective.appendonly.recording.sites import log_of
from collective.appendonly.settings import activity_settings
from Products.CMFCore.interfaces import IContentish
from Products.CMFCore.interfaces import IIndexQueueProcessor
from zope.interface import implementer


@implementer(IIndexQueueProcessor)
class Noticing:
    """Indexes nothing: only looks at what is indexed anew."""

    def reindex(self, obj, attributes=None, update_metadata=1):
        with harmless("A change of %r could not be recorded.", obj):
            if attributes and "is_default_page" in attributes:
                # It is the folder that has another default page. Nobody indexes that.
                _look_at(aq_parent(aq_inner(obj)))
            _look_at(obj)

    # Events tell of what is new, moved or removed.

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


def _look_at(obj):
    # Whole sites are reindexed here, by maintenance that changes no object: first what
    # costs least.
    if not IContentish.providedBy(obj) or not is_written(obj) or is_noted(obj):
        return
    with log_of(obj) as log:
        if log is not None and activity_settings().silent_changes:
            if silent_changes(obj):
                note(log, obj, "noticed")
