"""The course of a run: a slice with the add-on, a slice without, and so on, turn by turn.

In the middle slice of each side a Zope is killed while an edit goes through it, and started
again. The others work on meanwhile; such a slice takes longer by the time of the start.
"""

from benchmarks.load.crowd import Crowd
from benchmarks.load.doors import Doors
from benchmarks.load.measures import ProcessorTime
from benchmarks.load.people import Answer
from benchmarks.load.places import SITES
from benchmarks.load.settings import Settings
from benchmarks.load.stage import Stage
from benchmarks.observed import Observed
from benchmarks.report import progress
from dataclasses import dataclass
from random import Random
from time import perf_counter
from typing import Any

import time


# The Zope that is killed.
_KILLED = 0


@dataclass(frozen=True)
class Slice:
    """What one slice came to. ``killed`` tells whether a Zope was killed in it."""

    seconds: float
    answers: list[Answer]
    observed: list[dict[str, Any]]
    bytes: int
    processor: float
    killed: bool


class Course:
    """A run on one stage, with a crowd on each site."""

    def __init__(self, stage: Stage, settings: Settings) -> None:
        self._stage = stage
        self._settings = settings
        self._doors = Doors(stage.zopes)
        self._observed = Observed(stage.zopes)
        self._random = Random(settings.seed)
        self.before = {side: stage.facts(site) for side, site in SITES.items()}
        self.crowds = {
            side: Crowd(side, self._doors, settings, facts["content"])
            for side, facts in self.before.items()
        }

    def run(self) -> dict[str, list[Slice]]:
        """Return the slices of each side."""
        for side in SITES:
            self._slice(side, self._settings.warm_up, kill=False)
            progress(f"Warmed up {side} the add-on")
        slices: dict[str, list[Slice]] = {side: [] for side in SITES}
        sides = list(SITES)
        for number in range(self._settings.slices):
            kill = number == self._settings.slices // 2
            for side in sides:
                done = self._slice(side, self._settings.seconds, kill)
                slices[side].append(done)
                progress(
                    f"Slice {number + 1} of {self._settings.slices} {side}: {done.seconds:.0f} s, "
                    f"{len(done.answers)} requests{', a Zope killed' * kill}"
                )
            # Neither side is always the first.
            sides.reverse()
        return slices

    def after(self) -> dict[str, dict]:
        """Return the facts of each site when all is done."""
        return {side: self._stage.facts(site) for side, site in SITES.items()}

    def _slice(self, side: str, seconds: float, kill: bool) -> Slice:
        self._observed.take()
        processor = ProcessorTime(self._stage.zopes)
        size, start = self._stage.size(), perf_counter()

        def meanwhile():
            time.sleep(seconds / 2)
            if kill:
                self._kill(processor)
            time.sleep(seconds / 2)
            self.crowds[side].wait_until_done(self._settings.until)

        answers = self.crowds[side].work(meanwhile)
        return Slice(
            seconds=perf_counter() - start,
            answers=answers,
            observed=self._observed.take(),
            bytes=self._stage.size() - size,
            processor=processor.spent(),
            killed=kill,
        )

    def _kill(self, processor: ProcessorTime) -> None:
        zope = self._stage.zopes[_KILLED]
        self._doors.wait_for_edit(_KILLED)
        # Waits for nothing: it spreads the kills over the phases of an edit.
        time.sleep(10 ** self._random.uniform(-3, -1))
        processor.end(zope)
        zope.kill()
        zope.start()
        processor.begin(zope)
