"""From notes to change sets: one entry per object, one change set per log."""

from Acquisition import aq_base
from collections import defaultdict
from collections.abc import Hashable
from collections.abc import Iterable
from collective.appendonly import clock
from collective.appendonly.bounds import bounded
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.entry import weight
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.recording.content_story import ContentStory
from collective.appendonly.recording.events import after_subscribers
from collective.appendonly.recording.exclusions import Exclusions
from collective.appendonly.recording.site_story import AddonStory
from collective.appendonly.recording.site_story import SettingStory
from collective.appendonly.recording.sites import in_site
from collective.appendonly.recording.story import Note
from collective.appendonly.recording.story import Story
from collective.appendonly.transactions import answer
from collective.appendonly.transactions import errors_logged
from plone.uuid.interfaces import ATTRIBUTE_NAME
from transaction.interfaces import TransientError
from typing import NamedTuple
from zope.component import queryUtility


# An error concerns one object; the others of the transaction are recorded.
_ONE_FAILED = "What happened to one object could not be recorded."


class _Made(NamedTuple):
    """The entry that so many notes of a story made, None if there is none."""

    notes: int
    entry: Entry | None


class Draft:
    """The change sets of one transaction, until they are written."""

    def __init__(self):
        # By log, its first note, and what each of its stories has made.
        self._logs: dict[int, tuple[Note, dict[Hashable, _Made]]] = {}

    def update(self, notes: Iterable[Note]) -> None:
        """Make the entries of all *notes*, except for those that there are already.

        Subscribers are asked about each entry. If they edit something, there are more notes
        afterwards.
        """
        by_log = defaultdict(list)
        for note in notes:
            by_log[id(aq_base(note.log))].append(note)
        before, self._logs = self._logs, {}
        for key, notes_of_log in by_log.items():
            first = notes_of_log[0]
            _, made = before.get(key, (first, {}))
            with in_site(first.site):
                self._logs[key] = first, _entries(notes_of_log, made)

    def write(self) -> None:
        """Push one change set onto each log that has entries."""
        for first, made in self._logs.values():
            entries = tuple(each.entry for each in made.values() if each.entry)
            with in_site(first.site):
                # The same transaction may have uninstalled the log.
                if entries and queryUtility(IActivityLog) is not None:
                    _push(first, entries)


def _push(first: Note, entries: tuple[Entry, ...]) -> None:
    try:
        actor = _actor(first, entries)
        first.log.push(ChangeSet(clock.utc_now(), actor, entries))
    except TransientError:
        raise
    except Exception:
        # To ask each entry before would take as long as to store them.
        storable = tuple(filter(_is_storable, entries))
        if len(storable) == len(entries):
            raise
        if storable:
            _push(first, storable)


def _is_storable(entry: Entry) -> bool:
    with errors_logged(_ONE_FAILED):
        weight(bounded(entry), {})
        return True
    return False


def _actor(first: Note, entries: tuple[Entry, ...]) -> str | None:
    # The actor of the first note may have no entry: a robot that the site excludes.
    actors = [entry.actor for entry in entries]
    return first.actor if first.actor in actors else actors[0]


def _entries(notes: list[Note], made: dict[Hashable, _Made]) -> dict[Hashable, _Made]:
    exclusions = Exclusions()
    entries = {}
    for key, story in stories(notes).items():
        known = made.get(key)
        if known is None or known.notes != len(story.notes):
            known = _Made(len(story.notes), _entry(story, exclusions))
        entries[key] = known
    return entries


def _entry(story: Story, exclusions: Exclusions) -> Entry | None:
    with errors_logged(_ONE_FAILED):
        proposed = exclusions.entry(story)
        return proposed and after_subscribers(story.obj, proposed)
    return None


def stories(notes: list[Note]) -> dict[Hashable, Story]:
    """Return the stories of all objects that *notes* are about, by their first note."""
    found: dict[Hashable, Story] = {}

    def story_of(obj, make=ContentStory):
        key = _identity(obj)
        if key not in found:
            found[key] = make()
        return found[key]

    if any(note.story is AddonStory for note in notes):
        # An add-on brings its settings.
        notes = [note for note in notes if note.story is not SettingStory]
    for note in notes:
        root = note.details.get("root")
        # A folder comes before what it took along.
        folder = None if root is None else story_of(root, note.story)
        story = story_of(note.obj, note.story)
        story.notes.append(note)
        if folder is not None:
            # By object: a folder that is moved and renamed takes its content along twice.
            folder.inside[id(story)] = (story, note.details.get("principals"))
            if note.action == "gone":
                story.removed_with = folder
    return {key: story for key, story in found.items() if story.notes}


def _identity(obj) -> Hashable:
    if isinstance(obj, tuple):
        return obj
    # The notes refer to the object, so no other object gets its id.
    return answer(_uid, obj) or id(aq_base(obj))


def _uid(obj) -> str | None:
    # Where Plone stores it. To ask an adapter would take longer than all the rest.
    return getattr(aq_base(obj), ATTRIBUTE_NAME, None)
