"""The notes of the current transaction.

Subscribers only leave notes here: what really happened is known at the end of the
transaction, and events come in orders that say little (an object is added under a temporary
id, then moved). The collector takes part in savepoints, because Plone rolls savepoints back
and commits all the same, after the events were fired.
"""

from AccessControl import getSecurityManager
from Acquisition import aq_base
from collective.appendonly.harmless import harmless
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.recording.folding import write_change_sets
from collective.appendonly.recording.note import Note
from collective.appendonly.recording.story import ContentStory
from contextlib import contextmanager
from contextvars import ContextVar
from transaction.interfaces import IDataManagerSavepoint
from transaction.interfaces import ISavepointDataManager
from typing import Any
from zope.component import queryUtility
from zope.component.hooks import getSite
from zope.interface import implementer

import transaction


_suspended = ContextVar("collective.appendonly.recording.suspended", default=False)
# Under this object the collector is kept with its transaction.
_KEY = object()


@contextmanager
def recording_suspended():
    """Record nothing of what happens inside the ``with`` block, in this thread.

    For imports and migrations, whose thousands of changes nobody wants to read about.
    """
    token = _suspended.set(True)
    try:
        yield
    finally:
        _suspended.reset(token)


def current_log():
    """Return the log to record on, or None: no site, not installed there, suspended."""
    if _suspended.get() or getSite() is None:
        return None
    return queryUtility(IActivityLog)


def note(log, obj, action: str, *, story=ContentStory, **details: Any) -> None:
    """Remember until the end of the transaction that *action* happened to *obj*.

    *story* is the class of the story that is told of *obj*.
    """
    actor = getSecurityManager().getUser().getId()
    _collector().add(Note(log, getSite(), obj, action, actor, details, story))


def expect(obj) -> None:
    """Say that there will be a note about *obj*: nobody has to look for silent changes."""
    _collector().expect(obj)


def is_noted(obj) -> bool:
    """Tell whether there is a note about *obj* in this transaction."""
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
        # What they are about, or will be, by id. Kept, so that nothing else gets the id.
        self._objects: dict[int, Any] = {}
        self._joined = False
        self._hooked = False

    def __len__(self) -> int:
        """Return the number of notes."""
        return len(self._notes)

    def add(self, note: Note) -> None:
        """Add *note* to the notes."""
        self._notes.append(note)
        self.expect(note.obj)

    def expect(self, obj) -> None:
        """Take *obj* for something that there is a note about."""
        base = aq_base(obj)
        self._objects[id(base)] = base

    def has_note_of(self, obj) -> bool:
        """Tell whether there is a note about *obj*."""
        return id(aq_base(obj)) in self._objects

    def truncate(self, length: int) -> list[Note]:
        """Keep the first *length* notes. Return the others."""
        dropped = self._notes[length:]
        del self._notes[length:]
        self._objects.clear()
        for note in self._notes:
            self.expect(note.obj)
        return dropped

    def join(self, current) -> None:
        """Take part in transaction *current*, unless it does already."""
        if not self._joined:
            current.join(self)
            self._joined = True
        if not self._hooked:
            current.addBeforeCommitHook(self._line_up, (current,))
            self._hooked = True

    def _line_up(self, current) -> None:
        # Other hooks of the commit may still edit: go to the end of the queue once more.
        current.addBeforeCommitHook(self.flush)

    def flush(self) -> None:
        """Turn the notes into change sets. Never stops the commit, but for a conflict."""
        self._hooked = False
        notes = self.truncate(0)
        with harmless("The activity of a transaction could not be recorded."):
            write_change_sets(notes)

    def savepoint(self):
        return CollectorSavepoint(self)

    def abort(self, current) -> None:
        # Also called when a savepoint is rolled back that is older than the first note: the
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
    """How many notes there were."""

    def __init__(self, collector: Collector):
        self._collector = collector
        self._length = len(collector)

    def rollback(self) -> None:
        self._collector.truncate(self._length)
