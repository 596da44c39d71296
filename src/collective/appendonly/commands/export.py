"""``activitylog export``: write the log, or a part of it, to a file."""

from collections.abc import Iterable
from collections.abc import Iterator
from collective.appendonly.commands.ending import Failure
from collective.appendonly.commands.ending import standard_output
from collective.appendonly.commands.progress import Bar
from collective.appendonly.commands.progress import errors_reported
from collective.appendonly.commands.site import find_log
from collective.appendonly.feed import Filters
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed import read_parameters
from collective.appendonly.operations.transfer import Export
from collective.appendonly.operations.transfer import Selection
from collective.appendonly.operations.transfer import unknown_names
from collective.appendonly.operations.transfer import UnknownName
from collective.appendonly.presentation.times import Times
from contextlib import contextmanager
from errno import ELOOP
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO
from zope.i18n import interpolate

import click
import os


# The options whose names differ from those of URL parameters.
_OPTIONS = {"actions": "--action", "types": "--type"}
_NOUNS = {
    "actions": "action",
    "types": "content type",
    "actor": "user ID",
    "path": "path",
}


@click.command("export")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["jsonl", "csv"]),
    default="jsonl",
    show_default=True,
    help="jsonl: everything, for import. csv: for spreadsheets.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write.  [default: standard output]",
)
@click.option("--actor", help="Only changes by the user with this ID.")
@click.option(
    "--action", multiple=True, help="Only this action, such as edited. May be repeated."
)
@click.option(
    "--type",
    "portal_type",
    multiple=True,
    help="Only this content type, such as Document. May be repeated.",
)
@click.option("--from", "since", help="Only from this day or time on.")
@click.option("--to", "until", help="Only up to this day (included) or time.")
@click.option("--text", help="Only objects with these words in the title.")
@click.option("--path", help="Only objects at this path or below, such as /news.")
@click.pass_obj
def command(location, file_format, output, path, **filters):
    """Write the log, or a part of it, to a file, oldest first.

    The file contains everything, regardless of permissions: keep it safe. It gets its name when
    it is complete. Changes nothing in the log.
    """
    with errors_reported("The export is incomplete. Run the command again."):
        site = location.open()
        log = find_log()
        selection = Selection(_filters(site, **filters), (path or "").strip("/"))
        for unknown in unknown_names(site, log, selection):
            raise click.UsageError(_message(unknown))
        with Bar("Exporting") as bar:
            export = Export(log, selection, bar)
            if file_format == "csv":
                lines = export.comma_separated()
            else:
                lines = export.json_lines()
            _write(lines, output)
    numbers = f"{export.change_sets:,} change sets with {export.entries:,} entries"
    click.echo(f"Exported {numbers}.", err=True)
    if export.unreadable:
        raise Failure(
            f"Unreadable change sets, left out: {export.unreadable:,}. They were written by a"
            " later version of collective.appendonly, or are damaged. Run “activitylog verify” to"
            " list them."
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
        message = interpolate(error.message, getattr(error.message, "mapping", None))
        raise click.UsageError(f"{_option(error.name)}: {message}") from error


def _message(unknown: UnknownName) -> str:
    name = f"/{unknown.name}" if unknown.parameter == "path" else unknown.name
    return (
        f"{_option(unknown.parameter)}: Neither the site nor the log has the"
        f" {_NOUNS[unknown.parameter]} “{name}”."
    )


def _option(parameter: str) -> str:
    return _OPTIONS.get(parameter, f"--{parameter}")


def _write(lines: Iterable[bytes], output: Path | None) -> None:
    if output is None:
        stream = standard_output()
        stream.writelines(lines)
        stream.flush()
        return
    try:
        with replacing(output) as file:
            file.writelines(lines)
    except OSError as error:
        raise Failure(f"Cannot write {output}: {error.strerror}.") from error


@contextmanager
def replacing(output: Path) -> Iterator[BinaryIO]:
    """Open a file that replaces *output* at the end, unless there is an error.

    Symbolic links are not followed: in a folder such as ``/tmp``, others can place them.
    """
    if output.exists() and not output.is_file():
        if output.is_symlink():
            raise OSError(
                ELOOP, "It is a symbolic link to something that is not a file"
            )
        # A pipe or a terminal.
        with output.open("wb") as file:
            yield file
        return
    # A new file, which only the user who writes it can read: it contains everything.
    handle, name = mkstemp(".part", f"{output.name}.", output.parent)
    part = Path(name)
    try:
        with open(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
