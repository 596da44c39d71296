"""Retention: discarding the oldest layers of the log's archive.

Only whole layers are discarded, from the oldest one up, and only if everything in them is too old. So
a few change sets are kept a little longer than the limit, and many if one has a time that is too
late, from a wrong clock. The newest ones, in the stack, are always kept.
"""

from collective.appendonly import clock
from collective.appendonly.bulk import first_parts
from collective.appendonly.entry import from_milliseconds
from collective.appendonly.entry import to_milliseconds
from collective.appendonly.settings import activity_settings
from collective.appendonly.structures.interfaces import IArchiveLayer
from datetime import datetime
from datetime import timedelta
from functools import partial
from typing import Any
from typing import NamedTuple


class Kept(NamedTuple):
    """A layer whose times keep *others* newer layers, in which everything is too old."""

    generation: int
    latest: datetime
    others: int


def apply_retention(log, settings: Any = None, now: datetime | None = None) -> int:
    """Discard what exceeds the limits in *settings*, and return the number of change sets.

    *settings*, by default those of the current site, has the attributes ``retention_days`` and
    ``retention_entries``, where 0 means no limit. *now* is an aware datetime, by default the
    current time. The caller commits.

    For a number, finds the limit with O(log n) loads. For days, loads every layer that it discards,
    and one more. Writes nothing if there is nothing to discard. A concurrent retention, or a push
    that prunes much, may cause a ConflictError.
    """
    if settings is None:
        settings = activity_settings()
    archive = log.archive
    oldest_to_keep = 0
    if settings.retention_days:
        limit = _limit(settings, now)
        oldest_to_keep = next(
            (layer.generation for layer, _ in _not_too_old(archive, limit)),
            archive.generation + 1,
        )
    if settings.retention_entries:
        beyond = archive.seek(partial(_is_beyond, log, settings.retention_entries))
        if beyond is not None:
            oldest_to_keep = max(oldest_to_keep, beyond.generation + 1)
    return archive.discard(oldest_to_keep) if len(archive) else 0


def kept_by_times(
    log, settings: Any = None, now: datetime | None = None
) -> Kept | None:
    """Return the layer that keeps newer ones longer than the limit of days, None if there is none.

    Takes the same arguments as :func:`apply_retention`.
    """
    if settings is None:
        settings = activity_settings()
    if not settings.retention_days:
        return None
    limit, archive = _limit(settings, now), log.archive
    for layer, latest in _not_too_old(archive, limit):
        others = sum(
            (time := _latest(other)) is not None and time < limit
            for other in archive.layers(oldest=layer.generation + 1, until=limit)
        )
        return (
            Kept(layer.generation, from_milliseconds(latest), others)
            if others
            else None
        )
    return None


def _limit(settings, now) -> int:
    days = timedelta(days=settings.retention_days)
    return to_milliseconds((now or clock.utc_now()) - days)


def _not_too_old(archive, limit: int):
    """Yield the layers that are not too old with their latest times, oldest first."""
    for layer in archive.oldest_first():
        latest = _latest(layer)
        # A layer that cannot be read is as old as the others.
        if latest is not None and latest >= limit:
            yield layer, latest


def _latest(layer: IArchiveLayer) -> int | None:
    """Return the latest time in *layer*, None if it cannot be read."""
    times = layer.times
    if times is None:
        times = [to_milliseconds(part.time) for part in first_parts(layer.items)]
    return max(times, default=None)


def _is_beyond(log, limit: int, layer: IArchiveLayer) -> bool:
    newest = log.archive.layer(log.archive.generation)
    archived = newest.below + len(newest.items)
    newer = archived - layer.below - len(layer.items)
    return len(log.stack) + newer >= limit
