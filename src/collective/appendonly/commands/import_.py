"""``activitylog import``: fill an empty log from an exported file."""

from collective.appendonly.commands.progress import Bar
from collective.appendonly.commands.progress import errors_reported
from collective.appendonly.operations.transfer import fill_from

import click


@click.command("import")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--anew", is_flag=True, help="Discard an interrupted import and start over."
)
@click.pass_obj
def command(location, file, anew):
    """Fill an empty log from an exported FILE.

    FILE was written by “export --format jsonl”, for this site or another one. Users can go on
    working: their activity is added on top at the end, and until then they do not see the import.
    If the command is interrupted, run it again: it continues where it stopped.
    """
    if not file.seekable():
        raise click.UsageError("FILE must be a regular file: it is read twice.")
    with errors_reported("Run the command again to continue where it stopped."):
        site = location.open()
        click.echo("Checking the file.", err=True)
        with Bar("Importing") as bar:
            filled = fill_from(site, file, bar, anew=anew)
    if filled.change_sets:
        numbers = f"{filled.change_sets:,} change sets with {filled.entries:,} entries"
        click.echo(f"Imported {numbers}.")
    else:
        click.echo("The file contains no changes. The log is still empty.")
