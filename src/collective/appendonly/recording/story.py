"""Notes, and the stories that they add up to.

A note is what one event says about one object. A story is all notes about one object in one
transaction; it makes the entry. Two objects with the same UID are one: WebDAV moves a copy of an
object, and a migration replaces it. There is one class of stories for content, one for comments,
and some for what is not content: users, memberships, logins, settings, add-ons, types.
"""

from Acquisition import aq_parent
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Set
from collective.appendonly.actions import RECORDED_ACTIONS
from collective.appendonly.entry import Entry
from functools import cached_property
from typing import Any
from typing import NamedTuple


_ORDER = {action: number for number, action in enumerate(RECORDED_ACTIONS)}
_SUPERSEDE_ALL = frozenset(
    name for name, action in RECORDED_ACTIONS.items() if action.supersedes_all
)

Details = dict[str, Any]


class Note(NamedTuple):
    """That *action* happened to *obj*, as one event says.

    Some actions are hints, which only help to describe the others:

    ``"leaving"``
        is about to be moved.
    ``"carried"``, ``"cloned"``, ``"gone"``
        went along with a folder, the ``root``, that was moved, added or removed. ``"gone"``
        comes with the ``principals`` of the object.
    ``"working_copy"``
        came or went as a working copy; the original has the entry.
    ``"related"``
        has a ``source`` whatever else happens to it: a working copy its original.
    ``"reindexed"``
        was reindexed and has changed, without an event before it. Always the first note.
    ``"profiles_changed"``
        an add-on was changed that the control panel hides.

    What changes who can view the object, or its place, has ``seen_by`` in its details: who could
    before. ``story`` makes the story that the notes about this object belong to. ``obj`` is an object, or
    a tuple for what is no object (a user): tuples are compared by their values.
    """

    log: Any
    site: Any
    obj: Any
    action: str
    actor: str | None
    details: Mapping[str, Any]
    story: Callable[[], Any]


class Story:
    """The notes about one object, in the order of their events."""

    def __init__(self):
        self.notes: list[Note] = []

    # What follows is asked for when all notes are there.

    @cached_property
    def obj(self) -> Any:
        """The object that the notes are about, in its place if one of them has it there."""
        for note in reversed(self.notes):
            # Some events, and some code that reindexes, have it without its wrapper.
            if aq_parent(note.obj) is not None:
                return note.obj
        return self.notes[-1].obj

    @property
    def actor(self) -> str | None:
        """The id of the user who did it; of several users, the last one."""
        return self.notes[-1].actor

    @property
    def portal_type(self) -> str:
        """The type of the object that the entry is about."""
        return self.obj.portal_type

    def details(self, action: str) -> list[Mapping[str, Any]]:
        """Return the details of all notes of *action*."""
        return [note.details for note in self.notes if note.action == action]

    def entry(self, excluded: Set[str] = frozenset()) -> Entry | None:
        """Return the entry about the object, None if there is nothing to record.

        The entry does not name the actions *excluded*, nor those that they supersede.
        """
        raise NotImplementedError


def of_last_workflow(
    transitions: list[Mapping[str, Any]],
) -> list[Mapping[str, Any]]:
    """Return those of *transitions* that are in the same workflow as the last one.

    An object with several workflows is in a state of each of them.
    """
    last = transitions[-1]["workflow"]
    return [each for each in transitions if each["workflow"] == last]


def without_superseded(actions: Iterable[str]) -> tuple[str, ...]:
    """Return those of *actions* that an entry names, in order.

    The table of what each action supersedes is in docs/recording.rst as well.
    """
    actions = set(actions)
    if final := _SUPERSEDE_ALL & actions:
        return in_order(final)
    recorded = filter(None, map(RECORDED_ACTIONS.get, actions))
    return in_order(actions.difference(*(action.supersedes for action in recorded)))


def in_order(actions: Iterable[str]) -> tuple[str, ...]:
    """Return *actions* in the order in which an entry names them.

    Actions of add-ons follow in alphabetical order.
    """
    return tuple(
        sorted(actions, key=lambda name: (_ORDER.get(name, len(_ORDER)), name))
    )
