"""Filters: the part of the activity that a request asks for."""

from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.feed.visibility import VisibleEntry
from collective.appendonly.keys import words
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property


class InvalidFilter(ValueError):
    """A parameter has an invalid value.

    ``name`` is the name of the parameter, ``message`` a translatable text.
    """

    def __init__(self, name: str, message: str):
        super().__init__(f"{name}: {message}")
        self.name = name
        self.message = message


@dataclass(frozen=True)
class Filters:
    """Conditions that an entry has to meet, all of them.

    ``actor`` is the id of a user. One of ``actions`` and one of ``types`` (the portal type at the
    time) has to match. ``since`` (inclusive) and ``until`` (exclusive) are aware datetimes. Each
    word of ``text`` has to be a word of the title, as in Plone's search. What ``excluded_actor``
    did does not match.

    Filters apply to what the user can view, so a filter never discloses more than the feed
    without it.
    """

    actor: str | None = None
    actions: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
    excluded_actor: str | None = None

    def may_fit(self, change_set: ChangeSet, entry: Entry) -> bool:
        """Return whether *entry* meets the conditions that need no catalog query."""
        return (
            (self.actor is None or entry.actor == self.actor)
            and (self.excluded_actor is None or entry.actor != self.excluded_actor)
            and (not self.types or entry.portal_type in self.types)
            and (not self.actions or not set(self.actions).isdisjoint(entry.actions))
            and (self.since is None or change_set.time >= self.since)
            and (self.until is None or change_set.time < self.until)
        )

    def fits(self, entry: VisibleEntry) -> bool:
        """Return whether the user can view the actor of *entry*, if there is a condition."""
        return self.actor is None or entry.actor == self.actor

    @cached_property
    def words(self) -> set[str]:
        """The words of the text."""
        return words(self.text)

    def match(self, title: str) -> bool:
        """Return whether all words of the text are in *title*."""
        return not self.text or bool(self.words) and self.words <= words(title)


NO_FILTERS = Filters()
