"""What the notes of one object come to.

That follows from whether the object was there before the transaction and whether it is there
after it, not from the order of the events:

=============  ============  =========================================================
before         after         entry
=============  ============  =========================================================
no             no            none
no             yes           created, copied or translated, and what that leaves to tell
yes            no            removed; absorbs everything
yes            yes           moved, renamed, edited, transitioned …: all that is true
=============  ============  =========================================================

Which of several true things are told says :mod:`.precedence`. What only came or went along
with a folder is counted by the entry of the folder.
"""

from collective.appendonly.entry import Entry
from collective.appendonly.entry import Source
from collective.appendonly.recording.differences.child_order import is_reordered
from collective.appendonly.recording.differences.fields import changed_fields
from collective.appendonly.recording.differences.previous import committed_state
from collective.appendonly.recording.differences.silent import silent_changes
from collective.appendonly.recording.differences.versions import saved_version
from collective.appendonly.recording.note import Note
from collective.appendonly.recording.precedence import foremost
from collective.appendonly.recording.precedence import in_order
from collective.appendonly.recording.snapshot import Facts
from collective.appendonly.recording.snapshot import facts
from collective.appendonly.recording.snapshot import indexed_principals
from posixpath import basename
from posixpath import dirname
from typing import Any


_COMES = frozenset(["created", "copied", "cloned"])
_GOES = frozenset(["removed", "gone"])
_COMES_OR_GOES = _COMES | _GOES
# Notes that are no actions of an entry.
_HINTS = frozenset(["leaving", "carried", "working_copy", "related", "noticed"])
# Whoever has no other notes is only counted, by the entry of a folder.
_PASSENGER = frozenset(["carried", "cloned", "gone"])
# What says nothing of a detail. The number 0 does.
_EMPTY = (None, "", ())
_WITH_DESCENDANTS = frozenset(["created", "copied", "moved", "renamed", "removed"])

Details = dict[str, Any]


class Story:
    """The notes of one object, in the order of their events."""

    def __init__(self):
        self.notes: list[Note] = []

    @property
    def actor(self) -> str | None:
        """Who did it; of several the last one."""
        return self.notes[-1].actor

    @property
    def portal_type(self) -> str:
        """The type of the object that the entry is about."""
        return self.notes[-1].obj.portal_type

    def of(self, action: str) -> list[Details]:
        """Return the details of all notes of *action*."""
        return [note.details for note in self.notes if note.action == action]

    def entry(self, left_out=frozenset()) -> Entry | None:
        """Return the entry that the object deserves, if any.

        The actions *left_out* are not told, nor what they absorb.
        """
        raise NotImplementedError


