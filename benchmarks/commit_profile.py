"""Where the time of a commit goes, step by step, when every commit has to be resolved.

Eight writers in one thread (``benchmarks.staggered``). Each step's own time is measured, less
that of the steps within it; fsync is left out, as the disk decides it and not the data.
"""

from benchmarks.contenders import BY_NAME
from benchmarks.items import activity
from benchmarks.report import progress
from benchmarks.report import setting
from benchmarks.report import write
from benchmarks.staggered import push_all
from collections import Counter
from collections import defaultdict
from collections.abc import Callable
from collections.abc import Iterator
from collective.appendonly import AppendStack
from collective.appendonly import Archive
from contextlib import contextmanager
from importlib import import_module
from statistics import median
from time import perf_counter
from typing import Any
from unittest.mock import patch
from ZODB.Connection import Connection
from ZODB.serialize import ObjectWriter

import appendonly
import BTrees.Length
import os


PUSHES = setting("PUSHES", 2000)
ROUNDS = setting("ROUNDS", 5)
KEPT = 100
NAMES = (
    "BTrees.Length",
    "AppendStack, 2 × 8",
    "appendonly 1.2, 2 × 8",
    "AppendStack, 2 × 8, dicts",
    "appendonly 1.2, 2 × 8, dicts",
)

_file_storage = import_module("ZODB.FileStorage.FileStorage")
_resolution = import_module("ZODB.ConflictResolution")

#: (owner, attribute, step)
_STEPS: list[tuple[Any, str, str]] = [
    (Connection, "setstate", "load: unpickle what others committed"),
    (_file_storage.FileStorage, "loadBefore", "load: read the file"),
    (AppendStack, "push", "push"),
    (Archive, "addLayer", "push: add a layer to the archive"),
    (appendonly.AppendStack, "push", "push"),
    (appendonly.Archive, "addLayer", "push: add a layer to the archive"),
    (BTrees.Length.Length, "change", "push"),
    (ObjectWriter, "serialize", "commit: pickle"),
    (_file_storage.FileStorage, "store", "commit: store"),
    (_file_storage.FileStorage, "tpc_begin", "commit: begin, vote, finish"),
    (_file_storage.FileStorage, "tpc_vote", "commit: begin, vote, finish"),
    (_file_storage.FileStorage, "tpc_finish", "commit: begin, vote, finish"),
    (_file_storage.FileStorage, "loadSerial", "resolve: read old and committed"),
    (_resolution, "state", "resolve: unpickle old and committed"),
    (
        _file_storage.FileStorage,
        "tryToResolveConflict",
        "resolve: unpickle new, pickle merged",
    ),
    (AppendStack, "_p_resolveConflict", "resolve: merge"),
    (Archive, "_p_resolveConflict", "resolve: merge"),
    (appendonly.AppendStack, "_p_resolveConflict", "resolve: merge"),
    (appendonly.Archive, "_p_resolveConflict", "resolve: merge"),
    (BTrees.Length.Length, "_p_resolveConflict", "resolve: merge"),
    (os, "fsync", "fsync"),
]


def main() -> None:
    rounds: dict[str, list[Counter]] = defaultdict(list)
    for number in range(ROUNDS):
        progress(f"round {number + 1} of {ROUNDS}")
        for name in NAMES[:: -1 if number % 2 else 1]:
            rounds[name].append(_steps(name))
    results = {name: _medians(rounds[name]) for name in NAMES}
    method = (
        f"{PUSHES} pushes onto {KEPT} that are there, medians of {ROUNDS} rounds, turn by turn; "
        "microseconds per commit, the measuring included"
    )
    write("commit_profile", method, ["ZODB", "appendonly"], results)


def _steps(name: str) -> Counter:
    clock = _Clock()
    items = [activity(number) for number in range(KEPT + PUSHES)]
    push_all(BY_NAME[name], items[KEPT:], kept=items[:KEPT], measured=clock.all_steps)
    return Counter({step: s / PUSHES * 1e6 for step, s in clock.seconds.items()})


def _medians(rounds: list[Counter]) -> dict[str, float]:
    steps = dict.fromkeys([step for _, _, step in _STEPS] + ["everything else"])
    steps.pop("fsync")
    table = {step: round(median(costs[step] for costs in rounds), 1) for step in steps}
    return {**table, "all": round(sum(table.values()), 1)}


class _Clock:
    def __init__(self) -> None:
        self.seconds: Counter = Counter()
        self._inner = [0.0]  # seconds of the steps within each step that is under way

    @contextmanager
    def all_steps(self) -> Iterator[None]:
        patches = [
            patch.object(owner, name, self._timed(getattr(owner, name), step))
            for owner, name, step in _STEPS
        ]
        # Bound where it is used, so it has to be replaced there too.
        patches.append(
            patch.object(_file_storage, "fsync", self._timed(os.fsync, "fsync"))
        )
        for each in patches:
            each.start()
        try:
            begin = perf_counter()
            yield
            self.seconds["everything else"] = perf_counter() - begin - self._inner[0]
        finally:
            for each in patches:
                each.stop()

    def _timed(self, function: Callable, step: str) -> Callable:
        def timed(*args: Any, **kwargs: Any) -> Any:
            self._inner.append(0.0)
            begin = perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                seconds = perf_counter() - begin
                self.seconds[step] += seconds - self._inner.pop()
                self._inner[-1] += seconds

        return timed


if __name__ == "__main__":
    main()
