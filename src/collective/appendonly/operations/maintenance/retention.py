"""Retention: discarding the oldest layers of the log's archive.

Only whole layers are discarded, from the oldest one up, and only if everything in them is too old. So
a few change sets are kept a little longer than the limit, and many if one has a time that is too
late, from a wrong clock. A time in the future does not count. The newest change sets, in the stack,
are always kept.
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

    Finds the limit with O(log n) loads, and looks with a search for later times below it. Writes
    nothing if there is nothing to discard. A concurrent retention, or a push that prunes much, may
    cause a ConflictError.
    """
    return log.archive.discard(_oldest_to_keep(log, settings, now))


def count_expired(log, settings: Any = None, now: datetime | None = None) -> int:
    """Return the number of change sets that :func:`apply_retention` would discard.

    Takes the same arguments, and writes nothing.
    """
    archive, oldest_to_keep = log.archive, _oldest_to_keep(log, settings, now)
    newest = archive.layer(archive.generation)
    if not oldest_to_keep or newest is None:
        return 0
    discarded = newest.below + len(newest.items) - len(archive)
    for layer in archive.oldest_first(oldest_to_keep):
        return layer.below - discarded
    return len(archive)


def _oldest_to_keep(log, settings: Any, now: datetime | None) -> int:
    """Return the generation below which everything can be discarded."""
    if settings is None:
        settings = activity_settings()
    archive, oldest_to_keep = log.archive, 0
    if settings.retention_days:
        oldest_to_keep = _oldest_young(archive, _Ages(settings, now))
    if settings.retention_entries:
        beyond = archive.seek(partial(_is_beyond, log, settings.retention_entries))
        if beyond is not None:
            oldest_to_keep = max(oldest_to_keep, beyond.generation + 1)
    return oldest_to_keep


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
    archive, ages = log.archive, _Ages(settings, now)
    layer = archive.layer(_oldest_young(archive, ages))
    latest = None if layer is None else ages.latest(layer)
    if latest is None:
        return None
    newer = archive.layers(oldest=layer.generation + 1, until=ages.limit - 1)
    others = sum(map(ages.is_too_old, newer))
    return Kept(layer.generation, from_milliseconds(latest), others) if others else None


class _Ages:
    """The ages of layers, compared with the limit in *settings*."""

    def __init__(self, settings, now: datetime | None):
        now = now or clock.utc_now()
        days = timedelta(days=settings.retention_days)
        self.limit = to_milliseconds(now - days)
        self._until = to_milliseconds(now + clock.CLOCK_TOLERANCE)

    def latest(self, layer: IArchiveLayer) -> int | None:
        """Return the latest time in *layer* that is not in the future, None if there is none."""
        times = layer.times
        if times is None or max(times, default=0) > self._until:
            times = [to_milliseconds(part.time) for part in first_parts(layer.items)]
        return max((time for time in times if time <= self._until), default=None)

    def is_too_old(self, layer: IArchiveLayer) -> bool:
        latest = self.latest(layer)
        return latest is not None and latest < self.limit


def _oldest_young(archive, ages: _Ages) -> int:
    """Return the lowest generation whose layer has a change set that is not too old.

    0 if nothing is too old.
    """
    boundary = archive.seek(ages.is_too_old)
    if boundary is None:
        return 0
    # Layers are in the order of commits, and clocks may have been wrong.
    young = [
        layer.generation
        for layer in archive.layers(newest=boundary.generation, since=ages.limit)
        if (latest := ages.latest(layer)) is not None and latest >= ages.limit
    ]
    return young[-1] if young else boundary.generation + 1


def _is_beyond(log, limit: int, layer: IArchiveLayer) -> bool:
    newest = log.archive.layer(log.archive.generation)
    archived = newest.below + len(newest.items)
    newer = archived - layer.below - len(layer.items)
    return len(log.stack) + newer >= limit
