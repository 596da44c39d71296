"""The story of an object that is content.

The entry follows from whether the object was there before the transaction and whether it is there
after it, not from the order of the events:

=============  ============  ================================================================
before         after         entry
=============  ============  ================================================================
no             no            none
no             yes           created, copied or translated, and actions that these do not imply
yes            no            removed, which supersedes all other actions
yes            yes           moved, renamed, edited, transitioned …: all that apply
=============  ============  ================================================================

Objects that only came or went along with a folder are counted in the entry of the folder.
"""

from Acquisition import aq_base
from collections import Counter
from collections.abc import Mapping
from collections.abc import Set
from collective.appendonly.entry import Entry
from collective.appendonly.entry import Principals
from collective.appendonly.entry import Source
from collective.appendonly.recording.differences.child_order import is_reordered
from collective.appendonly.recording.differences.fields import changed_fields
from collective.appendonly.recording.differences.fields import Compared
from collective.appendonly.recording.differences.local_roles import changed_roles
from collective.appendonly.recording.differences.previous import committed_state
from collective.appendonly.recording.differences.values import changed_values
from collective.appendonly.recording.differences.versions import note_in_request
from collective.appendonly.recording.differences.versions import note_of_version
from collective.appendonly.recording.differences.versions import saved_version
from collective.appendonly.recording.differences.without_event import (
    changes_without_event,
)
from collective.appendonly.recording.snapshot import Facts
from collective.appendonly.recording.snapshot import facts
from collective.appendonly.recording.snapshot import viewers
from collective.appendonly.recording.story import Details
from collective.appendonly.recording.story import in_order
from collective.appendonly.recording.story import of_last_workflow
from collective.appendonly.recording.story import Story
from collective.appendonly.recording.story import without_superseded
from collective.appendonly.settings import activity_settings
from collective.appendonly.transactions import answer
from functools import cached_property
from posixpath import basename
from posixpath import dirname
from typing import Any


_ARRIVALS = frozenset(["created", "copied", "cloned"])
_DEPARTURES = frozenset(["removed", "gone"])
_ARRIVALS_AND_DEPARTURES = _ARRIVALS | _DEPARTURES
_HINTS = frozenset(["leaving", "carried", "working_copy", "related", "reindexed"])
# An object without other notes is only counted, in the entry of a folder.
_WENT_ALONG = frozenset(["carried", "cloned", "gone", "leaving"])
_WITH_DESCENDANTS = frozenset(["created", "copied", "moved", "renamed", "removed"])
# Values that a detail has if there is nothing to record. The number 0 is not one of them.
_EMPTY = (None, "", ())


