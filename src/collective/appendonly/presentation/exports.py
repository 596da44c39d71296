"""Files that hold the activity: their text, in pieces of bounded size."""

from collections.abc import Iterable
from collections.abc import Iterator
from collective.appendonly.spreadsheets import BYTE_ORDER_MARK
from collective.appendonly.spreadsheets import cell
from collective.appendonly.spreadsheets import rows
from itertools import islice
from typing import Any

import json


# How many records go into one piece.
_PIECE = 200

# The columns of CSV, which has a row for each entry: first what is told of the change set.
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
        )
    },
}


def json_lines(records: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield the text of a file with one record, in JSON, per line."""
    records = iter(records)
    while piece := list(islice(records, _PIECE)):
        yield "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in piece)


def comma_separated(records: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield the text of a CSV file with one entry per row, and the names of the columns on top.

    No cell is a formula, whatever people call their pages: an apostrophe before it makes it
    text. A byte order mark tells spreadsheets that the file is in UTF-8.
    """
    yield BYTE_ORDER_MARK + rows([list(_COLUMNS)])
    records = iter(records)
    while piece := list(islice(records, _PIECE)):
        yield rows(
            [cell(value(record, entry)) for value in _COLUMNS.values()]
            for record in piece
            for entry in record["entries"]
        )
