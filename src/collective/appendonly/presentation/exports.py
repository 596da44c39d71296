"""The text of exported files, in pieces of bounded size."""

from collections.abc import Iterable
from collections.abc import Iterator
from collective.appendonly.presentation.csv_cells import BYTE_ORDER_MARK
from collective.appendonly.presentation.csv_cells import cell
from collective.appendonly.presentation.csv_cells import rows
from itertools import islice
from typing import Any

import json


# The number of records in a piece.
_PIECE = 200

# The columns of a CSV file, which has a row for each entry. The change set comes first.
_COLUMNS = {
    "time": lambda record, entry: record["time"],
    "change_set": lambda record, entry: record["id"],
    "backfilled": lambda record, entry: record["backfilled"],
    "actor_id": lambda record, entry: entry["actor"]["id"],
    "actor_name": lambda record, entry: entry["actor"]["name"],
    "actions": lambda record, entry: entry["actions"],
    "type": lambda record, entry: entry["@type"],
    "title": lambda record, entry: entry["title"],
    "path": lambda record, entry: entry["path"],
    "url": lambda record, entry: entry["@id"],
    "uid": lambda record, entry: entry["UID"],
    **{
        name: lambda record, entry, name=name: entry[name]
        for name in (
            "removed",
            "fields",
            "transitions",
            "old_state",
            "new_state",
            "source",
            "descendants",
            "comment",
            "group",
            "details",
            "values",
            "roles",
            "note",
        )
    },
}


def json_lines(records: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield the text of a file with one record per line, in JSON."""
    records = iter(records)
    while piece := list(islice(records, _PIECE)):
        yield "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in piece)


def comma_separated(records: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield the text of a CSV file with one entry per row, and a row of column names.

    An apostrophe before what could be a formula makes it text. The file begins with a byte
    order mark, by which spreadsheets recognize UTF-8.
    """
    yield BYTE_ORDER_MARK + rows([list(_COLUMNS)])
    records = iter(records)
    while piece := list(islice(records, _PIECE)):
        yield rows(
            [cell(value(record, entry)) for value in _COLUMNS.values()]
            for record in piece
            for entry in record["entries"]
        )
