"""``activitylog maintain``: retention, pending erasures and due digests in one call."""

from collective.appendonly.commands.progress import Bar
from collective.appendonly.maintenance import ClaimLost
from collective.appendonly.maintenance import maintain
from collective.appendonly.maintenance import SomebodyAtWork
from collective.appendonly.maintenance.report import sentence_at_work
from collective.appendonly.maintenance.report import sentences
from contextlib import ExitStack
from zope.i18n import translate
from zope.interface.interfaces import ComponentLookupError

import click


NO_LOG = (
    "The add-on is not installed in this site, or waits for an upgrade. See to “Recent"
    " activity” in the add-ons control panel of the site."
)


@click.command("maintain")
@click.option("--quiet", is_flag=True, help="Say nothing where nothing was to be done.")
@click.option(
    "--url",
    help="The public address of the site, such as https://www.example.org, for the links in"
    " digests. Otherwise they lead to where each member has subscribed.",
)
@click.pass_obj
def command(address, quiet, url):
    """Discard what is too old, erase who is to be erased, send digests that are due.

    For cron or a timer. People can go on working meanwhile. If it is interrupted, the next one
    does the rest. Of two at the same time one does the work, and the other leaves.
    """
    site = address.open()
    try:
        with ExitStack() as stack:
            progress = None if quiet else Bar(stack, "Erasing")
            report = maintain(site, progress, url)
    except SomebodyAtWork as somebody:
        if not quiet:
            click.echo(_english(sentence_at_work(somebody)))
        return
    except ClaimLost as error:
        raise click.ClickException(str(error)) from error
    except ComponentLookupError as error:
        raise click.ClickException(NO_LOG) from error
    except KeyboardInterrupt:
        raise click.ClickException(
            "Interrupted. The next maintenance does the rest."
        ) from None
    for failure in report.failed:
        click.echo(f"Error: {failure.step}: {failure.error}", err=True)
    if any(report) or not quiet:
        click.echo(" ".join(map(_english, sentences(report))))
    if not report.is_complete:
        click.get_current_context().exit(1)


def _english(message) -> str:
    return translate(message, target_language="en")
