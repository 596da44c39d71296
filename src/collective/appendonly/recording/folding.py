"""From notes to change sets: one entry per object, one change set per log."""

from Acquisition import aq_base
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Iterator
from collective.appendonly import clock
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.recording.content_story import ContentStory
from collective.appendonly.recording.events import after_subscribers
from collective.appendonly.recording.exclusions import Exclusions
from collective.appendonly.recording.story import Note
from collective.appendonly.recording.story import Story
from collective.appendonly.transactions import errors_logged
from zope.component import queryUtility
from zope.component.hooks import site as current_site


def write_change_sets(notes: Iterable[Note]) -> None:
    """Push one change set onto each log that *notes* are for."""
    by_log = defaultdict(list)
    for note in notes:
        by_log[id(aq_base(note.log))].append(note)
    for notes_of_log in by_log.values():
        first = notes_of_log[0]
        with current_site(first.site):
            entries = tuple(_entries(notes_of_log))
            # The same transaction may have uninstalled the log.
            if entries and queryUtility(IActivityLog) is not None:
                actor = _actor(first, entries)
                first.log.push(ChangeSet(clock.utc_now(), actor, entries))


def _actor(first: Note, entries: tuple[Entry, ...]) -> str | None:
    # The actor of the first note may have no entry: a robot that the site excludes.
    actors = [entry.actor for entry in entries]
    return first.actor if first.actor in actors else actors[0]


def _entries(notes: list[Note]) -> Iterator[Entry]:
    exclusions = Exclusions()
    for story in stories(notes):
        entry = None
        # An error concerns one object; the others of the transaction are recorded.
        with errors_logged("What happened to one object could not be recorded."):
            proposed = exclusions.entry(story)
            entry = proposed and after_subscribers(story.obj, proposed)
        if entry is not None:
            yield entry


def stories(notes: list[Note]) -> list[Story]:
    """Return the stories of all objects that *notes* are about, by their first note."""
    found: dict[object, Story] = {}

    def story_of(obj, make=ContentStory):
        # The notes refer to the object, so no other object gets its id.
        key = obj if isinstance(obj, tuple) else id(aq_base(obj))
        if key not in found:
            found[key] = make()
        return found[key]

    for note in notes:
        story = story_of(note.obj, note.story)
        story.notes.append(note)
        if "root" in note.details:
            # By object: a folder that is moved and renamed takes its content along twice.
            folder = story_of(note.details["root"], note.story)
            folder.inside[id(story)] = (story, note.details.get("principals"))
            if note.action == "gone":
                story.removed_with = folder
    return [story for story in found.values() if story.notes]
