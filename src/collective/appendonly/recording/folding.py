"""From notes to change sets: one entry per object, one change set per log.

What happened to an object follows from whether it was there before the transaction and
whether it is there after it, not from the order of the events:

=============  ============  =========================================================
before         after         entry
=============  ============  =========================================================
no             no            none
no             yes           created, or copied; absorbs edits, moves and renames
yes            no            removed; absorbs everything
yes            yes           moved, renamed, edited, transitioned: all that is true
=============  ============  =========================================================
"""

from Acquisition import aq_base
from collections import Counter
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Sequence
from collective.appendonly.entry import ACTIONS
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.entry import Source
from collective.appendonly.recording import clock
from collective.appendonly.recording.fields import changed_fields
from collective.appendonly.recording.note import Note
from collective.appendonly.recording.snapshot import facts
from collective.appendonly.recording.snapshot import Facts
from posixpath import basename
from posixpath import dirname
from transaction.interfaces import TransientError
from typing import Any
from zope.component.hooks import site as current_site

import logging


logger = logging.getLogger(__name__)

_APPEARS = frozenset(["created", "copied"])
_LIFECYCLE = _APPEARS | {"removed"}
# Notes that steer the folding and are no actions themselves.
_STEERING = frozenset(["leaving", "carried", "gone"])


def write_change_sets(notes: Iterable[Note]) -> None:
    """Push what *notes* tell, one change set on each log they are for."""
    of_log = defaultdict(list)
    for note in notes:
        of_log[id(aq_base(note.log))].append(note)
    for notes_of_log in of_log.values():
        with current_site(notes_of_log[0].site):
            entries = fold(notes_of_log)
            if entries:
                actor = notes_of_log[0].actor
                notes_of_log[0].log.push(ChangeSet(clock.utc_now(), actor, entries))


def fold(notes: Sequence[Note]) -> tuple[Entry, ...]:
    """Return the entries that *notes* come to, in the order of the first note of each."""
    of_object = defaultdict(list)
    went_along = defaultdict(dict)
    for note in notes:
        of_object[id(aq_base(note.obj))].append(note)
        if "root" in note.details:
            # By object: a folder that is moved and renamed carries its content twice.
            children = went_along[id(aq_base(note.details["root"]))]
            children[id(aq_base(note.obj))] = note.details["principals"]
    entries = []
    for key, notes_of_object in of_object.items():
        try:
            entry = _entry(notes_of_object, went_along[key].values())
        except TransientError:
            raise
        except Exception:
            logger.exception("What happened to one object could not be recorded.")
        else:
            if entry is not None:
                entries.append(entry)
    return tuple(entries)


def _entry(notes: Sequence[Note], children: Iterable) -> Entry | None:
    told = [note for note in notes if note.action not in _STEERING]
    if not told or any(note.action == "gone" for note in notes):
        # Only went along with a folder, whose entry counts it.
        return None
    lifecycle = [note for note in told if note.action in _LIFECYCLE]
    there_before = not lifecycle or lifecycle[0].action == "removed"
    there_after = not lifecycle or lifecycle[-1].action in _APPEARS
    details: dict[str, Any] = {}
    if not there_after:
        if not there_before:
            return None
        actions = {"removed"}
        known = lifecycle[-1].details["facts"]
    else:
        known = facts(notes[-1].obj)
        actions = {note.action for note in told} & {"transitioned"}
        if there_before:
            details = _stayed(notes, known, actions)
        else:
            details = _appeared(lifecycle, actions)
        if "transitioned" in actions:
            details.update(_transitions(told))
    if known is None or not actions:
        return None
    if actions != {"created"}:
        details["descendants"] = tuple(
            (count, principals) for principals, count in Counter(children).items()
        )
    return Entry(
        actions=tuple(action for action in ACTIONS if action in actions),
        actor=told[-1].actor,
        **known._asdict(),
        **details,
    )


def _appeared(lifecycle: Sequence[Note], actions: set[str]) -> dict[str, Any]:
    for note in lifecycle:
        if note.action == "copied":
            actions.add("copied")
            return {"source": note.details["source"]}
    actions.add("created")
    return {}


def _stayed(
    notes: Sequence[Note], known: Facts | None, actions: set[str]
) -> dict[str, Any]:
    details: dict[str, Any] = {}
    if known is None:
        return details
    source = next(filter(None, map(_source, notes)), None)
    if source is not None and source.path != known.path:
        details["source"] = source
        if dirname(source.path) != dirname(known.path):
            actions.add("moved")
        if basename(source.path) != basename(known.path):
            actions.add("renamed")
    edits = [note.details["fields"] for note in notes if note.action == "edited"]
    if edits:
        # One event that names nothing means that the names of the others are not all.
        named = {name for fields in edits for name in fields} if all(edits) else ()
        fields = changed_fields(notes[-1].obj, named)
        # Renaming forms tell of an edit even if only the id was changed.
        if fields or (fields is not None and source is None):
            actions.add("edited")
            details["fields"] = fields
    return details


def _source(note: Note) -> Source | None:
    if note.action == "removed":
        # Taken out and put back in one transaction: some code moves things that way.
        before = note.details["facts"]
        return before and Source(before.path, before.principals)
    return note.details["source"] if note.action == "leaving" else None


def _transitions(notes: Sequence[Note]) -> dict[str, Any]:
    steps = [note.details for note in notes if note.action == "transitioned"]
    return {
        "transitions": tuple(step["transition"] for step in steps),
        "old_state": steps[0]["old_state"],
        "new_state": steps[-1]["new_state"],
        "comment": next((s["comment"] for s in reversed(steps) if s["comment"]), ""),
    }
