"""The log as the lines of a file, oldest first."""

from collections.abc import Callable
from collections.abc import Iterator
from collective.appendonly.bulk import BulkChangeSet
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import decode
from collective.appendonly.entry import UnknownFormat
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.spreadsheets import BYTE_ORDER_MARK
from collective.appendonly.spreadsheets import cell
from collective.appendonly.spreadsheets import rows
from collective.appendonly.transfer.records import end_record
from collective.appendonly.transfer.records import HEADER
from collective.appendonly.transfer.records import to_record
from collective.appendonly.transfer.selection import EVERYTHING
from collective.appendonly.transfer.selection import Selection
from typing import Any

import json


Progress = Callable[[int, int], None]

# How many archived layers are read at once. The archive is linked from new to old.
_AHEAD = 256
# How many change sets lie between two reports of progress.
_REPORT = 100

_COLUMNS: dict[str, Callable] = {
    "time": lambda record, entry: record["time"],
    "change_set": lambda record, entry: record["number"],
    "backfilled": lambda record, entry: record.get("backfilled", False),
    "actor": lambda record, entry: entry.get("actor", record["actor"]),
    **{
        name: lambda record, entry, key=key: _flat(entry.get(key))
        for name, key in {
            "actions": "actions",
            "type": "portal_type",
            "title": "title",
            "path": "path",
            "uid": "uid",
            "fields": "fields",
            "transitions": "transitions",
            "old_state": "old_state",
            "new_state": "new_state",
            "source": "source",
            "descendants": "descendants",
            "comment": "comment",
            "discussion_item": "discussion_item",
            "group": "group",
            "version": "version",
            "version_before": "version_before",
            "principals": "principals",
            "details": "details",
        }.items()
    },
}


class Export:
    """The log of a site as text, in the memory of a few layers, however long it is.

    ``change_sets`` and ``entries`` count what was written so far. ``unreadable`` counts what
    a later version of this package wrote, and this one leaves out.
    """

    def __init__(
        self,
        log: IActivityLog,
        selection: Selection = EVERYTHING,
        progress: Progress | None = None,
    ):
        self._log = log
        self._selection = selection
        self._progress = progress
        self.change_sets = self.entries = self.unreadable = 0

    def json_lines(self) -> Iterator[bytes]:
        """Yield the lines of a file in the format of docs/storage-format.rst."""
        yield _line(HEADER)
        for change_set, continued in self._parts():
            yield _line(to_record(change_set, continued))
        yield _line(end_record(self.change_sets, self.entries))

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
        """Yield what is selected; large change sets in parts, of which all but the first are
        continued.
        """
        total = len(self._log)
        for number, item in enumerate(_oldest_first(self._log)):
            if self._progress is not None and number % _REPORT == 0:
                self._progress(number, total)
            continued = False
            for data in _encoded(item):
                part = self._selected(data)
                if part is not None:
                    self.change_sets += not continued
                    self.entries += len(part.entries)
                    yield part, continued
                    continued = True
        if self._progress is not None:
            self._progress(total, total)

    def _selected(self, data: bytes) -> ChangeSet | None:
        try:
            return self._selection.of(decode(data))
        except UnknownFormat:
            self.unreadable += 1
            return None


def _oldest_first(log: IActivityLog) -> Iterator[Any]:
    archive = log.archive
    oldest = archive.oldest_generation
    while oldest is not None and oldest <= archive.generation:
        newest = min(oldest + _AHEAD - 1, archive.generation)
        layers = [layer.items for layer in archive.layers(newest, oldest)]
        # Or the layers on the way down to these would fill the memory in the end.
        archive._p_jar.cacheMinimize()
        for items in reversed(layers):
            yield from items
        oldest = newest + 1
    for _, items in log.stack.layers():
        yield from items


def _encoded(item: bytes | BulkChangeSet) -> Iterator[bytes]:
    if isinstance(item, bytes):
        yield item
        return
    for block in item.blocks:
        yield block.data
        block._p_deactivate()  # or the blocks would fill the memory
    item._p_deactivate()


def _line(record: dict[str, Any]) -> bytes:
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:
        # Half of a surrogate pair, which a title may have, needs an escape.
        return json.dumps(record, separators=(",", ":")).encode() + b"\n"


def _flat(value: Any) -> Any:
    """Return a value of an entry's record as one that a cell may show."""
    if isinstance(value, list | tuple):
        if all(isinstance(each, str) and " " not in each for each in value):
            return list(value)
        return json.dumps(value, ensure_ascii=False)
    return value
