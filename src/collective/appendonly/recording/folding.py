"""From notes to change sets: one entry per object, one change set per log."""

from Acquisition import aq_base
from collections import defaultdict
from collections.abc import Iterable
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.harmless import harmless
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.recording import clock
from collective.appendonly.recording.asking import ask
from collective.appendonly.recording.note import Note
from collective.appendonly.recording.selection import Selection
from collective.appendonly.recording.stories import stories
from zope.component import queryUtility
from zope.component.hooks import site as current_site


def write_change_sets(notes: Iterable[Note]) -> None:
    """Push what *notes* tell, one change set on each log they are for."""
    of_log = defaultdict(list)
    for note in notes:
        of_log[id(aq_base(note.log))].append(note)
    for notes_of_log in of_log.values():
        first = notes_of_log[0]
        with current_site(first.site):
            entries = tuple(_entries(notes_of_log))
            # The same transaction may have uninstalled the log.
            if entries and queryUtility(IActivityLog) is not None:
                actor = _actor(first, entries)
                first.log.push(ChangeSet(clock.utc_now(), actor, entries))


def _actor(first: Note, entries: tuple[Entry, ...]) -> str | None:
    # Who began may have done nothing that is told: a robot that the site leaves out.
    actors = [entry.actor for entry in entries]
    return first.actor if first.actor in actors else actors[0]


def _entries(notes: list[Note]) -> Iterable[Entry]:
    selection = Selection()
    for story in stories(notes):
        entry = None
        # Whatever happens here, the others of the transaction are told.
        with harmless("What happened to one object could not be recorded."):
            selected = selection.entry(story)
            entry = selected and ask(story.notes[-1].obj, selected)
        if entry is not None:
            yield entry
