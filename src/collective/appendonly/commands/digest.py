"""``activitylog digest``: send the digests that are due."""

from collective.appendonly.commands.progress import Bar
from collective.appendonly.commands.progress import errors_reported
from collective.appendonly.digests import DigestReport
from collective.appendonly.digests import DigestState
from collective.appendonly.digests import is_site_url
from collective.appendonly.digests import PreparedDigest
from collective.appendonly.digests import preview
from collective.appendonly.digests import send_due
from collective.appendonly.operations import installed_log
from collective.appendonly.settings import activity_settings

import click


_REASONS = {
    DigestState.NOTHING_NEW: "no new activity",
    DigestState.WAITING: "no valid email address, or cannot view the activity now",
    DigestState.FOLDER_GONE: "the folder no longer exists",
}


@click.command("digest")
@click.option(
    "--dry-run", is_flag=True, help="Only list the digests that are due. Send nothing."
)
@click.option(
    "--url",
    help="The public URL of the site for the links in the emails, such as"
    " https://www.example.org. By default, the URL at which each member subscribed.",
)
@click.pass_obj
def command(location, dry_run, url):
    """Send the digests that are due.

    Daily digests are due with the first run of a day, weekly ones with the first run of a week,
    which begins on Monday. If the command is interrupted, run it again: no member receives a
    digest twice.
    """
    if url is not None and not is_site_url(url):
        raise click.BadParameter(
            "Enter a URL such as https://www.example.org.", param_hint="'--url'"
        )
    with errors_reported("Run the command again to send the remaining digests."):
        site = location.open()
        installed_log()
        if not activity_settings().digests:
            raise click.ClickException(
                "Digests are turned off in the settings of this site. Turn on “Offer email"
                " digests” first."
            )
        if dry_run:
            _list_due(site, url)
            return
        with Bar("Sending") as bar:
            report = send_due(site, progress=bar, url=url)
    click.echo(summary(report))
    if report.failed:
        raise click.ClickException(
            f"Digests that could not be sent: {report.failed:,}. See the log file for the"
            " reasons. The next run sends them."
        )


def summary(report: DigestReport) -> str:
    """Return the message with the numbers."""
    return (
        f"Digests sent: {report.sent:,}; members without new activity:"
        f" {report.nothing_new:,}; members without a valid email address, or who cannot view"
        f" the activity now: {report.skipped:,}."
    )


def _list_due(site, url):
    due = 0
    for digest in preview(site, url=url):
        due += 1
        click.echo(_described(digest))
    click.echo(
        f"Digests due: {due:,}. Nothing was sent." if due else "No digest is due."
    )


def _described(digest: PreparedDigest) -> str:
    member = digest.user_id
    if digest.email_address:
        member += f" <{digest.email_address}>"
    if digest.state is DigestState.READY:
        at_least = "more than " if digest.is_more else ""
        changes = "change" if digest.count == 1 else "changes"
        return f"{member}, {digest.path}: {at_least}{digest.count:,} {changes}"
    return f"{member}, {digest.path}: {_REASONS[digest.state]}"
