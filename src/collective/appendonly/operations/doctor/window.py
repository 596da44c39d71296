"""The check of the window: whether the size of the stack fits the edit rate.

No edit rate makes a push conflict: each transaction pushes one change set, and a window accepts
``(max_layers - 1) * max_length`` of them from each. This check is about the cost of an edit. For
the figures see docs/decisions/2026-11-23-window-of-the-log.rst.
"""

from collections import Counter
from collections.abc import Iterator
from collective.appendonly.bulk import first_parts
from collective.appendonly.clock import is_future
from collective.appendonly.entry import ChangeSet
from collective.appendonly.i18n import _
from collective.appendonly.i18n import counted
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import IActivitySettings
from collective.appendonly.operations.doctor.finding import Deployment
from collective.appendonly.operations.doctor.finding import Finding
from collective.appendonly.operations.doctor.finding import Status
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from functools import partial
from itertools import chain
from itertools import islice
from math import ceil
from typing import NamedTuple


_finding = partial(Finding, "window", _("Stack size and edit rate"))

#: The most bytes per edit. An edit of a page writes some 40 KB without the log.
LIMIT = 8 * 1024
#: The bytes per edit to aim at if they are more than LIMIT.
TARGET = 4 * 1024
#: Few edits take longer than this many seconds. A transaction that is overtaken by more than a
#: layer of pushes archives the same layers as the others.
EDIT = 1

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
# The period for the edit rate.
_RECENT = 7 * DAY


def check_window(deployment: Deployment) -> Finding:
    """Measure the edit rate and sizes, and recommend another size of the stack if needed."""
    log = deployment.log
    size = measure_size(log)
    rate = measure_edit_rate(log, deployment.now, deployment.layers)
    if size is None or rate is None:
        return _finding(
            Status.UNKNOWN,
            _("Nothing was recorded in the last days, so the edit rate is unknown."),
        )
    layers, length = log.stack.max_layers, log.stack.max_length
    written = size.per_push(layers, length)
    details = _details(deployment, rate, layers, length, written)
    per_second = rate.in_a_minute / 60
    cheaper = written > LIMIT and _cheaper(size, layers, length)
    if cheaper:
        return _finding(
            Status.WARNING,
            _(
                "Each edit writes ${size} KB to the log, which is too much.",
                mapping={"size": f"{written / 1024:.1f}"},
            ),
            cheaper,
            details,
        )
    # A single user, such as a script that commits often, is not overtaken.
    better = min(ceil(per_second * EDIT), 100)
    if (
        rate.users > 1
        and length < per_second * EDIT
        and size.per_push(layers, better) <= LIMIT
    ):
        return _finding(
            Status.WARNING,
            _(
                "At the busiest time, more changes are recorded per second than a layer"
                " holds. Several edits then archive the same layer, and all but one do so"
                " in vain."
            ),
            _set_length(better),
            details,
        )
    return _finding(
        Status.GOOD,
        _("The size of the stack fits the edit rate."),
        details=details,
    )


def _cheaper(size, layers, length):
    """Recommend a setting that makes an edit cheaper, None if there is none."""
    few = IActivitySettings["window_layers"].min
    if layers > few and size.per_push(few, length) <= LIMIT:
        return _(
            "Set “Layers in the stack” to ${layers}.", mapping={"layers": str(few)}
        )
    better = int((TARGET / size.item - 1) / (layers - 0.5))
    better = max(better, IActivitySettings["window_length"].min)
    return _set_length(better) if better < length else None


def _set_length(length):
    return _("Set “Changes per layer” to ${length}.", mapping={"length": str(length)})


def _details(deployment, rate, layers, length, written):
    lasting = length * 60 / rate.in_a_minute
    return (
        counted(
            "Busiest minute in the examined part of the last seven days: one edit,"
            " ${time}.",
            "Busiest minute in the examined part of the last seven days: ${count}"
            " edits, ${time}.",
            rate.in_a_minute,
            time=deployment.moment(rate.busiest),
        ),
        counted(
            "No edit rate makes the log reject an edit: each edit adds one change"
            " set, and a stack of this size accepts one per edit, however many edits"
            " there are.",
            "No edit rate makes the log reject an edit: each edit adds one change"
            " set, and a stack of this size accepts up to ${count} per edit, however"
            " many edits there are.",
            (layers - 1) * length,
        ),
        _(
            "At the busiest time, a layer lasted ${seconds} seconds. An edit that"
            " takes longer only makes the stack larger for a while.",
            mapping={"seconds": f"{lasting:.1f}" if lasting < 10 else f"{lasting:.0f}"},
        ),
        _(
            "Written per edit: ${size} KB. Layers archived per day: ${layers}.",
            mapping={
                "size": f"{written / 1024:.1f}",
                "layers": f"{rate.per_day / length:.1f}",
            },
        ),
    )


@dataclass(frozen=True)
class EditRate:
    """The numbers of change sets in the busiest minute, of their users, and per day."""

    busiest: datetime
    in_a_minute: int
    users: int
    per_day: float


def measure_edit_rate(log: IActivityLog, now: datetime, layers: int) -> EditRate | None:
    """Return the edit rate of the week before *now*, None if nothing was recorded then.

    Reads the stack and up to *layers* layers of the archive.
    """
    recorded, oldest = [], None
    for change_set in _newest(log, layers):
        oldest = change_set.time
        # The clocks of machines differ, so a few change sets may be out of order.
        if oldest < now - _RECENT - MINUTE:
            break
        if not is_future(change_set.time, now):
            recorded.append((change_set.time, change_set.actor))
    recorded = sorted(
        (found for found in recorded if found[0] >= now - _RECENT),
        key=lambda found: found[0],
    )
    if not recorded:
        return None
    start, end, users = _busiest(recorded)
    # A new site has no full day yet; nor may the layers that were read.
    is_all = oldest < now - _RECENT
    span = _RECENT if is_all else max(now - recorded[0][0], MINUTE)
    if len(log) <= len(recorded):
        span = max(span, DAY)
    return EditRate(
        recorded[start][0], end - start, users, len(recorded) / (span / DAY)
    )


def _newest(log, layers) -> Iterator[ChangeSet]:
    """Yield observed change sets, newest first; the first part of large ones."""
    stacked = reversed([items for _, items in log.stack.layers()])
    archived = (layer.items for layer in islice(log.archive.layers(), layers))
    for items in chain(stacked, archived):
        for change_set in first_parts(reversed(items)):
            if not change_set.backfilled:
                yield change_set


def _busiest(recorded: list) -> tuple[int, int, int]:
    """Return the start and end of the busiest minute, and its number of users."""
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


class WriteSize(NamedTuple):
    """The bytes of an average change set, and of the archive's own record."""

    item: float
    archive: float

    def per_push(self, layers: int, length: int) -> float:
        """Return the average bytes that a push to a stack of *layers* × *length* writes.

        The stack is on average half a layer short of full. Once per layer, a push also writes
        that layer and the archive's record.
        """
        return self.item * ((layers - 0.5) * length + 1) + self.archive / length


def measure_size(log: IActivityLog) -> WriteSize | None:
    """Return the current sizes in *log*, None while it is empty.

    Loads two records, three if the stack is empty. Their sizes are accurate to 64 bytes.
    """
    stack, archive = log.stack, log.archive
    holder, count = stack, len(stack)
    if not count:
        holder = archive.layer(archive.generation)
        if holder is None:
            return None
        count = len(holder.items)
    return WriteSize(_bytes(holder) / count, _bytes(archive))


def _bytes(obj) -> int:
    obj._p_activate()
    return obj._p_estimated_size
