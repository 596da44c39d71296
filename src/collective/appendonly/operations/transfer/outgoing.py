"""Exporting the log, oldest first, as the lines of a file."""

from collections.abc import Callable
from collections.abc import Iterator
from collective.appendonly.bulk import Item
from collective.appendonly.bulk import read_parts
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import decode
from collective.appendonly.entry import Entry
from collective.appendonly.entry import UnknownFormat
from collective.appendonly.feed import Filters
from collective.appendonly.feed.filters import NO_FILTERS
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.operations import no_progress
from collective.appendonly.operations import Progress
from collective.appendonly.operations.transfer.records import end_record
from collective.appendonly.operations.transfer.records import HEADER
from collective.appendonly.operations.transfer.records import to_record
from collective.appendonly.presentation.csv_cells import BYTE_ORDER_MARK
from collective.appendonly.presentation.csv_cells import cell
from collective.appendonly.presentation.csv_cells import rows
from dataclasses import dataclass
from dataclasses import replace
from functools import partial
from typing import Any

import json


@dataclass(frozen=True)
class Selection:
    """Entries that match *filters*, about content at *path* or below, relative to the site.

    Titles and paths are those at the time of the change.
    """

    filters: Filters = NO_FILTERS
    path: str = ""

    def of(self, change_set: ChangeSet) -> ChangeSet | None:
        """Return *change_set* with the selected entries only, None if there are none."""
        if self == EVERYTHING:
            return change_set
        entries = tuple(
            entry for entry in change_set.entries if self._selects(change_set, entry)
        )
        return replace(change_set, entries=entries) if entries else None

    def _selects(self, change_set: ChangeSet, entry: Entry) -> bool:
        filters = self.filters
        return (
            is_at_or_below(entry, self.path)
            and filters.may_fit(change_set, entry)
            and filters.match(entry.title)
        )


def is_at_or_below(entry: Entry, path: str) -> bool:
    """Return whether *entry* is about an object at *path* or below; an empty one is the site's."""
    return not path or f"{entry.path}/".startswith(f"{path}/")


EVERYTHING = Selection()
# The number of change sets between two reports of progress.
_REPORT = 100

_FIELDS = (
    "actions type title path uid fields transitions old_state new_state source descendants"
    " comment discussion_item group version version_before principals details values roles"
).split()
_COLUMNS: dict[str, Callable] = {
    "time": lambda record, entry: record["time"],
    "change_set": lambda record, entry: record["number"],
    "backfilled": lambda record, entry: record.get("backfilled", False),
    "actor": lambda record, entry: entry.get("actor", record["actor"]),
} | {
    name: partial(lambda name, record, entry: _flat(entry.get(name)), name)
    for name in _FIELDS
}
_COLUMNS["type"] = lambda record, entry: entry["portal_type"]


class Export:
    """The log of a site as lines of text. Keeps a few layers in memory.

    ``change_sets`` and ``entries`` count what was written so far. ``unreadable`` counts parts
    that a later version of this package wrote, or that are damaged. They are left out.
    """

    def __init__(
        self,
        log: IActivityLog,
        selection: Selection = EVERYTHING,
        progress: Progress = no_progress,
    ):
        self._log = log
        self._selection = selection
        self._progress = progress
        self.change_sets = self.entries = self.unreadable = 0

    def json_lines(self) -> Iterator[bytes]:
        """Yield the lines of a JSON Lines file, see docs/storage-format.rst."""
        yield to_line(HEADER)
        for change_set, continued in self._parts():
            yield to_line(to_record(change_set, continued))
        yield to_line(end_record(self.change_sets, self.entries))

    def comma_separated(self) -> Iterator[bytes]:
        """Yield the lines of a CSV file, with a row for each entry."""
        yield (BYTE_ORDER_MARK + rows([list(_COLUMNS)])).encode()
        for change_set, _ in self._parts():
            record = to_record(change_set) | {"number": self.change_sets}
            text = rows(
                [cell(value(record, entry)) for value in _COLUMNS.values()]
                for entry in record["entries"]
            )
            yield text.encode("utf-8", "replace")

    def _parts(self) -> Iterator[tuple[ChangeSet, bool]]:
        """Yield the selected parts, and whether each continues the change set before it."""
        total = len(self._log)
        for number, item in enumerate(_items(self._log)):
            if number % _REPORT == 0:
                self._progress(number, total)
            continued = False
            for part in read_parts(item, self._selected, self._leave_out):
                if part is not None:
                    self.change_sets += not continued
                    self.entries += len(part.entries)
                    yield part, continued
                    continued = True
        self._progress(total, total)

    def _selected(self, data: bytes) -> ChangeSet | None:
        return self._selection.of(decode(data))

    def _leave_out(self, error: UnknownFormat) -> None:
        self.unreadable += 1


def _items(log: IActivityLog) -> Iterator[Item]:
    for layer in log.archive.oldest_first():
        yield from layer.items
    for _, items in log.stack.layers():
        yield from items


def to_line(record: dict[str, Any]) -> bytes:
    """Return *record* as a line of JSON."""
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:
        # A title may contain half of a surrogate pair, which must be escaped.
        return json.dumps(record, separators=(",", ":")).encode() + b"\n"


def _flat(value: Any) -> Any:
    """Return a value of a record as the value of a CSV cell."""
    if isinstance(value, list | tuple):
        if all(isinstance(each, str) and " " not in each for each in value):
            return list(value)
        return json.dumps(value, ensure_ascii=False)
    return value
