"""Two Zopes on a ZEO server that are restarted with other sources one after the other, and their editors."""

from base64 import b64encode
from benchmarks.observed import Observed
from benchmarks.texts import text
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from contextlib import ExitStack
from engines.ledger import DONE
from engines.ledger import IN_DOUBT
from engines.ledger import Transaction
from engines.zeo import ZEO
from engines.zope import Zope
from itertools import chain
from pathlib import Path
from random import Random
from tests.engines.old_site import PAGES
from tests.engines.old_site import PASSWORD
from threading import Event
from threading import Thread

import json
import time


#: The editors of each Zope.
EDITORS = ("anna", "ben"), ("cleo", "dan")
MANAGER = "admin", "admin"
OLD, NEW = "1.0.0a1", "this version"
DEADLINE = 120  # seconds; nothing here takes a tenth of it


class Editor:
    """Saves a page again and again in a thread, and at times publishes or retracts a folder."""

    def __init__(self, name: str, zope: Zope, seed: int) -> None:
        self.name = name
        #: What was sent: each with what became of it, and the version of the Zope.
        self.sent: list[Transaction] = []
        self.version = OLD
        self._zope, self._random = zope, Random(f"{seed} {name}")
        self._number = 0
        self._stopped, self._thread = Event(), None

    @property
    def is_at_work(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        self._stopped.clear()
        self._thread = Thread(target=self._work, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Return when the last request is answered."""
        self._stopped.set()
        self._thread.join(DEADLINE)

    def _work(self) -> None:
        while not self._stopped.is_set():
            self._do(self._publish if self._random.random() < 0.05 else self._save)

    def save(self) -> str:
        """Save the page now, and return its title."""
        while True:
            edit = self._do(self._save)
            if edit.outcome == DONE:
                return edit.key[2]

    def _do(self, send: Callable[[], tuple[tuple, int]]) -> Transaction:
        since = time.monotonic()
        key, status = send()
        outcome = DONE if status in (200, 204) else IN_DOUBT
        edit = Transaction(key, outcome, since, time.monotonic(), of=self.version)
        self.sent.append(edit)
        return edit

    def _save(self) -> tuple[tuple, int]:
        self._number += 1
        title = f"{self.name.title()} {self._number}"
        data = {"title": title, "text": text(title)}
        status, _ = self._ask("PATCH", f"page-{self.name}", data)
        return (self.name, "edited", title), status

    def _publish(self) -> tuple[tuple, int]:
        # To publish what is published is answered with success, and nothing is recorded. Whether the last
        # attempt did it, no answer tells if it ended in a conflict.
        folder = f"folder-{self.name}"
        _, body = self._ask("GET", folder)
        is_public = json.loads(body)["review_state"] == "published"
        path = f"{folder}/@workflow/{'retract' if is_public else 'publish'}"
        status, _ = self._ask("POST", path, {"include_children": True})
        return (self.name, "transitioned", PAGES + 1), status

    def _ask(self, method: str, path: str, data: dict | None = None) -> tuple[int, str]:
        return self._zope.ask(method, f"Plone/{path}", (self.name, PASSWORD), data)


class Rolling:
    """A ZEO server and two Zopes over the database in *folder*, all with the *old* sources."""

    def __init__(self, folder: Path, old: Path, seed: int) -> None:
        self._zeo = ZEO(data=folder, server_sync=True)
        self._zopes: list[Zope] = []
        self._old, self._seed = old, seed
        self._exit = ExitStack()
        self.editors: list[list[Editor]] = []
        #: In the end: what the servers have logged, by their names, and how many merges of the
        #: log and conflicts there were, by the names of the classes.
        self.logs: dict[str, str] = {}
        self.observed: Counter = Counter()

    def __enter__(self) -> "Rolling":
        with ExitStack() as stack:
            self._zeo.sources = self._old
            stack.enter_context(self._zeo)
            for names in EDITORS:
                zope = Zope(self._zeo, "benchmarks.observer")
                zope.sources = self._old
                self._zopes.append(stack.enter_context(zope))
                self.editors.append([Editor(name, zope, self._seed) for name in names])
            stack.callback(self._look_back)
            self._exit = stack.pop_all()
        return self

    def __exit__(self, *exc_info) -> None:
        self._exit.close()

    def _look_back(self) -> None:
        self.logs = {"ZEO": self._zeo.log()}
        for number, zope in enumerate(self._zopes):
            self.logs[f"Zope {number}"] = zope.log()
        self.observed = Counter(
            "merge" if "merge" in fact else fact["conflict"]
            for fact in Observed(self._zopes).take()
        )

    def edit(self, *numbers: int) -> None:
        """Let the editors of these Zopes begin, or go on."""
        for number in numbers:
            for editor in self.editors[number]:
                editor.start()

    def pause(self, *numbers: int) -> None:
        """Let the editors of these Zopes stop."""
        for number in numbers:
            for editor in self.editors[number]:
                editor.stop()

    def wait_for_edits(self, count: int) -> None:
        """Return when each editor at work has done so many more."""
        goals = {
            editor: len(editor.sent) + count
            for editor in chain(*self.editors)
            if editor.is_at_work
        }
        deadline = time.monotonic() + DEADLINE
        while any(len(editor.sent) < goal for editor, goal in goals.items()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"No {count} edits in {DEADLINE} s.")
            time.sleep(0.02)

    def get(self, number: int, path: str, login: tuple[str, str] | None) -> tuple:
        """Return the status and the body of a page, as a browser gets it, or of a REST service."""
        accept = "application/json" if path.startswith("@a") else "text/html"
        headers = {"Accept": accept}
        if login is not None:
            token = b64encode(":".join(login).encode()).decode()
            headers["Authorization"] = f"Basic {token}"
        with closing(self._zopes[number].connection(DEADLINE)) as connection:
            connection.request("GET", f"/Plone/{path}", headers=headers)
            response = connection.getresponse()
            return response.status, response.read().decode()

    def upgrade_zope(self, number: int) -> None:
        """Restart a Zope with today's sources. The editors of the other one go on."""
        self.pause(number)
        zope = self._zopes[number]
        zope.stop()
        zope.sources = None
        zope.start()
        for editor in self.editors[number]:
            editor.version = NEW
        self.edit(number)

    def upgrade_server(self) -> None:
        """Restart the ZEO server with today's sources, while the editors have a break."""
        self.pause(0, 1)
        self._zeo.stop()
        self._zeo.sources = None
        self._zeo.start()
        self.edit(0, 1)

    def upgrade_profile(self) -> None:
        """Upgrade the add-on in the site, as the control panel does. The editors go on."""
        path = "Plone/@addons/collective.appendonly/upgrade"
        status, answer = self._zopes[0].ask("POST", path, MANAGER, {})
        assert status in (200, 204), answer
