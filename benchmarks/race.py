"""Two editors save different pages at the same moment, each through a Zope of their own.

The Zopes are processes over one ZEO server. In each round both editors wait for each other,
then each sends one PATCH to the REST API, with another title and another text than before.
"""

from benchmarks.another_process import run_module
from benchmarks.observed import Observed
from benchmarks.texts import text
from benchmarks.texts import title
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextlib import ExitStack
from engines.files import short_folder
from engines.zeo import ZEO
from engines.zope import Zope
from pathlib import Path
from threading import Barrier
from time import perf_counter
from typing import NamedTuple

import json
import time


EDITORS = "anna", "ben"
PASSWORD = "two editors"
MANAGER = "admin", "admin"
DEADLINE = 120  # seconds; nothing here takes a tenth of it


class Answer(NamedTuple):
    """What an editor got for one edit."""

    editor: str
    title: str
    status: int
    seconds: float


Round = tuple[Answer, ...]


class Race:
    """Sites in one database, and two Zopes to reach them through."""

    def __init__(self, data: Path, zopes: list[Zope]) -> None:
        self.data = data
        self._zopes = zopes
        self._observed = Observed(zopes)

    def run(self, site: str, rounds: Iterable[int]) -> list[Round]:
        """Let both editors do these rounds on a site; return what each round was answered."""
        barrier = Barrier(len(EDITORS), timeout=DEADLINE)

        def edit(editor: str, zope: Zope) -> list[Answer]:
            answers = []
            try:
                for number in rounds:
                    barrier.wait()
                    answers.append(_edit(editor, zope, site, number))
            except BaseException:
                barrier.abort()
                raise
            return answers

        with ThreadPoolExecutor(len(EDITORS)) as pool:
            return list(zip(*pool.map(edit, EDITORS, self._zopes), strict=True))

    def observed(self) -> list[dict]:
        """Return the conflicts and merges since the last time; see the observer."""
        return self._observed.take()

    def activity(self, site: str) -> dict | None:
        """Return all that the log of a site holds, and its problems; see the observer.

        A Zope learns of the commits of the other one with a little delay: this waits until
        both agree, so that each has what was committed by either.
        """
        return self._wait(site, lambda activities: activities[0] == activities[1])

    def install(self, site: str) -> None:
        """Install the add-on in a site. Returns when both Zopes know."""
        self._set_up(site, "install", lambda activities: None not in activities)

    def uninstall(self, site: str) -> None:
        """Remove the add-on from a site, with its log. Returns when both Zopes know."""
        self._set_up(site, "uninstall", lambda activities: not any(activities))

    def _set_up(self, site: str, step: str, is_done: Callable) -> None:
        path = f"{site}/@addons/collective.appendonly/{step}"
        status, answer = self._zopes[0].ask("POST", path, MANAGER, {})
        if status not in (200, 204):
            raise RuntimeError(f"{path}: {status} {answer}")
        self._wait(site, is_done)

    def _wait(self, site: str, are_there: Callable[[list], bool]) -> dict | None:
        """Return the activity in the first Zope, as soon as those in both *are_there*."""
        deadline = time.monotonic() + DEADLINE
        while not are_there(activities := self._activities(site)):
            if time.monotonic() > deadline:
                raise TimeoutError(f"The Zopes do not agree about {site}: {activities}")
            time.sleep(0.02)
        return activities[0]

    def _activities(self, site: str) -> list[dict | None]:
        path = f"{site}/@@observed-activity"
        answers = [zope.ask("GET", path, MANAGER) for zope in self._zopes]
        if any(status != 200 for status, _ in answers):
            raise RuntimeError(f"{path}: {answers}")
        return [json.loads(body) for _, body in answers]


def _edit(editor: str, zope: Zope, site: str, number: int) -> Answer:
    words = title(len(EDITORS) * number + EDITORS.index(editor))
    fields = {"title": words, "text": text(words)}
    start = perf_counter()
    status, _ = zope.ask("PATCH", f"{site}/{editor}", (editor, PASSWORD), fields)
    return Answer(editor, words, status, perf_counter() - start)


def compare(activity: dict, rounds: list[Round]) -> dict[str, list]:
    """Hold a log against what was answered to the editors since its site has it.

    Returns what is lost, what is there beyond the answered edits or more than once, the
    editors whose edits are not in their order, and what ``check`` finds. All lists are empty
    if every answered edit is there once and nothing else.
    """
    answers = [answer for both in rounds for answer in both]
    expected = [
        (answer.editor, "edited", answer.editor, answer.title)
        for answer in answers
        if answer.status == 204
    ]
    found = [tuple(entry) for entry in activity["entries"]]
    return {
        "lost": list((Counter(expected) - Counter(found)).elements()),
        "surplus": list((Counter(found) - Counter(expected)).elements()),
        "not in order": [
            editor for editor in EDITORS if _of(editor, found) != _of(editor, expected)
        ],
        "problems": activity["problems"],
    }


def _of(editor: str, entries: list[tuple]) -> list[tuple]:
    return [entry for entry in entries if entry[0] == editor]


@contextmanager
def race(sites: dict[str, bool], pages: int) -> Iterator[Race]:
    """Create sites and start the servers.

    ``sites`` says of each whether its catalog indexes full text. Each has so many pages
    besides those of the editors.
    """
    with ExitStack() as stack:
        folder = stack.enter_context(short_folder())
        run_module("benchmarks.race_sites", folder, pages, json.dumps(sites))
        zeo = stack.enter_context(ZEO(data=folder))
        zopes = [stack.enter_context(Zope(zeo, "benchmarks.observer")) for _ in EDITORS]
        yield Race(folder / "Data.fs", zopes)
