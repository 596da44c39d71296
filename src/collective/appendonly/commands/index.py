"""``activitylog index``: make old changes searchable."""

from collective.appendonly.commands.ending import Failure
from collective.appendonly.commands.progress import Bar
from collective.appendonly.commands.progress import errors_reported
from collective.appendonly.commands.site import find_log
from collective.appendonly.operations import upgraded_log
from collective.appendonly.operations.indexing import index_log
from collective.appendonly.operations.indexing import unindexed

import click


@click.command("index")
@click.pass_obj
def command(location):
    """Give old changes the keys by which they are found without reading all.

    Changes that were archived by version 1.0.0a1 have no keys, so a search has to read them. Users can
    go on working. If the command is interrupted, run it again: it continues where it stopped. The
    nightly maintenance does the same.
    """
    with errors_reported("Run the command again to continue where it stopped."):
        location.open()
        find_log()
        log = upgraded_log()
        with Bar("Indexing") as bar:
            indexed = index_log(log, bar, everywhere=True)
        left = unindexed(log, 1)
    click.echo(f"Layers indexed: {indexed:,}.")
    if left:
        raise Failure(
            "Some layers have changes that cannot be read, so each search reads these layers. Run"
            " “activitylog verify” to list them."
        )
