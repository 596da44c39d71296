"""``activitylog expire``: discard old changes now."""

from collective.appendonly.clock import utc_now
from collective.appendonly.commands.progress import errors_reported
from collective.appendonly.commands.site import find_log
from collective.appendonly.interfaces import BEGINNING
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import IActivitySettings
from collective.appendonly.operations.maintenance.retention import apply_retention
from collective.appendonly.operations.maintenance.retention import Kept
from collective.appendonly.operations.maintenance.retention import kept_by_times
from collective.appendonly.settings import activity_settings
from collective.appendonly.transactions import commit_attempts
from datetime import datetime
from functools import partial
from types import SimpleNamespace
from typing import Any
from typing import NamedTuple

import click
import transaction


class Expired(NamedTuple):
    """The numbers of discarded and remaining change sets, and the time of the oldest one.

    ``kept`` is the layer whose times keep others that are old enough.
    """

    discarded: int
    remaining: int
    oldest: datetime | None
    kept: Kept | None = None


def _limit(name: str) -> click.IntRange:
    field = IActivitySettings[name]
    return click.IntRange(field.min, field.max)


@click.command("expire")
@click.option(
    "--days",
    type=_limit("retention_days"),
    help="Keep changes for this many days, instead of the setting. 0: no limit.",
)
@click.option(
    "--entries",
    type=_limit("retention_entries"),
    help="Number of changes to keep, instead of the setting. 0: no limit.",
)
@click.option("--dry-run", is_flag=True, help="Only report what would be discarded.")
@click.pass_obj
def command(location, days, entries, dry_run):
    """Discard old changes now.

    Applies the retention settings of the site, or the limits that you give. It is a single commit:
    if the command is interrupted, it has discarded everything or nothing.
    """
    with errors_reported("Run the command again to discard what is left."):
        location.open()
        log = find_log()
        limits = _limits(days, entries)
        if not (limits.retention_days or limits.retention_entries):
            click.echo("Nothing was discarded: there is no limit for age or number.")
            return
        work = partial(_expire, log, limits)
        expired = commit_attempts(work, transaction.abort if dry_run else None)
    click.echo(summary(expired, dry_run))


def summary(expired: Expired, dry_run: bool) -> str:
    """Return the message with the numbers."""
    if not expired.discarded:
        result = "Nothing is old enough to be discarded."
    elif dry_run:
        result = f"{expired.discarded:,} changes would be discarded."
    else:
        result = f"{expired.discarded:,} changes were discarded."
    verb = "would remain" if dry_run and expired.discarded else "remain"
    remaining = f"{expired.remaining:,} {verb}"
    if expired.oldest is not None:
        remaining += f", the oldest from {expired.oldest:%Y-%m-%d %H:%M} UTC"
    kept = ""
    if expired.kept is not None:
        kept = (
            f" Layer {expired.kept.generation} has a change from"
            f" {expired.kept.latest:%Y-%m-%d %H:%M} UTC. So {expired.kept.others:,} newer layers are"
            " kept, although they are old enough."
        )
    return f"{result} {remaining}.{kept}"


def _limits(days: int | None, entries: int | None) -> Any:
    settings = activity_settings()
    return SimpleNamespace(
        retention_days=settings.retention_days if days is None else days,
        retention_entries=settings.retention_entries if entries is None else entries,
    )


def _expire(log: IActivityLog, limits: Any) -> Expired:
    now = utc_now()
    discarded = apply_retention(log, limits, now)
    oldest = next((change_set.time for _, change_set in log.newer(BEGINNING)), None)
    return Expired(discarded, len(log), oldest, kept_by_times(log, limits, now))
