"""``activitylog digest``: send the digests that are due."""

from collective.appendonly.commands.progress import Bar
from collective.appendonly.digests import Draft
from collective.appendonly.digests import is_address
from collective.appendonly.digests import preview
from collective.appendonly.digests import Report
from collective.appendonly.digests import send_due
from collective.appendonly.digests import State
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.settings import activity_settings
from contextlib import ExitStack
from zope.component import queryUtility

import click


@click.command("digest")
@click.option(
    "--dry-run", is_flag=True, help="Say who would be told how much. Sends nothing."
)
@click.option(
    "--url",
    help="The public address of the site, for the links in the mails, such as"
    " https://www.example.org. Without it they lead to where each member subscribed.",
)
@click.pass_obj
def command(address, dry_run, url):
    """Send the digests that are due.

    Daily ones are due with the first run of a day, weekly ones with the first run of a week,
    which begins on Monday. When it was interrupted, run it again: nobody is told anything
    twice.
    """
    if url is not None and not is_address(url):
        raise click.BadParameter(
            "Give an address such as https://www.example.org.", param_hint="'--url'"
        )
    site = address.open()
    _check()
    if dry_run:
        _say_what_is_due(site, url)
        return
    try:
        with ExitStack() as stack:
            report = send_due(site, progress=Bar(stack, "Sending"), url=url)
    except KeyboardInterrupt:
        raise click.ClickException(
            "Interrupted. Run the command again: it sends what was not sent."
        ) from None
    click.echo(summary(report))
    if report.failed:
        raise click.ClickException(
            f"{report.failed:,} could not be sent: the log has the reasons. They are due"
            " again the next time."
        )


def summary(report: Report) -> str:
    """Return the sentence with the numbers."""
    return (
        f"Mails sent: {report.sent:,}; members with nothing new: {report.nothing_new:,};"
        f" members without a mail address, or who may not read that now: {report.skipped:,}."
    )


def _check():
    if queryUtility(IActivityLog) is None:
        raise click.ClickException(
            "The add-on is not installed in this site, so there is nothing to tell. Install"
            " “Recent activity” in the add-ons control panel of the site first."
        )
    if not activity_settings().digests:
        raise click.ClickException(
            "Digests are switched off in the settings of this site."
        )


def _say_what_is_due(site, url):
    due = 0
    for draft in preview(site, url=url):
        due += 1
        click.echo(_said(draft))
    said = f"Digests that are due: {due:,}. Nothing was sent."
    click.echo(said if due else "No digest is due.")


def _said(draft: Draft) -> str:
    to = f"{draft.user_id} <{draft.address}>" if draft.address else draft.user_id
    if draft.state is State.TELL:
        at_least = "more than " if draft.is_more else ""
        changes = "change" if draft.count == 1 else "changes"
        return f"{to}, {draft.path}: {at_least}{draft.count:,} {changes}"
    return f"{to}, {draft.path}: {_REASONS[draft.state]}"


_REASONS = {
    State.NOTHING_NEW: "nothing new",
    State.WAITS: "no mail address, or may not read that now",
    State.OVER: "the folder is gone",
}
