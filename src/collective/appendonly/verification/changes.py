"""Looking at each change set of a log, from new to old."""

from collections import Counter
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from collective.appendonly.bulk import BulkChangeSet
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import decode
from collective.appendonly.entry import to_iso
from collective.appendonly.entry import UnknownFormat
from collective.appendonly.interfaces import CLOCK_TOLERANCE
from collective.appendonly.soundness import flaws
from collective.appendonly.verification.findings import Findings
from datetime import datetime
from typing import Any


class Changes:
    """Adds to *findings* what is wrong with the items that it is shown, newest first."""

    def __init__(self, findings: Findings, now: datetime):
        self._findings = findings
        self._latest = now + CLOCK_TOLERANCE
        self._newer: tuple[str, datetime] | None = None

    def look_at(self, generation: int, items: Sequence[Any]) -> None:
        """Look at the items of a layer."""
        for index in reversed(range(len(items))):
            name = f"item {index} of layer {generation}"
            self._findings.change_sets += 1
            for problem in self._problems(name, items[index]):
                self._findings.add(f"I{name[1:]} {problem}.")

    def _problems(self, name: str, item: Any) -> Iterator[str]:
        if isinstance(item, bytes):
            change_set, found = _read(lambda: item)
            yield from found
        elif isinstance(item, BulkChangeSet):
            change_set = None
            problem = _problem_of(item._p_activate)
            if problem is None:
                change_set = yield from self._blocks(item)
                item._p_deactivate()
            else:
                yield problem
        else:
            yield f"is no change set, but of the type {type(item).__name__}"
            return
        if change_set is not None:
            if isinstance(item, bytes):
                self._findings.entries += len(change_set.entries)
            yield from self._time(name, change_set)

    def _blocks(self, item: BulkChangeSet) -> Iterator[str]:
        """Yield what is wrong with a large change set; return its beginning, if it has one."""
        beginning, is_sound, counted = None, True, Counter()
        for number, block in enumerate(item.blocks):
            # Or the blocks would fill the memory.
            part, found = _read(lambda block=block: block.data)
            block._p_deactivate()
            for problem in found:
                yield f"has block {number}, which {problem}"
            if part is None:
                is_sound = False
                continue
            self._findings.entries += len(part.entries)
            counted.update((entry.action, entry.portal_type) for entry in part.entries)
            beginning = beginning or part
            if (part.time, part.actor) != (beginning.time, beginning.actor):
                yield f"has block {number}, which is of another time or actor"
        if is_sound and dict(counted) != item.summary:
            yield "has a summary that is not that of its entries"
        return beginning

    def _time(self, name: str, change_set: ChangeSet) -> Iterator[str]:
        time = change_set.time
        if time > self._latest:
            yield f"is of a time to come, {to_iso(time)}"
        if self._newer is not None:
            newer, its_time = self._newer
            if time > its_time + CLOCK_TOLERANCE:
                yield (
                    f"is of {to_iso(time)}, and {newer}, which was recorded after it, of"
                    f" {to_iso(its_time)}"
                )
        self._newer = name, time


def _read(load: Callable[[], bytes]) -> tuple[ChangeSet | None, list[str]]:
    """Return the change set in what *load* returns, None if it is none, and its problems."""
    try:
        change_set = decode(load())
        found = list(flaws(change_set))
    except UnknownFormat as error:
        return None, [f"cannot be read. {error.args[0].rstrip('.')}"]
    except Exception as error:  # a damaged record may raise anything
        return None, [f"cannot be read: {type(error).__name__}: {error}"]
    return (None if found else change_set), found


def _problem_of(load: Callable[[], None]) -> str | None:
    try:
        load()
    except Exception as error:  # a damaged record may raise anything
        return f"cannot be loaded: {type(error).__name__}: {error}"
    return None
