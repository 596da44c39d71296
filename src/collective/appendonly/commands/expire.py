"""``activitylog expire``: discard what is too old, now."""

from collective.appendonly.attempts import commit_attempts
from collective.appendonly.commands.interruption import interruptible
from collective.appendonly.commands.log import find_log
from collective.appendonly.interfaces import BEGINNING
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import IActivitySettings
from collective.appendonly.maintenance.retention import apply_retention
from collective.appendonly.recording.clock import utc_now
from collective.appendonly.settings import activity_settings
from datetime import datetime
from functools import partial
from types import SimpleNamespace
from typing import Any
from typing import NamedTuple

import click
import transaction


class Expired(NamedTuple):
    """How many change sets went, how many are left, and the time of the oldest of them."""

    gone: int
    left: int
    oldest: datetime | None


def _limit(name: str) -> click.IntRange:
    field = IActivitySettings[name]
    return click.IntRange(field.min, field.max)


@click.command("expire")
@click.option(
    "--days",
    type=_limit("retention_days"),
    help="Keep what is not older than this, whatever the settings say. 0: any age.",
)
@click.option(
    "--entries",
    type=_limit("retention_entries"),
    help="Keep this many changes, whatever the settings say. 0: any number.",
)
@click.option("--dry-run", is_flag=True, help="Only tell what would be discarded.")
@click.pass_obj
def command(address, days, entries, dry_run):
    """Discard what is too old, now.

    What that is the settings of the site say, unless you do. It is done in one moment: an
    interrupted one has discarded all of it, or nothing.
    """
    with interruptible("Run the command again: it tells what there is left to do."):
        address.open()
        log = find_log()
        limits = _limits(days, entries)
        if not (limits.retention_days or limits.retention_entries):
            click.echo("Everything is kept: neither age nor number is limited.")
            return
        work = partial(_expire, log, limits)
        commit = transaction.abort if dry_run else transaction.commit
        expired = commit_attempts(work, commit)
    click.echo(summary(expired, dry_run))


def summary(expired: Expired, dry_run: bool) -> str:
    """Return the sentences with the numbers."""
    if not expired.gone:
        done = "Nothing is old enough to be discarded."
    elif dry_run:
        done = f"{expired.gone:,} changes would be discarded."
    else:
        done = f"{expired.gone:,} changes were discarded."
    if expired.oldest is None:
        return f"{done} {expired.left:,} are left."
    oldest = f"the oldest of {expired.oldest:%Y-%m-%d %H:%M} UTC"
    verb = "would be" if dry_run and expired.gone else "are"
    return f"{done} {expired.left:,} {verb} left, {oldest}."


def _limits(days: int | None, entries: int | None) -> Any:
    settings = activity_settings()
    return SimpleNamespace(
        retention_days=settings.retention_days if days is None else days,
        retention_entries=settings.retention_entries if entries is None else entries,
    )


def _expire(log: IActivityLog, limits: Any) -> Expired:
    gone = apply_retention(log, limits, utc_now())
    oldest = next((change_set.time for _, change_set in log.newer(BEGINNING)), None)
    return Expired(gone, len(log), oldest)
