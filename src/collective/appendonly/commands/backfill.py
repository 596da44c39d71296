"""``activitylog backfill``: add earlier changes from the catalog."""

from collective.appendonly.commands.progress import Bar
from collective.appendonly.commands.progress import errors_reported
from collective.appendonly.operations.backfill import backfill
from collective.appendonly.operations.backfill import Backfilled

import click


@click.command("backfill")
@click.pass_obj
def command(location):
    """Add earlier changes from the catalog.

    Adds when and by whom content was created, and when it was last edited, below what the log
    contains. A log can be filled once. Users can go on working. If the command is interrupted,
    run it again: it continues where it stopped.
    """
    with errors_reported("Run the command again to continue where it stopped."):
        site = location.open()
        click.echo("Reading the catalog.", err=True)
        with Bar("Filling the log") as bar:
            filled = backfill(site, bar)
    click.echo(summary(filled))


def summary(filled: Backfilled) -> str:
    """Return the message with the numbers."""
    total = sum(filled)
    if not total:
        return "The catalog has no changes to add."
    return (
        f"Added {total:,} changes from the catalog: {filled.created:,} × created,"
        f" {filled.edited:,} × edited."
    )
