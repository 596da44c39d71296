"""What everybody who takes part has in common: a name, a door, and answers."""

from benchmarks.load.doors import Doors
from benchmarks.load.doors import Reply
from benchmarks.load.places import PASSWORD
from random import Random
from typing import NamedTuple


class Answer(NamedTuple):
    """What one request came to: its kind, what became of it, and how long that took."""

    kind: str
    outcome: str
    status: int | None
    seconds: float


class Person:
    """Somebody who works on a site through a door of their own.

    The choices come from the seed and the name, so that in each site the same are made.
    """

    def __init__(
        self, name: str, number: int, site: str, doors: Doors, seed: int
    ) -> None:
        self.name = name
        self._number = number
        self._site = site
        self._doors = doors
        self._random = Random(f"{seed} {name}")
        # Of the request that is being made.
        self._kind = ""

    def act(self, since: float | None) -> Answer:
        """Send one request. It takes its time from *since* on, or else from when it was sent."""
        kind, reply = self._do()
        start = reply.sent if since is None else since
        return Answer(kind, reply.outcome, reply.status, reply.answered - start)

    def _do(self) -> tuple[str, Reply]:
        raise NotImplementedError

    def _ask(self, method: str, path: str, **details) -> Reply:
        login, path = (self.name, PASSWORD), f"{self._site}/{path}"
        details["kind"] = self._kind
        return self._doors.ask(self._number % 2, method, path, login, **details)
