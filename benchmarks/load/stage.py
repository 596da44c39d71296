"""The engine, filled with the sites, and two Zopes on it."""

from benchmarks.another_process import run_module
from benchmarks.load.engines import ENGINES
from benchmarks.load.places import MANAGER
from benchmarks.load.settings import Settings
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import ExitStack
from engines.files import short_folder
from engines.zope import Zope
from typing import NamedTuple

import json
import time


_PACKAGES = "benchmarks.observer", "benchmarks.load"
_DEADLINE = 60  # seconds


class Stage(NamedTuple):
    """Two Zopes, and a function that returns the bytes of their database."""

    zopes: list[Zope]
    size: Callable[[], int]

    def facts(self, site: str) -> dict:
        """Return what is in the site and in its log, as both Zopes have it."""
        path = f"{site}/@@load-facts"
        deadline = time.monotonic() + _DEADLINE
        while time.monotonic() < deadline:
            answers = [zope.ask("GET", path, MANAGER) for zope in self.zopes]
            if any(status != 200 for status, _ in answers):
                raise RuntimeError(f"{path}: {answers}")
            bodies = {body for _, body in answers}
            if len(bodies) == 1:
                return json.loads(bodies.pop())
            # A Zope hears of what the other one did with a little delay.
            time.sleep(0.1)
        raise TimeoutError(f"The Zopes tell different things of {site}.")


@contextmanager
def stage(engine: str, settings: Settings) -> Iterator[Stage]:
    """Create the sites, and start the servers; end and remove all of it afterwards."""
    with ExitStack() as stack:
        folder = stack.enter_context(short_folder())
        run_module(
            "benchmarks.load.sites",
            folder,
            settings.editors,
            settings.readers,
            settings.pages,
            int(settings.full_text),
        )
        server, size = stack.enter_context(ENGINES[engine](folder / "Data.fs"))
        zopes = [stack.enter_context(Zope(server, *_PACKAGES)) for _ in range(2)]
        yield Stage(zopes, size)
