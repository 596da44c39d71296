"""``activitylog maintain``: run the maintenance job."""

from collective.appendonly.commands.progress import Bar
from collective.appendonly.commands.progress import errors_reported
from collective.appendonly.operations import installed_log
from collective.appendonly.operations import no_progress
from collective.appendonly.operations.maintenance import AlreadyRunning
from collective.appendonly.operations.maintenance import maintain
from collective.appendonly.operations.maintenance.due import due
from collective.appendonly.operations.maintenance.due import due_messages
from collective.appendonly.operations.maintenance.report import message_already_running
from collective.appendonly.operations.maintenance.report import messages
from zope.i18n import translate

import click


@click.command("maintain")
@click.option("--quiet", is_flag=True, help="Print nothing if there was nothing to do.")
@click.option("--dry-run", is_flag=True, help="Only print what it would do now.")
@click.option(
    "--url",
    help="The public URL of the site for the links in digests, such as"
    " https://www.example.org. By default, the URL at which each member subscribed.",
)
@click.pass_obj
def command(location, quiet, dry_run, url):
    """Discard old changes, erase users, and send digests that are due.

    Run it every night from cron or a timer. Users can go on working. If it is interrupted, the
    next job does the rest. If two jobs run at the same time, one does the work and the other
    exits.
    """
    with errors_reported("The next maintenance job does the rest."):
        site = location.open()
        if dry_run:
            installed_log()
            click.echo("\n".join(map(_english, due_messages(due(site)))))
            return
        try:
            with Bar("Erasing") as bar:
                report = maintain(site, no_progress if quiet else bar, url)
        except AlreadyRunning as error:
            if not quiet:
                click.echo(_english(message_already_running(error)))
            return
    for failure in report.failed:
        click.echo(f"Error: {failure.step}: {failure.error}", err=True)
    if report.has_done_something or not quiet:
        click.echo(" ".join(map(_english, messages(report))))
    if not report.is_complete:
        click.get_current_context().exit(1)


def _english(message) -> str:
    return translate(message, target_language="en")
