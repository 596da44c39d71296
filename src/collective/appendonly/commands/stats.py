"""``activitylog stats``: show the size of the log and its records."""

from collective.appendonly.commands.progress import Bar
from collective.appendonly.commands.progress import errors_reported
from collective.appendonly.commands.site import find_log
from collective.appendonly.entry import to_iso
from collective.appendonly.operations.statistics import ARCHIVE
from collective.appendonly.operations.statistics import BLOCKS
from collective.appendonly.operations.statistics import BULK
from collective.appendonly.operations.statistics import LAYERS
from collective.appendonly.operations.statistics import OTHERS
from collective.appendonly.operations.statistics import STACK
from collective.appendonly.operations.statistics import Statistics
from collective.appendonly.operations.statistics import statistics
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from typing import Any

import click
import json


# The number of months that are shown. JSON has all of them.
_MONTHS = 12

_KINDS = {
    STACK: "stack",
    ARCHIVE: "archive",
    LAYERS: "layers of the archive",
    BULK: "large change sets",
    BLOCKS: "blocks of entries",
    OTHERS: "other records",
}


@click.command("stats")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@click.pass_obj
def command(location, as_json):
    """Show the size of the log: numbers, times, records and bytes.

    Reads the whole log and changes nothing.
    """
    with errors_reported("Nothing was changed. Run the command again."):
        site = location.open()
        log = find_log()
        with Bar("Counting") as bar:
            counts = statistics(site, log, bar)
    if as_json:
        click.echo(json.dumps(to_json(counts), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(lines(counts)))


def to_json(counts: Statistics) -> dict[str, Any]:
    """Return *counts* as JSON values. docs/commands.rst describes them."""
    found = asdict(counts)
    for name in ("oldest", "newest"):
        time = found[name]
        found[name] = None if time is None else to_iso(time)
    for name in ("records", "months"):
        found[name] = {key: value._asdict() for key, value in found[name].items()}
    found["bytes_per_push"] = round(counts.bytes_per_push)
    found["archive_bytes_per_push"] = round(counts.archive_bytes_per_push)
    found["actions"] = dict(counts.actions.most_common())
    return found


def lines(counts: Statistics) -> list[str]:
    """Return *counts* as lines of text."""
    facts = {
        "Change sets": f"{counts.change_sets:,}",
        "from the catalog": f"{counts.backfilled:,}",
        "unreadable": f"{counts.unreadable:,}",
        "Entries": f"{counts.entries:,}",
        "Oldest": _moment(counts.oldest),
        "Newest": _moment(counts.newest),
        "Stack": _contents(counts.stack_layers, counts.stack_change_sets),
        "Archive": _contents(counts.archive_layers, counts.archive_change_sets),
        "Bytes per push": (
            f"{counts.bytes_per_push:,.0f}, of which"
            f" {counts.archive_bytes_per_push:,.0f} for the archive"
        ),
    }
    # Rare ones are shown only if there are any.
    for name, count in (
        ("from the catalog", counts.backfilled),
        ("unreadable", counts.unreadable),
    ):
        if not count:
            del facts[name]
    found = [f"{name:<18}{value}" for name, value in facts.items()]
    records = [
        (_KINDS[kind], f"{size.records:,}", f"{size.bytes:,}")
        for kind, size in counts.records.items()
        if size.records
    ]
    found += _table(("Records", "Number", "Bytes"), records)
    newest_first = islice(reversed(counts.months.items()), _MONTHS)
    months = [
        (month, f"{grown.change_sets:,}", f"{grown.entries:,}", f"{grown.bytes:,}")
        for month, grown in newest_first
    ]
    found += _table(("Month", "Change sets", "Entries", "Bytes"), months)
    if len(counts.months) > _MONTHS:
        found.append(f"… and {len(counts.months) - _MONTHS} earlier months.")
    actions = [(name, f"{count:,}") for name, count in counts.actions.most_common()]
    found += _table(("Action", "Entries"), actions)
    return found


def _moment(time: datetime | None) -> str:
    return "–" if time is None else f"{time:%Y-%m-%d %H:%M} UTC"


def _contents(layers: int, change_sets: int) -> str:
    return f"{change_sets:,} change sets in {layers:,} layers"


def _table(heads: tuple, rows: list[tuple]) -> list[str]:
    if not rows:
        return []
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]

    def line(cells):
        first, *numbers = zip(cells, widths, strict=True)
        text = f"{first[0]:<{first[1]}}"
        return text + "".join(f"  {cell:>{width}}" for cell, width in numbers)

    return ["", line(heads), *map(line, rows)]
