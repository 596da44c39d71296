"""``activitylog digest``: send the digests that are due."""

from collections.abc import Callable
from collective.appendonly.commands.ending import Failure
from collective.appendonly.commands.progress import Bar
from collective.appendonly.commands.progress import errors_reported
from collective.appendonly.digests import DigestReport
from collective.appendonly.digests import DigestState
from collective.appendonly.digests import is_site_url
from collective.appendonly.digests import PreparedDigest
from collective.appendonly.digests import preview
from collective.appendonly.digests import send_due
from collective.appendonly.digests.subscriptions import all_paused
from collective.appendonly.digests.subscriptions import find
from collective.appendonly.digests.subscriptions import Subscription
from collective.appendonly.operations import installed_log
from collective.appendonly.settings import activity_settings
from collective.appendonly.transactions import commit_attempts
from functools import partial
from ZODB.POSException import ReadOnlyError

import click


_REASONS = {
    DigestState.NOTHING_NEW: "no new activity",
    DigestState.RESTARTED: "the log has been replaced; begins with its end",
    DigestState.WAITING: "no valid email address, or cannot view the activity now",
    DigestState.PAUSED: "paused, because the mail server refuses the email address",
    DigestState.CONTENT_GONE: "the content no longer exists",
    DigestState.FAILED: "cannot be written",
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
@click.option(
    "--paused",
    type=click.Choice(["list", "resume", "end"]),
    help="Only list, resume or end the digests that are paused because the mail server refused"
    " several emails. Send nothing.",
)
@click.pass_obj
def command(location, dry_run, url, paused):
    """Send the digests that are due.

    Daily digests are due with the first run of a day, weekly ones with the first run of a week,
    which begins on Monday, and others with each run, at most once an hour. If the command is
    interrupted, run it again: no member receives a digest twice.
    """
    check_url(url)
    with errors_reported("Run the command again to send the remaining digests."):
        site = location.open()
        installed_log()
        if paused == "list":
            _list_paused()
            return
        if paused == "resume":
            resumed = _change_paused(Subscription.resume)
            click.echo(f"Digests resumed: {resumed:,}.")
            return
        if paused == "end":
            click.echo(f"Digests ended: {_change_paused(Subscription.end):,}.")
            return
        if not activity_settings().digests:
            raise Failure(
                "Digests are turned off in the settings of this site. Turn on “Offer email"
                " digests” first."
            )
        if dry_run:
            _list_due(site, url)
            return
        if site._p_jar.isReadOnly():
            # Otherwise each digest would fail.
            raise ReadOnlyError
        with Bar("Sending") as bar:
            report = send_due(site, progress=bar, url=url)
    click.echo(summary(report))
    if report.failed:
        raise Failure(
            f"Digests that could not be sent: {report.failed:,}. The messages above have the"
            " reasons. The next run sends them."
        )


def check_url(url: str | None) -> None:
    """Raise an error unless *url*, the option for links in emails, is missing or the URL of a site."""
    if url is not None and not is_site_url(url):
        raise click.BadParameter(
            "Enter a URL such as https://www.example.org.", param_hint="'--url'"
        )


def summary(report: DigestReport) -> str:
    """Return the message with the numbers."""
    text = (
        f"Digests sent: {report.sent:,}; members without new activity:"
        f" {report.nothing_new:,}; members without a valid email address, or who cannot view"
        f" the activity now: {report.skipped:,}."
    )
    if report.refused or report.paused:
        text += (
            f" Refused by the mail server: {report.refused:,}; paused after several refusals:"
            f" {report.paused:,}."
        )
    return text


def _list_due(site, url):
    due = failed = 0
    for digest in preview(site, url=url):
        due += 1
        failed += digest.state is DigestState.FAILED
        click.echo(_described(digest))
    click.echo(
        f"Digests due: {due:,}. Nothing was sent." if due else "No digest is due."
    )
    if failed:
        raise Failure(
            f"Digests that cannot be written: {failed:,}. The messages above have the reasons."
        )


def _described(digest: PreparedDigest) -> str:
    member = digest.user_id
    if digest.email_address:
        member += f" <{digest.email_address}>"
    if digest.path:
        member += f", {digest.path}"
    if digest.state is DigestState.READY:
        at_least = "more than " if digest.is_more else ""
        changes = "change" if digest.count == 1 else "changes"
        return f"{member}: {at_least}{digest.count:,} {changes}"
    return f"{member}: {_REASONS[digest.state]}"


def _list_paused() -> None:
    paused = all_paused()
    for each in paused:
        refusal = each.refusal
        click.echo(
            f"{each.user_id} <{refusal.address}>, {each.id}: code {refusal.code},"
            f" {refusal.time:%Y-%m-%d}"
        )
    click.echo(f"Digests paused: {len(paused):,}.")


def _change_paused(change: Callable[[Subscription], None]) -> int:
    """Call *change* with each paused subscription, and return their number."""

    def change_one(key):
        subscription = find(key)
        if subscription is not None:
            change(subscription)
        return subscription is not None

    keys = [each.key for each in all_paused()]
    return sum(commit_attempts(partial(change_one, key)) for key in keys)
