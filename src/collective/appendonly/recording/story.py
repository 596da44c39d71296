"""What the notes of one object come to.

That follows from whether the object was there before the transaction and whether it is there
after it, not from the order of the events:

=============  ============  =========================================================
before         after         entry
=============  ============  =========================================================
no             no            none
no             yes           created, or copied; absorbs edits, moves and renames
yes            no            removed; absorbs everything
yes            yes           moved, renamed, edited, transitioned: all that is true
=============  ============  =========================================================

What only came or went along with a folder is counted by the entry of the folder.
"""

from Acquisition import aq_base
from collective.appendonly.entry import ACTIONS
from collective.appendonly.entry import Entry
from collective.appendonly.entry import Source
from collective.appendonly.recording.fields import changed_fields
from collective.appendonly.recording.note import Note
from collective.appendonly.recording.snapshot import Facts
from collective.appendonly.recording.snapshot import facts
from posixpath import basename
from posixpath import dirname
from typing import Any


_COMES = frozenset(["created", "copied", "cloned"])
_GOES = frozenset(["removed", "gone"])
_COMES_OR_GOES = _COMES | _GOES


class Story:
    """The notes of one object, in the order of their events."""

    def __init__(self):
        self.notes: list[Note] = []
        #: The stories of what went along with this object, by object.
        self.inside: dict[int, tuple[Story, tuple[str, ...]]] = {}
        #: The story of the folder that it was removed with, if it was.
        self.removed_with: Story | None = None

    @property
    def there_before(self) -> bool:
        changes = self._comings_and_goings()
        return not changes or changes[0].action in _GOES

    @property
    def there_after(self) -> bool:
        changes = self._comings_and_goings()
        if not changes or changes[-1].action in _COMES:
            return True
        # A folder that is taken out and put back brings back what was in it.
        return changes[-1].action == "gone" and self.removed_with.there_after

    def _comings_and_goings(self):
        return [note for note in self.notes if note.action in _COMES_OR_GOES]

    def _of(self, action):
        return [note.details for note in self.notes if note.action == action]

    def entry(self) -> Entry | None:
        """Return the entry that the object deserves, if any."""
        actions: set[str] = set()
        details: dict[str, Any] = {}
        if self.there_after:
            known = facts(self.notes[-1].obj)
            if known is None:
                return None
            tell = self._stayed if self.there_before else self._came
            details.update(tell(known, actions))
            details.update(self._transitions(actions))
        else:
            removals = self._of("removed")
            if not removals or not self.there_before:
                return None
            known = self._as_it_was(removals[-1]["facts"])
            actions.add("removed")
        if known is None or not actions:
            return None
        if actions & {"copied", "moved", "renamed", "removed"}:
            details["descendants"] = self._descendants()
        return Entry(
            actions=tuple(action for action in ACTIONS if action in actions),
            actor=self._actor(),
            **known._asdict(),
            **details,
        )

    def _actor(self) -> str | None:
        # Who moves a folder did nothing to what is in it.
        own = [note for note in self.notes if "root" not in note.details]
        return own[-1].actor

    def _as_it_was(self, known: Facts | None) -> Facts | None:
        # Who moves something to a public place and removes it there has shown it to nobody.
        moves = self._of("leaving")
        if known is None or not moves:
            return known
        source = moves[0]["source"]
        return known._replace(path=source.path, principals=source.principals)

    def _came(self, known: Facts, actions: set[str]) -> dict[str, Any]:
        copies = self._of("copied")
        if copies:
            actions.add("copied")
            return {"source": copies[0]["source"]}
        if self._of("created"):
            actions.add("created")
        return {}

    def _stayed(self, known: Facts, actions: set[str]) -> dict[str, Any]:
        details: dict[str, Any] = {}
        source, place = self._move(known)
        if source is not None and source.path != place:
            details["source"] = source
            if dirname(source.path) != dirname(place):
                actions.add("moved")
            if basename(source.path) != basename(place):
                actions.add("renamed")
        edits = [edit["fields"] for edit in self._of("edited")]
        if edits:
            # An event that names nothing means that the names of the others are not all.
            named = {name for names in edits for name in names} if all(edits) else None
            fields = changed_fields(self.notes[-1].obj, named)
            # Renaming forms tell of an edit even if only the id was changed.
            if fields or (fields is not None and source is None):
                actions.add("edited")
                details["fields"] = fields
        return details

    def _move(self, known: Facts) -> tuple[Source | None, str]:
        """Return where the object came from and went to, moves of its folders aside."""
        left, arrived = self._of("leaving"), self._of("moved")
        if left and arrived:
            return left[0]["source"], arrived[-1]["path"]
        for removal in self._of("removed"):
            # Taken out and put back in one transaction: some code moves things that way.
            before = removal["facts"]
            return Source(before.path, before.principals), known.path
        return None, known.path

    def _transitions(self, actions: set[str]) -> dict[str, Any]:
        steps = self._of("transitioned")
        if not steps:
            return {}
        actions.add("transitioned")
        comments = [step["comment"] for step in steps if step["comment"]]
        return {
            "transitions": tuple(step["transition"] for step in steps),
            "old_state": steps[0]["old_state"],
            "new_state": steps[-1]["new_state"],
            "comment": comments[-1] if comments else "",
        }

    def _descendants(self) -> tuple[tuple[int, tuple[str, ...]], ...]:
        counts: dict[tuple[str, ...], int] = {}
        for child, principals in self.inside.values():
            if self._took_along(child):
                counts[principals] = counts.get(principals, 0) + 1
        return tuple((count, principals) for principals, count in counts.items())

    def _took_along(self, child: "Story") -> bool:
        if not self.there_after:
            return child.there_before
        if not self.there_before:
            return child.there_after
        return child.there_before and child.there_after


def stories(notes: list[Note]) -> list[Story]:
    """Return the stories of all objects that *notes* are about, by their first note."""
    told: dict[int, Story] = {}

    def story_of(obj):
        # The notes keep the object alive, so that nothing else can get its id.
        return told.setdefault(id(aq_base(obj)), Story())

    for note in notes:
        story = story_of(note.obj)
        story.notes.append(note)
        if "root" in note.details:
            # By object: a folder that is moved and renamed takes its content along twice.
            folder = story_of(note.details["root"])
            folder.inside[id(story)] = (story, note.details["principals"])
            if note.action == "gone":
                story.removed_with = folder
    return [story for story in told.values() if story.notes]
