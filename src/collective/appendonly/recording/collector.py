"""The notes of the current transaction.

Event handlers only add notes here. What really happened is known at the end of the transaction:
events come in an order that says little (an object is added under a temporary id, then moved).
The collector takes part in savepoints, because Plone rolls back savepoints after events were
fired, and then commits.
"""

from AccessControl import getSecurityManager
from Acquisition import aq_base
from collective.appendonly.recording.administration import notes_on_writes
from collective.appendonly.recording.content_story import ContentStory
from collective.appendonly.recording.folding import Draft
from collective.appendonly.recording.sites import in_site
from collective.appendonly.recording.sites import is_site
from collective.appendonly.recording.story import Note
from collective.appendonly.transactions import errors_logged
from Products.CMFCore.interfaces import ISiteRoot
from transaction.interfaces import IDataManagerSavepoint
from transaction.interfaces import ISavepointDataManager
from typing import Any
from zope.component import getUtility
from zope.component.hooks import getSite
from zope.interface import implementer

import transaction


# The key of the collector in the data of its transaction.
_KEY = object()
# How often the notes are looked at, at most. Subscribers and hooks that edit something whenever
# something is recorded would never come to an end.
_LOOKS = 10
_FAILED = "The activity of a transaction could not be recorded."


def note(log, obj, action: str, *, story=ContentStory, **details: Any) -> None:
    """Note, until the end of the transaction, that *action* happened to *obj*.

    *story* is the class of the story that the notes about *obj* belong to.
    """
    if is_site(obj):
        # Code that sets an attribute of the site fires events with the site out of its place.
        obj = getUtility(ISiteRoot)
    actor = getSecurityManager().getUser().getId()
    _collector().add(Note(log, getSite(), obj, action, actor, details, story))


def look_at_writes(log) -> None:
    """Have the transaction looked at before the commit for what it writes without firing events.

    That is done in any case if there are notes.
    """
    _collector().look_at(log, getSite())


def has_looked() -> bool:
    """Return whether this transaction was looked at for what it writes without firing events."""
    try:
        return transaction.get().data(_KEY).has_looked
    except KeyError:
        return False


def is_noted(obj) -> bool:
    """Return whether this transaction has a note about *obj*."""
    try:
        return transaction.get().data(_KEY).has_note_of(obj)
    except KeyError:
        return False


def _collector():
    current = transaction.get()
    try:
        collector = current.data(_KEY)
    except KeyError:
        collector = Collector()
        current.set_data(_KEY, collector)
    collector.join(current)
    return collector


@implementer(ISavepointDataManager)
class Collector:
    """The notes of one transaction, as a data manager that stores nothing itself."""

    transaction_manager = None

    def __init__(self):
        self._notes: list[Note] = []
        # The objects of the notes, by id. A reference to each, so that no other object gets its id.
        self._objects: dict[int, Any] = {}
        self._draft = Draft()
        # The logs with notes, and their sites, by id.
        self._logs: dict[int, tuple[Any, Any]] = {}
        self.has_looked = False
        self._joined = False
        self._hooked = False

    def __len__(self) -> int:
        """Return the number of notes."""
        return len(self._notes)

    def add(self, note: Note) -> None:
        """Add *note*."""
        self._notes.append(note)
        self.look_at(note.log, note.site)
        self._keep(note.obj)

    def look_at(self, log, site) -> None:
        """Look at what the transaction writes in *site*, which has *log*, before the commit."""
        self._logs.setdefault(id(aq_base(log)), (log, site))

    def _keep(self, obj) -> None:
        base = aq_base(obj)
        self._objects[id(base)] = base

    def has_note_of(self, obj) -> bool:
        """Return whether there is, or was before it was written, a note about *obj*."""
        return id(aq_base(obj)) in self._objects

    def truncate(self, length: int) -> list[Note]:
        """Keep the first *length* notes. Return the others."""
        dropped = self._notes[length:]
        del self._notes[length:]
        self._objects.clear()
        for note in self._notes:
            self._keep(note.obj)
        return dropped

    def join(self, current) -> None:
        """Join the transaction *current*, unless that is done."""
        if not self._joined:
            current.join(self)
            self._joined = True
        if not self._hooked:
            current.addBeforeCommitHook(self.flush, (current,))
            self._hooked = True

    def flush(self, current, looks: int = 1) -> None:
        """Turn the notes into change sets, after all other hooks. Only a conflict stops the commit.

        Other hooks may still edit, and so may subscribers that are asked about an entry. So this
        goes to the end of the queue until nothing is added any more.
        """
        may_grow = not self._is_last(current)
        if not may_grow or looks == _LOOKS:
            self._look()
            length = len(self)
            with errors_logged(_FAILED):
                self._draft.update(self._notes)
            may_grow = len(self) > length or not self._is_last(current)
        if may_grow and looks < _LOOKS:
            current.addBeforeCommitHook(self.flush, (current, looks + 1))
            return
        draft, self._draft = self._draft, Draft()
        self._hooked = False
        # The objects stay noted: what is only reindexed from now on has been recorded.
        self._notes.clear()
        with errors_logged(_FAILED):
            draft.write()

    def _look(self) -> None:
        for log, site in () if self.has_looked else list(self._logs.values()):
            with errors_logged(_FAILED), in_site(site):
                for found in notes_on_writes(log):
                    self.add(found)
            self.has_looked = True

    def _is_last(self, current) -> bool:
        *_, (hook, _, _) = current.getBeforeCommitHooks()
        return hook == self.flush

    def savepoint(self):
        return CollectorSavepoint(self)

    def abort(self, current) -> None:
        # Also called for the rollback of a savepoint that is older than the first note. The
        # transaction then drops the collector, and the next note has to join again.
        self.truncate(0)
        self._joined = False

    def sortKey(self) -> str:
        return "collective.appendonly"

    def _nothing_to_store(self, current) -> None:
        pass

    tpc_begin = commit = tpc_vote = tpc_finish = tpc_abort = _nothing_to_store


@implementer(IDataManagerSavepoint)
class CollectorSavepoint:
    """The number of notes at the time of a savepoint."""

    def __init__(self, collector: Collector):
        self._collector = collector
        self._length = len(collector)

    def rollback(self) -> None:
        self._collector.truncate(self._length)
