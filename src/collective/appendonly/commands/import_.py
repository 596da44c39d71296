"""``activitylog import``: fill an empty log with what was exported."""

from collective.appendonly.commands.interruption import interruptible
from collective.appendonly.commands.progress import Bar
from collective.appendonly.transfer import fill_from
from collective.appendonly.transfer import ImportFailed
from contextlib import ExitStack

import click


@click.command("import")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--anew", is_flag=True, help="Forget an interrupted import, and begin again."
)
@click.pass_obj
def command(address, file, anew):
    """Fill an empty log from an exported FILE.

    That is what “export --format jsonl” wrote, of this site or of another one.
    People can go on working meanwhile: what they do goes on top, and until the end nobody sees
    anything of it. When it was interrupted, run it again: it goes on where it stopped.
    """
    if not file.seekable():
        raise click.UsageError("FILE has to be a file: it is read more than once.")
    with interruptible("Run the command again: it goes on where it stopped."):
        site = address.open()
        click.echo("Checking the file.", err=True)
        try:
            with ExitStack() as stack:
                filled = fill_from(site, file, Bar(stack, "Importing"), anew=anew)
        except ImportFailed as error:
            raise click.ClickException(str(error)) from error
    if filled.change_sets:
        told = f"{filled.change_sets:,} change sets with {filled.entries:,} entries"
        click.echo(f"The log now begins with {told}.")
    else:
        click.echo("The file tells of nothing. The log is empty as before.")
