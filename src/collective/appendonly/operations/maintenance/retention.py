"""Retention: discarding the oldest layers of the log's archive.

Only whole layers are discarded, so a few change sets are kept a little longer than the limit.
The newest ones, in the stack, are always kept.
"""

from collections.abc import Callable
from collective.appendonly import clock
from collective.appendonly.bulk import first_parts
from collective.appendonly.settings import activity_settings
from collective.appendonly.structures.interfaces import IArchiveLayer
from datetime import datetime
from datetime import timedelta
from functools import partial
from typing import Any


def apply_retention(log, settings: Any = None, now: datetime | None = None) -> int:
    """Discard what exceeds the limits in *settings*, and return the number of change sets.

    *settings*, by default those of the current site, has the attributes ``retention_days`` and
    ``retention_entries``, where 0 means no limit. *now* is an aware datetime, by default the
    current time. The caller commits.

    Finds the limit with O(log n) loads, and writes nothing if there is nothing to discard. A
    concurrent retention, or a push that prunes much, may cause a ConflictError.
    """
    if settings is None:
        settings = activity_settings()
    archive = log.archive
    newest_to_discard = [
        layer.generation
        for exceeds in _limits(log, settings, now or clock.utc_now())
        if (layer := archive.seek(exceeds)) is not None
    ]
    if not newest_to_discard:
        return 0
    return archive.discard(max(newest_to_discard) + 1)


def _limits(log, settings, now) -> list[Callable[[IArchiveLayer], bool]]:
    """Return a function per limit, which returns whether a layer and all older ones exceed it."""
    limits = []
    if settings.retention_days:
        limits.append(partial(_is_older, now - timedelta(days=settings.retention_days)))
    if settings.retention_entries:
        limits.append(partial(_is_beyond, log, settings.retention_entries))
    return limits


def _is_older(limit: datetime, layer: IArchiveLayer) -> bool:
    # Layers are in the order of commits, which differs from that of times by moments only.
    newest = next(first_parts(reversed(layer.items)), None)
    return newest is not None and newest.time < limit


def _is_beyond(log, limit: int, layer: IArchiveLayer) -> bool:
    newest = log.archive.layer(log.archive.generation)
    archived = newest.below + len(newest.items)
    newer = archived - layer.below - len(layer.items)
    return len(log.stack) + newer >= limit
