"""``activitylog verify``: is all that the log holds as it should be?"""

from collective.appendonly.commands.interruption import interruptible
from collective.appendonly.commands.log import find_log
from collective.appendonly.commands.progress import Bar
from collective.appendonly.verification import Findings
from collective.appendonly.verification import verify
from contextlib import ExitStack

import click


@click.command("verify")
@click.pass_context
def command(context):
    """Check the log, and each entry in it.

    Changes nothing. Tells what is wrong, one sentence per line, and then ends with exit code 1.
    """
    with interruptible("Nothing is known of the rest. Run the command again."):
        site = context.obj.open()
        log = find_log()
        with ExitStack() as stack:
            findings = verify(site, log, Bar(stack, "Verifying"))
    for problem in findings.problems:
        click.echo(problem)
    untold = findings.count - len(findings.problems)
    if untold:
        click.echo(f"… and {untold:,} more.")
    click.echo(summary(findings))
    if findings.count:
        context.exit(1)


def summary(findings: Findings) -> str:
    """Return the sentence with the numbers."""
    seen = (
        f"{findings.change_sets:,} change sets with {findings.entries:,} entries, and"
        f" {findings.structures} structures"
    )
    if not findings.count:
        return f"All is well: {seen}."
    return f"Problems found: {findings.count:,}, in {seen}."
