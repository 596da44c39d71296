"""``activitylog backfill``: fill an empty log from the catalog."""

from collective.appendonly.backfill import backfill
from collective.appendonly.backfill import Backfilled
from collective.appendonly.backfill import BackfillError
from collective.appendonly.commands.progress import Bar
from contextlib import ExitStack

import click


@click.command("backfill")
@click.pass_obj
def command(address):
    """Fill an empty log from the catalog.

    Tells who created what and when, and when it was last edited, as far as the catalog knows.
    People can go on working meanwhile. When it was interrupted, run it again: it goes on
    where it stopped.
    """
    site = address.open()
    click.echo("Reading the catalog.", err=True)
    try:
        with ExitStack() as stack:
            filled = backfill(site, Bar(stack, "Filling the log"))
    except BackfillError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        raise click.ClickException(
            "Interrupted. Run the command again: it goes on where it stopped."
        ) from None
    click.echo(summary(filled))


def summary(filled: Backfilled) -> str:
    """Return the sentence with the numbers."""
    total = sum(filled)
    if not total:
        return "The catalog had nothing to tell. The log is empty as before."
    return (
        f"The log now begins with {total:,} changes from the catalog:"
        f" {filled.created:,} × created, {filled.edited:,} × edited."
    )