class ContentStory(Story):
    """The story of a page, a folder, the site: of any content."""

    def __init__(self):
        super().__init__()
        #: By id, the stories of what went along with this object, with the principals it had.
        self.inside: dict[int, tuple[ContentStory, Principals | None]] = {}
        self._source: Source | None = None

    @property
    def there_before(self) -> bool:
        first = self._comings_and_goings[:1]
        return not first or first[0] in _DEPARTURES

    @property
    def there_after(self) -> bool:
        last = self._comings_and_goings[-1:]
        return not last or last[0] in _ARRIVALS

    @cached_property
    def _comings_and_goings(self) -> list[str]:
        actions = [note.action for note in self.notes]
        return [name for name in actions if name in _ARRIVALS_AND_DEPARTURES]

    @property
    def _seen_before(self) -> Principals | None:
        """The principals that could view the object before, None if nothing has changed that."""
        noted = [note.details for note in self.notes if "seen_by" in note.details]
        return noted[0]["seen_by"] if noted else None

    @cached_property
    def _noted(self) -> set[str]:
        return {note.action for note in self.notes}

    @cached_property
    def _before(self) -> Mapping[str, Any] | None:
        """The state of the object before the transaction, None if it is not available."""
        return answer(committed_state, self.obj)

    @cached_property
    def _compared(self) -> Compared:
        return Compared(self.obj, self._before)

    @property
    def actor(self) -> str | None:
        # A user who moves a folder does nothing to what is in it.
        own = [note for note in self.notes if "root" not in note.details]
        return (own or self.notes)[-1].actor

    def entry(self, excluded: Set[str] = frozenset()) -> Entry | None:
        if "working_copy" in self._noted or _WENT_ALONG.issuperset(self._noted):
            return None
        if self.there_after:
            known = facts(self.obj)
            details, actions = self._present(known, excluded) if known else ({}, ())
        else:
            known, details, actions = self._past(), {}, {"removed"} - excluded
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
        """Return the facts of an object that was removed."""
        removals = self.details("removed")
        if not removals or not self.there_before:
            return None
        known, moves = removals[-1]["facts"], self.details("moved")
        if known is None or self._seen_before is None:
            return known
        # What is published, or moved to a public place, and then removed was never public.
        known = known._replace(principals=self._seen_before)
        return known._replace(path=moves[0]["left"]) if moves else known

    def _present(self, known: Facts, excluded: Set[str]) -> tuple[Details, set[str]]:
        """Return details and actions of the entry about an object that is there."""
        self._source, place = self._move(known)
        done = self._done(place)
        details, actions = self._described(done, excluded)
        # A folder that goes to another language takes its content along.
        if not done and self.details("reindexed") and not self.details("carried"):
            for action, added in changes_without_event(self.obj, self._before).items():
                if action not in excluded:
                    actions.add(action)
                    details.update(added)
            # On the version that a revert saves, Plone itself comments.
            if "edited" in actions and "version" in details:
                details["comment"] = self._note(details)
        # What only came along in a folder is new, and the folder's entry implies that.
        if "copied" not in self._noted:
            actions.discard("copied")
        if actions and "source" not in details:
            for related in self.details("related")[:1]:
                details["source"] = related["source"]
        fields = details.get("fields")
        if fields and activity_settings().record_values:
            details["values"] = answer(
                changed_values, self._compared, fields, otherwise={}
            )
        custom = {
            name: value
            for note in self.notes
            for name, value in note.details.get("custom", {}).items()
        }
        if custom and actions:
            details["details"] = custom
        return details, actions

    def _described(
        self, done: set[str], excluded: Set[str]
    ) -> tuple[Details, set[str]]:
        """Return the details of what was *done*, and the actions to which it comes."""
        actions: set[str] = set()
        details: Details = {}
        comments = []
        for action in without_superseded(done):
            if action in excluded:
                continue
            collect = self._COLLECT.get(action)
            # The action is known even if its details are not.
            added = answer(collect, self, otherwise={}) if collect else {}
            if added is not None:
                actions.add(action)
                comments.append(added.get("comment"))
                # If several actions have the same detail, the first one counts.
                given = {k: v for k, v in details.items() if v not in _EMPTY}
                details = {**added, **given}
        # But users may have explained each of them.
        details["comment"] = "\n".join(dict.fromkeys(filter(None, comments)))
        return details, actions

    def _done(self, place: str) -> set[str]:
        """Return all actions that the notes add up to, for an object that is at *place*."""
        done = self._noted - _HINTS - _DEPARTURES - {"moved"}
        if "cloned" in done:
            done = done - {"cloned"} | {"copied"}
        if "reordered" in done and not answer(is_reordered, self.obj):
            done.remove("reordered")
        if self.there_before:
            # Taken out and put back, it is not new.
            done -= {"created", "copied"}
            if len({id(aq_base(note.obj)) for note in self.notes}) > 1:
                # Another object was put in its place.
                done.add("edited")
        if self._source is not None:
            if dirname(self._source.path) != dirname(place):
                done.add("moved")
            if basename(self._source.path) != basename(place):
                done.add("renamed")
        return done

    def _move(self, known: Facts) -> tuple[Source | None, str]:
        """Return from where and to where the object was moved; not moves of its folders."""
        if self._noted.issuperset(["leaving", "moved"]):
            moves = self.details("moved")
            return Source(moves[0]["left"], self._seen_before), moves[-1]["path"]
        if "removed" in self._noted and self.there_before:
            for removal in self.details("removed"):
                # Taken out and put back in one transaction: some code moves things that way.
                before = removal["facts"]
                if before.path != known.path:
                    return Source(before.path, before.principals), known.path
        return None, known.path

    def _descendants(self) -> tuple[tuple[int, Principals], ...]:
        counts = Counter(
            # The catalog has what came or stayed, in its new place.
            answer(viewers, child.obj, otherwise=()) if seen_by is None else seen_by
            for child, seen_by in self.inside.values()
            if self._took_along(child)
        )
        return tuple((count, principals) for principals, count in counts.items())

    def _took_along(self, child: "ContentStory") -> bool:
        if not self.there_after:
            # What was taken out of it before it was removed is still there.
            return child.there_before and not child.there_after
        if not self.there_before:
            # What was added to it since has an entry of its own.
            return child.there_after and bool(child.details("cloned"))
        return child.there_before and child.there_after

    # Each of the following collects the details of one action; None if nothing was changed.

    def _created(self) -> Details:
        return {"comment": answer(note_in_request, self.obj, otherwise="")}

    def _copied(self) -> Details:
        copies = self.details("copied")
        return {"source": copies[0]["source"]} if copies else {}

    def _translated(self) -> Details:
        return {**self._created(), "source": self.details("translated")[0]["source"]}

    def _moved(self) -> Details:
        return {"source": self._source}

    def _checked_in(self) -> Details:
        changes = self._changes(None)
        comment = self.details("checked_in")[-1]["comment"]
        return {**changes, "comment": comment, "fields": changes["fields"] or ()}

    def _edited(self) -> Details | None:
        edits = [edit["fields"] for edit in self.details("edited")]
        # An event that names no field means that the names of the others are not all.
        named = {name for names in edits for name in names} if all(edits) else None
        changes = self._changes(named)
        fields, note = changes["fields"], self._note(changes)
        # Renaming forms fire an event for an edit even if only the id was changed.
        if fields or note or (fields is not None and self._source is None):
            return {**changes, "fields": fields or (), "comment": note}
        return None

    def _changes(self, named: Set[str] | None) -> Details:
        """Return the version that was saved, and the fields as ``changed_fields`` does."""
        return {
            "fields": answer(changed_fields, self._compared, named, otherwise=()),
            **answer(saved_version, self.obj, self._before, otherwise={}),
        }

    def _note(self, changes: Details) -> str:
        """Return the change note of an edit: that on the version, if one was saved."""
        if "version" in changes:
            version = changes["version"]
            return answer(note_of_version, self.obj, version, otherwise="")
        return answer(note_in_request, self.obj, otherwise="")

    def _shared(self) -> Details:
        return {"roles": answer(changed_roles, self.obj, self._before, otherwise={})}

    def _transitioned(self) -> Details:
        steps = self.details("transitioned")
        comments = dict.fromkeys(step["comment"] for step in steps if step["comment"])
        return {
            "transitions": tuple(step["transition"] for step in steps),
            "old_state": of_last_workflow(steps)[0]["old_state"],
            "new_state": steps[-1]["new_state"],
            "comment": "\n".join(comments),
        }

    def _translations_linked(self) -> Details:
        return {"source": self.details("translations_linked")[-1]["source"]}

    def _translations_unlinked(self) -> Details:
        return {"source": self.details("translations_unlinked")[-1]["source"]}

    # The actions that have details of their own.
    _COLLECT = {
        "created": _created,
        "copied": _copied,
        "translated": _translated,
        "moved": _moved,
        "renamed": _moved,
        "checked_in": _checked_in,
        "edited": _edited,
        "shared": _shared,
        "transitioned": _transitioned,
        "translations_linked": _translations_linked,
        "translations_unlinked": _translations_unlinked,
    }
