"""``activitylog verify``: verify the integrity of the log."""

from collective.appendonly.commands.ending import ExitCode
from collective.appendonly.commands.progress import Bar
from collective.appendonly.commands.progress import errors_reported
from collective.appendonly.commands.site import find_log
from collective.appendonly.operations.verification import Verification
from collective.appendonly.operations.verification import verify

import click


@click.command("verify")
@click.pass_context
def command(context):
    """Verify the structures of the log and each entry in it.

    Prints one line per problem, and exits with 1 if there are any. Changes nothing.
    """
    with errors_reported("The rest was not verified. Run the command again."):
        site = context.obj.open()
        log = find_log()
        with Bar("Verifying") as bar:
            found = verify(site, log, bar)
    for problem in found.problems:
        click.echo(problem)
    more = found.count - len(found.problems)
    if more:
        click.echo(f"… and {more:,} more.")
    click.echo(summary(found))
    if found.count:
        context.exit(ExitCode.FAILED)


def summary(found: Verification) -> str:
    """Return the message with the numbers."""
    verified = (
        f"{found.change_sets:,} change sets with {found.entries:,} entries, and"
        f" {found.structures} structures"
    )
    if not found.count:
        return f"No problems found in {verified}."
    return f"Problems found: {found.count:,}, in {verified}."
