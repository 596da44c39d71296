"""``activitylog maintain``: run the maintenance job."""

from collective.appendonly.commands.digest import check_url
from collective.appendonly.commands.ending import ExitCode
from collective.appendonly.commands.ending import Failure
from collective.appendonly.commands.progress import Bar
from collective.appendonly.commands.progress import errors_reported
from collective.appendonly.commands.waiting import wait_option
from collective.appendonly.commands.waiting import when_alone
from collective.appendonly.operations import installed_log
from collective.appendonly.operations import no_progress
from collective.appendonly.operations.maintenance import AlreadyRunning
from collective.appendonly.operations.maintenance import maintain
from collective.appendonly.operations.maintenance import MaintenanceReport
from collective.appendonly.operations.maintenance.due import due
from collective.appendonly.operations.maintenance.due import due_messages
from collective.appendonly.operations.maintenance.report import message_already_running
from collective.appendonly.operations.maintenance.report import messages
from functools import partial
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
@wait_option
@click.pass_obj
def command(location, quiet, dry_run, url, minutes):
    """Discard old changes, erase users, and send digests that are due.

    Run it every night from cron or a timer. Users can go on working. If it is interrupted, the
    next job does the rest. If another job is running, wait for its end; after that, list what is
    left to do, and exit with 75.
    """
    check_url(url)
    with errors_reported("The next maintenance job does the rest."):
        site = location.open()
        if dry_run:
            installed_log()
            click.echo("\n".join(map(_english, due_messages(due(site)))))
            return
        try:
            report = when_alone(partial(_maintain, site, quiet, url), minutes, quiet)
        except AlreadyRunning as error:
            left = [message_already_running(error), *due_messages(due(site))]
            raise Failure(" ".join(map(_english, left)), ExitCode.TRY_LATER) from error
    for failure in report.failed:
        click.echo(f"Error: {failure.step}: {failure.error}", err=True)
    if report.has_done_something or not quiet:
        click.echo(" ".join(map(_english, messages(report))))
    if not report.is_complete:
        click.get_current_context().exit(ExitCode.FAILED)


def _maintain(site, quiet: bool, url: str | None) -> MaintenanceReport:
    with Bar("Erasing") as bar:
        return maintain(site, no_progress if quiet else bar, url)


def _english(message) -> str:
    return translate(message, target_language="en")
