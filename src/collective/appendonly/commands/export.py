"""``activitylog export``: all that the log holds, or some of it, as a file."""

from collections.abc import Iterable
from collections.abc import Iterator
from collective.appendonly.commands.interruption import interruptible
from collective.appendonly.commands.log import find_log
from collective.appendonly.commands.progress import Bar
from collective.appendonly.feed import Filters
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed import read_parameters
from collective.appendonly.presentation.times import Times
from collective.appendonly.transfer import Export
from collective.appendonly.transfer import Selection
from contextlib import contextmanager
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO
from zope.i18n import interpolate

import click
import os
import sys


# What the parameters of an address are called here.
_OPTIONS = {"actions": "--action", "types": "--type"}


@click.command("export")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["jsonl", "csv"]),
    default="jsonl",
    show_default=True,
    help="jsonl: all there is, for import. csv: for spreadsheets.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write.  [default: standard output]",
)
@click.option("--actor", help="Only what the user with this id did.")
@click.option(
    "--action", multiple=True, help="Only this, such as edited. May be repeated."
)
@click.option(
    "--type",
    "portal_type",
    multiple=True,
    help="Only content of this type, such as Document. May be repeated.",
)
@click.option("--from", "since", help="Only from this day or moment on.")
@click.option("--to", "until", help="Only up to the end of this day, or this moment.")
@click.option("--text", help="Only where the title or the id has these words.")
@click.option("--path", help="Only what happened there or below, such as /news.")
@click.pass_obj
def command(address, file_format, output, path, **filters):
    """Write all that the log holds, or some of it, to a file. Oldest first.

    Everything, whoever may see it: keep the file safe. Changes nothing in the log. The file
    has its name only when it is complete.
    """
    with interruptible("The export is not complete. Run the command again."):
        site = address.open()
        log = find_log()
        selection = Selection(_filters(site, **filters), (path or "").strip("/"))
        with ExitStack() as stack:
            export = Export(log, selection, Bar(stack, "Exporting"))
            if file_format == "csv":
                lines = export.comma_separated()
            else:
                lines = export.json_lines()
            _write(lines, output)
    told = f"{export.change_sets:,} change sets with {export.entries:,} entries"
    click.echo(f"Exported {told}.", err=True)
    if export.unreadable:
        raise click.ClickException(
            f"{export.unreadable:,} change sets are left out, as they were written by a later"
            " version of collective.appendonly. Upgrade the package."
        )


def _filters(site, actor, action, portal_type, since, until, text) -> Filters:
    form = {
        "actor": actor,
        "actions": action,
        "types": portal_type,
        "from": since,
        "to": until,
        "text": text,
    }
    given = {name: value for name, value in form.items() if value}
    try:
        return read_parameters(given, Times(site, site.REQUEST).timezone)
    except InvalidFilter as error:
        option = _OPTIONS.get(error.name, f"--{error.name}")
        message = interpolate(error.message, getattr(error.message, "mapping", None))
        raise click.UsageError(f"{option}: {message}") from error


def _write(lines: Iterable[bytes], output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.writelines(lines)
        sys.stdout.buffer.flush()
        return
    try:
        with _replacing(output) as file:
            file.writelines(lines)
    except OSError as error:
        raise click.ClickException(
            f"{output} can't be written: {error.strerror}."
        ) from error


@contextmanager
def _replacing(output: Path) -> Iterator[BinaryIO]:
    """Open a file that becomes *output* in the end, if nothing goes wrong."""
    if output.exists() and not output.is_file():
        # A pipe, a terminal.
        with output.open("wb") as file:
            yield file
        return
    part = output.with_name(f"{output.name}.part")
    # It tells everything of everybody, so it is for whoever has written it.
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with open(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
