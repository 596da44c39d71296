"""The doors to the Zopes, and what became of a request that went through one.

Everybody has a door of their own, as behind a balancer that keeps sessions together, and takes
the other one only while theirs is shut: nothing listens there. Then nothing was sent. If the
answer to a request that was sent does not come, it is in doubt what became of it.
"""

from base64 import b64encode
from benchmarks.observer import KIND
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import closing
from contextlib import contextmanager
from engines.ledger import DONE
from engines.ledger import IN_DOUBT
from engines.ledger import REFUSED
from engines.zope import Zope
from http.client import HTTPConnection
from http.client import HTTPException
from threading import Condition
from time import perf_counter
from typing import NamedTuple

import json
import time


_TIMEOUT = 120  # seconds, for one request


class Reply(NamedTuple):
    """What became of a request, and when it was sent and answered."""

    outcome: str
    status: int | None
    body: str
    sent: float
    answered: float


class Doors:
    """The way to the Zopes, for any number of threads."""

    def __init__(self, zopes: list[Zope]) -> None:
        self._zopes = zopes
        self.edits_under_way = [0 for _ in zopes]
        self._changed = Condition()

    def ask(
        self,
        own: int,
        method: str,
        path: str,
        login: tuple[str, str],
        data: Mapping | None = None,
        accept: str = "application/json",
        kind: str = "",
    ) -> Reply:
        """Send a request through the door *own*, or through another if that one is shut.

        The Zope tells the processor time that it takes as that of a *kind*.
        """
        token = b64encode(":".join(login).encode()).decode()
        headers = {"Authorization": f"Basic {token}", "Accept": accept, KIND: kind}
        body = None
        if data is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(data)
        number, connection = self._open(own)
        with closing(connection), self._counted(number, method != "GET"):
            return _send(connection, method, f"/{path}", body, headers)

    def wait_for_edit(self, number: int) -> None:
        """Return as soon as an edit is under way through this door."""
        with self._changed:
            if not self._changed.wait_for(
                lambda: self.edits_under_way[number], _TIMEOUT
            ):
                raise TimeoutError(f"Nobody edits through door {number}.")

    def _open(self, own: int) -> tuple[int, HTTPConnection]:
        deadline = time.monotonic() + _TIMEOUT
        while time.monotonic() < deadline:
            others = (number for number in range(len(self._zopes)) if number != own)
            for number in (own, *others):
                connection = self._zopes[number].connection(_TIMEOUT)
                try:
                    connection.connect()
                except (ConnectionRefusedError, FileNotFoundError):
                    continue
                return number, connection
            time.sleep(0.05)
        raise TimeoutError("No Zope listens.")

    @contextmanager
    def _counted(self, number: int, is_edit: bool) -> Iterator[None]:
        self._count(number, is_edit)
        try:
            yield
        finally:
            self._count(number, -is_edit)

    def _count(self, number: int, change: int) -> None:
        with self._changed:
            self.edits_under_way[number] += change
            self._changed.notify_all()


def _send(connection, method: str, path: str, body, headers) -> Reply:
    sent = perf_counter()
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        status, text = response.status, response.read().decode()
    except (OSError, HTTPException):
        return Reply(IN_DOUBT, None, "", sent, perf_counter())
    outcome = DONE if 200 <= status < 300 else REFUSED
    return Reply(outcome, status, text, sent, perf_counter())
