"""Retention: the oldest layers of the log's archive are discarded.

Whole layers go, so a few change sets stay a little longer than they have to; and the
newest ones, which are on the stack, always stay.
"""

from collections.abc import Callable
from collective.appendonly.bulk import from_item
from collective.appendonly.entry import UnknownFormat
from collective.appendonly.settings import activity_settings
from collective.appendonly.structures.interfaces import IArchiveLayer
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from typing import Any


def apply_retention(log, settings: Any = None, now: datetime | None = None) -> int:
    """Discard what the settings of the site don't keep, and return how many change sets.

    *settings* has the attributes ``retention_days`` and ``retention_entries``, where 0 keeps
    everything; by default they are those of the current site. *now* is an aware datetime, by
    default the present. The caller commits.

    Finds the border with O(log n) loads, and writes nothing if there is nothing to discard.
    A concurrent retention, or a push that prunes much, may cost a ConflictError.
    """
    if settings is None:
        settings = activity_settings()
    archive = log.archive
    newest_to_go = [
        layer.generation
        for may_go in _rules(log, settings, now or datetime.now(timezone.utc))
        if (layer := archive.seek(may_go)) is not None
    ]
    if not newest_to_go:
        return 0
    return archive.discard(max(newest_to_go) + 1)


def _rules(log, settings, now) -> list[Callable[[IArchiveLayer], bool]]:
    """Return what makes a layer, and all older ones, superfluous."""
    rules = []
    if settings.retention_days:
        rules.append(_older_than(now - timedelta(days=settings.retention_days)))
    if settings.retention_entries:
        rules.append(_beyond(log, settings.retention_entries))
    return rules


def _older_than(limit):
    # Layers are in the order of their commits, which is the order of time but for moments.
    def may_go(layer):
        time = _newest_time(layer)
        return time is not None and time < limit

    return may_go


def _newest_time(layer: IArchiveLayer) -> datetime | None:
    for _, item in layer:
        try:
            return next(from_item(item)).time
        except UnknownFormat:
            continue
    return None


def _beyond(log, count):
    newest = log.archive.layer(log.archive.generation)
    ever = newest.below + len(newest.items) if newest else 0

    def may_go(layer):
        newer_archived = ever - layer.below - len(layer.items)
        return len(log.stack) + newer_archived >= count

    return may_go
