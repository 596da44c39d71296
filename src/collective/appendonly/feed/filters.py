"""Filters: which part of the activity somebody wants to read."""

from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.feed.visibility import VisibleEntry
from dataclasses import dataclass
from datetime import datetime
from posixpath import basename


class InvalidFilter(ValueError):
    """Somebody asked for what can't be asked for.

    ``name`` is that of the parameter, ``message`` a sentence that can be translated.
    """

    def __init__(self, name: str, message: str):
        super().__init__(f"{name}: {message}")
        self.name = name
        self.message = message


@dataclass(frozen=True)
class Filters:
    """What an entry has to be like. All that is given has to be true of it.

    ``actor`` is the id of who did it. Of ``actions`` and ``types`` (portal types) one has to
    fit. ``since`` and ``until`` are aware datetimes: from the one on, and before the other.
    Each word of ``text`` has to be part of the title or of the id, whatever the case.

    What is filtered is what a person may see: a filter never tells more than the feed without
    it would.
    """

    actor: str | None = None
    actions: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""

    def may_fit(self, change_set: ChangeSet, entry: Entry) -> bool:
        """Tell whether a look at what *entry* shows of itself is worth while.

        So that the catalog is asked only for what may be wanted.
        """
        return (
            (self.actor is None or entry.actor == self.actor)
            and (not self.actions or not set(self.actions).isdisjoint(entry.actions))
            and (self.since is None or change_set.time >= self.since)
            and (self.until is None or change_set.time < self.until)
        )

    def fits(self, entry: VisibleEntry) -> bool:
        """Tell whether what a person may see of an entry is what is asked for."""
        if self.actor is not None and entry.actor != self.actor:
            return False
        if self.types and entry.portal_type not in self.types:
            return False
        if not self.text:
            return True
        found = f"{entry.title}\n{basename(entry.path)}".casefold()
        return all(word in found for word in self.text.casefold().split())


NO_FILTERS = Filters()
