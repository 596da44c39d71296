"""Committed pushes per second of 1 to 8 concurrent writers, for all contenders.

Threads on a FileStorage; processes on ZEO and on RelStorage with PostgreSQL. All contenders
take their turn in each round, in an order that is turned around from round to round, and
are compared with ``BTrees.Length`` in the same round: the smallest record that all can share.
At the end of a turn the items are read back and compared with those that were committed.
"""

from benchmarks.contenders import Contender
from benchmarks.contenders import CONTENDERS
from benchmarks.contenders import LENGTH
from benchmarks.items import activity
from benchmarks.report import middle
from benchmarks.report import progress
from benchmarks.report import setting
from benchmarks.report import write
from benchmarks.writers import Processes
from benchmarks.writers import Threads
from collections import Counter
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from engines.files import file_database
from engines.postgresql import PostgreSQL
from engines.zeo import ZEO
from itertools import count
from statistics import median
from typing import Any
from ZODB.config import databaseFromString
from ZODB.DB import DB
from ZODB.FileStorage import FileStorage

import gc


SECONDS = setting("SECONDS", 1.0)
ROUNDS = setting("ROUNDS", 3)
WRITERS = (1, 2, 4, 8)
KEPT = 1000  # items there are before the first push
PACKAGES = ["ZODB", "ZEO", "RelStorage", "BTrees", "appendonly", "zc.queue", "souper"]

_FIRST = 900_000_000  # the number of the first of them
_arena_numbers = count()


def main() -> None:
    results = {}
    for engine, opened in {
        "FileStorage, threads": _file_storage,
        "ZEO, processes": _zeo,
        "RelStorage on PostgreSQL, processes": _postgresql,
    }.items():
        with opened() as (db, workers):
            results[engine] = {
                str(writers): _compare(engine, db, workers, writers)
                for writers in WRITERS
            }
    method = (
        f"{ROUNDS} rounds of {SECONDS} s for each contender and number of writers, turn by "
        f"turn; an item is an encoded change set of one edit; {KEPT} items are there before"
    )
    write("push_rate", method, PACKAGES, results)


@contextmanager
def _file_storage() -> Iterator[tuple[DB, Any]]:
    with file_database(max(WRITERS) + 1) as db, Threads(db, max(WRITERS)) as workers:
        yield db, workers


@contextmanager
def _served(server: Any) -> Iterator[tuple[DB, Any]]:
    with server:
        db = databaseFromString(server.configuration)
        db.open().close()  # makes the root, before others look for it
        with Processes(server.configuration, max(WRITERS)) as workers:
            yield db, workers
        db.close()


def _zeo() -> Any:
    return _served(ZEO())


def _postgresql() -> Any:
    return _served(PostgreSQL())


def _compare(engine: str, db: DB, workers: Any, writers: int) -> dict[str, dict]:
    turns: dict[str, list[dict]] = defaultdict(list)
    for number in range(ROUNDS):
        progress(f"{engine}: {writers} writers, round {number + 1} of {ROUNDS}")
        for contender in CONTENDERS[:: -1 if number % 2 else 1]:
            turns[contender.name].append(_turn(db, workers, contender, writers))
    limits = [turn["rate"] for turn in turns[LENGTH.name]]
    return {name: _summary(turns[name], limits) for name in turns}


def _turn(db: DB, workers: Any, contender: Contender, writers: int) -> dict:
    arena = f"arena-{next(_arena_numbers)}"
    with db.transaction() as connection:
        connection.root()[arena] = objects = contender.create()
        for number in range(KEPT):
            contender.push(objects, activity(_FIRST + number), 0)
    gc.collect()
    in_file = isinstance(db.storage, FileStorage)  # elsewhere the size says little
    before = db.getSize()
    tallies = workers.write(contender.name, arena, writers, SECONDS)
    pushed = [number for tally in tallies for number in tally.pushed]
    turn = {
        "rate": len(pushed) / max(tally.seconds for tally in tallies),
        "commits": len(pushed),
        "retries": sum(tally.retries for tally in tallies),
        "bytes": (db.getSize() - before) / len(pushed) if in_file else None,
        "lost": 0,
        "doubled": 0,
    }
    with db.transaction() as connection:
        # A commit of our own makes sure that this process has heard of all the others'.
        objects = connection.root().pop(arena)
    with db.transaction() as connection:
        if contender.items:
            objects = connection.get(objects._p_oid)
            turn["lost"], turn["doubled"] = _losses(contender.items(objects), pushed)
    db.cacheMinimize()
    return turn


def _losses(items: list[bytes], pushed: list[int]) -> tuple[int, int]:
    kept = range(_FIRST, _FIRST + KEPT)
    found, expected = Counter(items), Counter(map(activity, [*kept, *pushed]))
    return (expected - found).total(), (found - expected).total()


def _summary(turns: list[dict], limits: list[float]) -> dict:
    ratios = [turn["rate"] / limit for turn, limit in zip(turns, limits, strict=True)]
    commits = sum(turn["commits"] for turn in turns)
    return {
        "pushes per second": middle([turn["rate"] for turn in turns], 0),
        "of BTrees.Length": middle(ratios),
        "retries per push": round(sum(turn["retries"] for turn in turns) / commits, 4),
        **_bytes([turn["bytes"] for turn in turns]),
        "pushes": commits,
        "lost": sum(turn["lost"] for turn in turns),
        "doubled": sum(turn["doubled"] for turn in turns),
    }


def _bytes(values: list[float | None]) -> dict[str, int]:
    """Return the bytes per push where the size of the file tells them."""
    return {} if None in values else {"bytes per push": round(median(values))}


if __name__ == "__main__":
    main()
