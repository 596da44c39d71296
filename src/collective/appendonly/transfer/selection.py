"""What an operator wants of the log: the filters of the feed, and a path."""

from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.feed import Filters
from collective.appendonly.feed.filters import NO_FILTERS
from dataclasses import dataclass
from dataclasses import replace


@dataclass(frozen=True)
class Selection:
    """Entries that fit *filters* and are about *path*, relative to the site, or below.

    As it was then: titles and paths are those that the log holds.
    """

    filters: Filters = NO_FILTERS
    path: str = ""

    def of(self, change_set: ChangeSet) -> ChangeSet | None:
        """Return *change_set* with the entries that are wanted, None if there are none."""
        if self == EVERYTHING:
            return change_set
        entries = tuple(
            entry for entry in change_set.entries if self._wants(change_set, entry)
        )
        return replace(change_set, entries=entries) if entries else None

    def _wants(self, change_set: ChangeSet, entry: Entry) -> bool:
        is_there = not self.path or f"{entry.path}/".startswith(f"{self.path}/")
        # An entry has all that the filters ask for of what a person may see.
        filters = self.filters
        return is_there and filters.may_fit(change_set, entry) and filters.fits(entry)


EVERYTHING = Selection()