class ContentStory(Story):
    """The story of a page, a folder, the site: of whatever is content."""

    def __init__(self):
        super().__init__()
        #: The stories of what went along with this object, by object.
        self.inside: dict[int, tuple[ContentStory, tuple[str, ...] | None]] = {}
        #: The story of the folder that it was removed with, if it was.
        self.removed_with: ContentStory | None = None

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

    def _noted(self):
        return {note.action for note in self.notes}

    def _comings_and_goings(self):
        return [note for note in self.notes if note.action in _COMES_OR_GOES]

    @property
    def actor(self) -> str | None:
        # Who moves a folder did nothing to what is in it.
        own = [note for note in self.notes if "root" not in note.details]
        return (own or self.notes)[-1].actor

    def entry(self, left_out=frozenset()) -> Entry | None:
        if self.of("working_copy") or _PASSENGER.issuperset(self._noted()):
            return None
        if self.there_after:
            known = facts(self.notes[-1].obj)
            details, actions = self._present(known, left_out) if known else ({}, ())
        else:
            known, details, actions = self._past(), {}, {"removed"} - left_out
        if known is None or not actions:
            return None
        if not _WITH_DESCENDANTS.isdisjoint(actions):
            details["descendants"] = self._descendants()
        return Entry(
            actions=in_order(actions),
            actor=self.actor,
            **known._asdict(),
            **details,
        )

    def _past(self) -> Facts | None:
        removals = self.of("removed")
        if not removals or not self.there_before:
            return None
        known, moves = removals[-1]["facts"], self.of("leaving")
        if known is None or not moves:
            return known
        # Who moves something to a public place and removes it there has shown it to nobody.
        source = moves[0]["source"]
        return known._replace(path=source.path, principals=source.principals)

    def _present(self, known: Facts, left_out) -> tuple[Details, set[str]]:
        self._source, place = self._move(known)
        done = self._done(place)
        told: set[str] = set()
        details: Details = {}
        for action in foremost(done):
            if action in left_out:
                continue
            tell = getattr(self, f"_tell_{action}", None)
            added = tell() if tell else {}
            if added is not None:
                told.add(action)
                # Where two of them say something of the kind, the foremost one counts.
                given = {k: v for k, v in details.items() if v not in _EMPTY}
                details = {**added, **given}
        # A folder that goes to another language takes its content along.
        if not done and self.of("noticed") and not self.of("carried"):
            for action, added in silent_changes(self.notes[-1].obj).items():
                if action not in left_out:
                    told.add(action)
                    details.update(added)
        # What only came along in a copied folder is new, and the folder's entry says so.
        if not self.of("copied"):
            told.discard("copied")
        if told and "source" not in details:
            for related in self.of("related")[:1]:
                details["source"] = related["source"]
        own = {
            k: v for note in self.notes for k, v in note.details.get("own", {}).items()
        }
        if own and told:
            details["details"] = own
        return details, told

    def _done(self, place: str) -> set[str]:
        """Return all that was done, as the notes have it."""
        done = self._noted() - _HINTS - _GOES - {"moved"}
        if "cloned" in done:
            done = done - {"cloned"} | {"copied"}
        if "reordered" in done and not is_reordered(self.notes[-1].obj):
            done.remove("reordered")
        if self.there_before:
            # Taken out and put back, it isn't new.
            done -= {"created", "copied"}
        if self._source is not None:
            if dirname(self._source.path) != dirname(place):
                done.add("moved")
            if basename(self._source.path) != basename(place):
                done.add("renamed")
        return done

    def _move(self, known: Facts) -> tuple[Source | None, str]:
        """Return where the object came from and went to, moves of its folders aside."""
        left, arrived = self.of("leaving"), self.of("moved")
        if left and arrived:
            return left[0]["source"], arrived[-1]["path"]
        if self.there_before:
            for removal in self.of("removed"):
                # Taken out and put back in one transaction: some code moves things that way.
                before = removal["facts"]
                return Source(before.path, before.principals), known.path
        return None, known.path

    # What there is to say of an action; None where it turns out that nothing was done.

    def _tell_copied(self) -> Details:
        copies = self.of("copied")
        return {"source": copies[0]["source"]} if copies else {}

    def _tell_translated(self) -> Details:
        return {"source": self.of("translated")[0]["source"]}

    def _tell_moved(self) -> Details:
        return {"source": self._source}

    _tell_renamed = _tell_moved

    def _tell_checked_in(self) -> Details:
        obj = self.notes[-1].obj
        before = committed_state(obj)
        return {
            "comment": self.of("checked_in")[-1]["comment"],
            "fields": changed_fields(obj, before, None) or (),
            **saved_version(obj, before),
        }

    def _tell_edited(self) -> Details | None:
        edits = [edit["fields"] for edit in self.of("edited")]
        # An event that names nothing means that the names of the others are not all.
        named = {name for names in edits for name in names} if all(edits) else None
        obj = self.notes[-1].obj
        before = committed_state(obj)
        fields = changed_fields(obj, before, named)
        # Renaming forms tell of an edit even if only the id was changed.
        if fields or (fields is not None and self._source is None):
            return {"fields": fields, **saved_version(obj, before)}
        return None

    def _tell_transitioned(self) -> Details:
        steps = self.of("transitioned")
        comments = [step["comment"] for step in steps if step["comment"]]
        return {
            "transitions": tuple(step["transition"] for step in steps),
            "old_state": steps[0]["old_state"],
            "new_state": steps[-1]["new_state"],
            "comment": comments[-1] if comments else "",
        }

    def _tell_translations_linked(self) -> Details:
        return {"source": self.of("translations_linked")[-1]["source"]}

    def _tell_translations_unlinked(self) -> Details:
        return {"source": self.of("translations_unlinked")[-1]["source"]}

    def _descendants(self) -> tuple[tuple[int, tuple[str, ...]], ...]:
        counts: dict[tuple[str, ...], int] = {}
        for child, seen_by in self.inside.values():
            if self._took_along(child):
                # The catalog has what came or stayed, in its new place.
                principals = seen_by or indexed_principals(child.notes[-1].obj)
                counts[principals] = counts.get(principals, 0) + 1
        return tuple((count, principals) for principals, count in counts.items())

    def _took_along(self, child: "ContentStory") -> bool:
        if not self.there_after:
            return child.there_before
        if not self.there_before:
            # What was added to it since has an entry of its own.
            return child.there_after and bool(child.of("cloned"))
        return child.there_before and child.there_after
