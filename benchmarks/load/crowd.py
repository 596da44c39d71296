"""All who work on one site: their threads, and how they are paced."""

from benchmarks.load.doors import Doors
from benchmarks.load.editor import Editor
from benchmarks.load.edits import Edit
from benchmarks.load.people import Answer
from benchmarks.load.people import Person
from benchmarks.load.places import editors
from benchmarks.load.places import readers
from benchmarks.load.places import SITES
from benchmarks.load.reader import Reader
from benchmarks.load.settings import Settings
from collections.abc import Callable
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from engines.ledger import DONE
from random import Random
from threading import Event
from time import perf_counter

import time


# Nobody does more than that between two pauses, whatever the clock says.
_MOST = 100_000
_DEADLINE = 120  # seconds


class Crowd:
    """The editors and readers of a site, and the ledger of its edits."""

    def __init__(
        self, side: str, doors: Doors, settings: Settings, content: dict[str, dict]
    ) -> None:
        self.ledger: list[Edit] = []
        site = SITES[side]
        self._people: list[Person] = [
            Editor(name, number, site, doors, settings, self.ledger, content)
            for number, name in enumerate(editors(settings.editors))
        ]
        self._people += [
            Reader(name, number, site, doors, settings, side)
            for number, name in enumerate(readers(settings.readers))
        ]
        self._rate = settings.rate / len(self._people)
        self._paces = {
            person: Random(f"{settings.seed} {person.name} {self._rate}")
            for person in self._people
        }

    def wait_until_done(self, kinds: Iterable[str]) -> None:
        """Return when requests of all *kinds* were done since the work began."""
        deadline = time.monotonic() + _DEADLINE
        while missing := set(kinds) - self._done:
            if time.monotonic() > deadline:
                raise TimeoutError(f"Nothing of this was done: {missing}")
            time.sleep(0.05)

    def work(self, meanwhile: Callable[[], None]) -> list[Answer]:
        """Let all of them work until *meanwhile* returns; return what they were answered."""
        stop = Event()
        self._done = set()
        with ThreadPoolExecutor(len(self._people)) as pool:
            works = [pool.submit(self._work, person, stop) for person in self._people]
            try:
                meanwhile()
            finally:
                stop.set()
        return [answer for work in works for answer in work.result()]

    def _work(self, person: Person, stop: Event) -> list[Answer]:
        answers: list[Answer] = []
        due = perf_counter() if self._rate else None
        while len(answers) < _MOST and not stop.is_set():
            if due is not None:
                due += self._paces[person].expovariate(self._rate)
                if stop.wait(due - perf_counter()):
                    break
            answer = person.act(due)
            answers.append(answer)
            if answer.outcome == DONE:
                self._done.add(answer.kind)
        return answers
