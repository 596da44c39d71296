"""``activitylog stats``: how much the log holds, since when, and what it takes."""

from collective.appendonly.commands.interruption import interruptible
from collective.appendonly.commands.log import find_log
from collective.appendonly.commands.progress import Bar
from collective.appendonly.entry import to_iso
from collective.appendonly.statistics import Counts
from collective.appendonly.statistics import statistics
from collective.appendonly.statistics.counting import ARCHIVE
from collective.appendonly.statistics.counting import BLOCKS
from collective.appendonly.statistics.counting import BULK
from collective.appendonly.statistics.counting import LAYERS
from collective.appendonly.statistics.counting import OTHERS
from collective.appendonly.statistics.counting import STACK
from contextlib import ExitStack
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from typing import Any

import click
import json


# So many months are shown, the newest ones. As JSON there are all.
_MONTHS = 12

_KINDS = {
    STACK: "stack",
    ARCHIVE: "archive",
    LAYERS: "layers of the archive",
    BULK: "large change sets",
    BLOCKS: "their blocks of entries",
    OTHERS: "others of the add-on",
}


@click.command("stats")
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON object.")
@click.pass_obj
def command(address, as_json):
    """Tell how much the log holds, since when, and what it takes.

    Changes nothing.
    """
    with interruptible("Nothing was changed. Run the command again."):
        site = address.open()
        log = find_log()
        with ExitStack() as stack:
            counts = statistics(site, log, Bar(stack, "Counting"))
    if as_json:
        click.echo(json.dumps(to_json(counts), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(lines(counts)))


def to_json(counts: Counts) -> dict[str, Any]:
    """Return *counts* as values of JSON, described in docs/commands.rst."""
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


def lines(counts: Counts) -> list[str]:
    """Return what a person reads."""
    facts = {
        "Change sets": f"{counts.change_sets:,}",
        "from the catalog": f"{counts.backfilled:,}",
        "not readable": f"{counts.unreadable:,}",
        "Entries": f"{counts.entries:,}",
        "Oldest": _moment(counts.oldest),
        "Newest": _moment(counts.newest),
        "Stack": _held(counts.stack_layers, counts.stack_change_sets),
        "Archive": _held(counts.archive_layers, counts.archive_change_sets),
        "Bytes per push": (
            f"{counts.bytes_per_push:,.0f}, of which"
            f" {counts.archive_bytes_per_push:,.0f} for the archive"
        ),
    }
    # What is rare is told only where it is.
    for name, count in (
        ("from the catalog", counts.backfilled),
        ("not readable", counts.unreadable),
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
        found.append(f"… and {len(counts.months) - _MONTHS} months before.")
    actions = [(name, f"{count:,}") for name, count in counts.actions.most_common()]
    found += _table(("Action", "Entries"), actions)
    return found


def _moment(time: datetime | None) -> str:
    return "–" if time is None else f"{time:%Y-%m-%d %H:%M} UTC"


def _held(layers: int, change_sets: int) -> str:
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
