"""How fast a site is edited: what the times of the newest change sets tell."""

from collections import Counter
from collections.abc import Iterator
from collective.appendonly.bulk import from_item
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import UnknownFormat
from collective.appendonly.interfaces import IActivityLog
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from itertools import islice


MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
# What was long ago tells nothing about today.
_RECENT = 7 * DAY


@dataclass(frozen=True)
class Pace:
    """So many change sets were recorded in the busiest minute, by so many people; and a day."""

    busiest: datetime
    in_a_minute: int
    people: int
    per_day: float


def measure_pace(log: IActivityLog, now: datetime, layers: int) -> Pace | None:
    """Return the pace of the last days before *now*; None if nothing was recorded then.

    Reads the stack and up to *layers* layers of the archive.
    """
    recorded, oldest = [], None
    for change_set in _newest(log, layers):
        oldest = change_set.time
        # The clocks of several machines differ, so a few may be out of order.
        if oldest < now - _RECENT - MINUTE:
            break
        recorded.append((change_set.time, change_set.actor))
    recorded = sorted(
        (found for found in recorded if found[0] >= now - _RECENT),
        key=lambda found: found[0],
    )
    if not recorded:
        return None
    start, end, people = _busiest(recorded)
    # A site that is new has no day yet; in layers that end earlier there may be less than one.
    is_all = oldest < now - _RECENT
    span = _RECENT if is_all else max(now - recorded[0][0], MINUTE)
    if len(log) <= len(recorded):
        span = max(span, DAY)
    return Pace(recorded[start][0], end - start, people, len(recorded) / (span / DAY))


def _newest(log, layers) -> Iterator[ChangeSet]:
    """Yield change sets that people made, newest first; of a large one its first part."""
    runs = [items for _, items in log.stack.layers()][::-1]
    for items in runs:
        yield from _readable(reversed(items))
    for layer in islice(log.archive.layers(), layers):
        yield from _readable(reversed(layer.items))


def _readable(items) -> Iterator[ChangeSet]:
    for item in items:
        try:
            change_set = next(from_item(item))
        except UnknownFormat:
            continue
        if not change_set.backfilled:
            yield change_set


def _busiest(recorded: list) -> tuple[int, int, int]:
    """Return where the busiest minute begins and ends, and how many people were at work."""
    best, start, actors = (0, 0, 0), 0, Counter()
    for end, (time, actor) in enumerate(recorded, 1):
        actors[actor] += 1
        while time - recorded[start][0] >= MINUTE:
            gone = recorded[start][1]
            actors -= Counter([gone])
            start += 1
        if end - start > best[1] - best[0]:
            best = start, end, len(actors)
    return best
