"""Verifying a log: its structures, and each change set from new to old."""

from array import array
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from collective.appendonly.bulk import blocks
from collective.appendonly.bulk import BulkChangeSet
from collective.appendonly.bulk import contents_of
from collective.appendonly.clock import CLOCK_TOLERANCE
from collective.appendonly.clock import is_future
from collective.appendonly.clock import utc_now
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import decode
from collective.appendonly.entry import to_iso
from collective.appendonly.entry import to_milliseconds
from collective.appendonly.entry import UnknownFormat
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.keys import Keys
from collective.appendonly.log import STACK
from collective.appendonly.operations import no_progress
from collective.appendonly.operations import Progress
from collective.appendonly.pairs import pairs_of
from collective.appendonly.structures.check import problems
from collective.appendonly.structures.interfaces import IAccumulator
from collective.appendonly.structures.interfaces import IAppendStack
from collective.appendonly.structures.interfaces import IArchive
from collective.appendonly.structures.interfaces import IArchiveLayer
from collective.appendonly.validation import flaws
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from typing import Any
from zope.component import getUtilitiesFor
from zope.component import queryAdapter


#: The number of problems that are kept. A single damage may cause a million of them.
KEPT = 100


@dataclass
class Verification:
    """The numbers of verified objects and problems, and the first problems."""

    structures: int = 0
    change_sets: int = 0
    entries: int = 0
    count: int = 0
    problems: list[str] = field(default_factory=list)

    def add(self, problem: str) -> None:
        self.count += 1
        if len(self.problems) < KEPT:
            self.problems.append(problem)


def verify(site, log: IActivityLog, progress: Progress = no_progress) -> Verification:
    """Return the problems of *log*, and of the other declared structures of *site*.

    Of other structures it verifies only the structure, not the items. Writes nothing, and keeps
    a few layers in memory. *progress* is called with the number of verified change sets and the
    total.
    """
    found = Verification()
    _verify_log(log, found, progress)
    for name, stack in getUtilitiesFor(IAppendStack, context=site):
        if name != STACK:
            archive = queryAdapter(site, IArchive, name=name)
            _add(found, f"Stack “{name}”", problems(stack, archive))
    for name, accumulator in getUtilitiesFor(IAccumulator, context=site):
        _add(found, f"Accumulator “{name}”", problems(accumulator))
    return found


def _verify_log(log, found, progress):
    change_sets = _ChangeSets(found, utc_now(), log.keys)
    try:
        total = len(log)
    except Exception:  # a damaged log may have no length
        total = 0

    def visit(layer: IArchiveLayer) -> None:
        change_sets.verify(layer.generation, layer.items)
        change_sets.verify_keys(layer)
        progress(min(found.change_sets, total), total)

    # A stack without valid layers is reported below.
    if not problems(log.stack):
        for generation, items in reversed(list(log.stack.layers())):
            change_sets.verify(generation, items)
    progress(min(found.change_sets, total), total)
    _add(found, "Log", problems(log.stack, log.archive, visit))
    progress(total, total)


def _add(found, name, messages):
    found.structures += 1
    for message in messages:
        found.add(f"{name}: {message}")


class _ChangeSets:
    """Adds the problems of the items that it is given, newest first, to *found*."""

    def __init__(self, found: Verification, now: datetime, keys: Keys | None):
        self._found = found
        self._keys = keys
        self._now = now
        self._newer: tuple[str, datetime] | None = None

    def verify(self, generation: int, items: Sequence[Any]) -> None:
        """Verify the items of a layer."""
        for index in reversed(range(len(items))):
            name = f"item {index} of layer {generation}"
            self._found.change_sets += 1
            for problem in self._problems(name, items[index]):
                self._found.add(f"I{name[1:]} {problem}.")

    def verify_keys(self, layer: IArchiveLayer) -> None:
        """Verify that searches find the items of a layer."""
        if self._keys is None or layer.keys is None:
            return
        with suppress(UnknownFormat):  # which was reported before
            keys, times = contents_of(layer.items, self._keys)
            if set(layer.keys) != keys or layer.times != (min(times), max(times)):
                self._found.add(
                    f"Layer {layer.generation} has keys or times that do not match its items."
                )

    def _problems(self, name: str, item: Any) -> Iterator[str]:
        change_set = None
        if isinstance(item, bytes):
            change_set, found = self._read(lambda: item)
            yield from found
        elif isinstance(item, BulkChangeSet):
            try:
                item._p_activate()
            except Exception as error:  # a damaged record may raise anything
                yield f"cannot be loaded: {type(error).__name__}: {error}"
            else:
                change_set = yield from self._blocks(item)
        else:
            yield f"is not a change set, but of the type {type(item).__name__}"
        if change_set is not None:
            yield from self._time(name, change_set)

    def _blocks(self, item: BulkChangeSet) -> Iterator[str]:
        """Yield the problems of a large change set. Return its first valid block."""
        first, is_valid, counted = None, True, Counter()
        keys = None if item.keys is None else self._keys
        pairs = array("Q")
        for number, block in enumerate(blocks(item)):
            part, found = self._read(lambda block=block: block.data)
            for problem in found:
                yield f"has block {number}, which {problem}"
            if part is None:
                is_valid = False
                continue
            counted.update((entry.action, entry.portal_type) for entry in part.entries)
            first = first or part
            if keys is not None:
                pairs.extend(pairs_of(keys.of(part), number))
            if (part.time, part.actor) != (first.time, first.actor):
                yield f"has block {number}, which has another time or actor"
        if is_valid and dict(counted) != item.summary:
            yield "has a summary that does not match its entries"
        if is_valid and keys is not None:
            yield from self._pairs(item, pairs)
        if first and item.time not in (None, to_milliseconds(first.time)):
            yield "has a time that does not match its entries"
        return first

    def _pairs(self, item: BulkChangeSet, pairs: array) -> Iterator[str]:
        try:
            is_valid = item.has_pairs(pairs)
        except Exception as error:  # a damaged record may raise anything
            yield f"has keys that cannot be loaded: {type(error).__name__}: {error}"
        else:
            if not is_valid:
                yield "has keys that do not match its entries"

    def _time(self, name: str, change_set: ChangeSet) -> Iterator[str]:
        time = change_set.time
        if is_future(time, self._now):
            yield f"has a time in the future, {to_iso(time)}"
        if self._newer is not None:
            newer, its_time = self._newer
            if time > its_time + CLOCK_TOLERANCE:
                yield (
                    f"has the time {to_iso(time)}, but {newer}, which was recorded later, has"
                    f" {to_iso(its_time)}"
                )
        self._newer = name, time

    def _read(self, load: Callable[[], bytes]) -> tuple[ChangeSet | None, list[str]]:
        """Return the change set in the bytes that *load* returns, and its problems.

        None if there are any.
        """
        try:
            change_set = decode(load())
            found = list(flaws(change_set))
        except UnknownFormat as error:
            return None, [f"cannot be read. {error.args[0].rstrip('.')}"]
        except Exception as error:  # a damaged record may raise anything
            return None, [f"cannot be read: {type(error).__name__}: {error}"]
        if found:
            return None, found
        self._found.entries += len(change_set.entries)
        return change_set, []
