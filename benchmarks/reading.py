"""Seek and iteration, with 1 000 to 1 000 000 items.

Each way to keep a log answers four questions with a cold cache: the newest ten items; ten
items from a random position on; ten items from a random time on; and all of them. Counted are
the records loaded and the time. The time of an item is in the item; all are in order of time.
"""

from benchmarks.contenders import Contender
from benchmarks.contenders import CONTENDERS
from benchmarks.contenders import stack
from benchmarks.items import activity
from benchmarks.report import progress
from benchmarks.report import setting
from benchmarks.report import write
from bisect import bisect_right
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collective.appendonly.entry import decode
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from engines.files import file_database
from itertools import islice
from random import Random
from repoze.catalog.query import Le
from souper.soup import get_soup
from statistics import median
from time import perf_counter
from typing import Any
from ZODB.DB import DB

import resource


SEED = setting("SEED", 20261123)
LARGEST = setting("LARGEST", 1_000_000)
SAMPLES = 15
PAGE = 10
LENGTH = 8  # of a layer


def _time(item: bytes) -> datetime:
    return decode(item).time


@dataclass(frozen=True)
class _Reader:
    """How one contender is read. Items are counted from 0, the oldest."""

    contender: Contender
    newest: Callable[[Any], Iterable[bytes]]
    older: Callable[[Any, int], Iterable[bytes]]  # from a position on downwards
    until: Callable[[Any, datetime], Iterable[bytes]]  # from a time on downwards
    everything: Callable[[Any], Iterable[bytes]] | None = None  # else as the newest
    most: int = 10**6  # beyond it takes too long, or too much memory


def _both(log: Any) -> Iterator[tuple[int, int, bytes]]:
    yield from log["stack"]
    yield from log["archive"]


def _items(found: Iterable[tuple[int, int, bytes]]) -> Iterator[bytes]:
    return (item for _, _, item in found)


def _ours_older(log: Any, number: int) -> Iterator[bytes]:
    position = divmod(number + 1, LENGTH)
    yield from _items(log["stack"].older(*position))
    yield from _items(log["archive"].older(*position))


def _ours_until(log: Any, time: datetime) -> Iterator[bytes]:
    yield from (item for _, _, item in log["stack"] if _time(item) <= time)
    layer = log["archive"].seek(lambda layer: _time(layer.items[0]) <= time)
    newest = layer.generation if layer else -1
    for layer in log["archive"].layers(newest=newest):
        yield from (item for _, item in layer if _time(item) <= time)


def _walk_older(log: Any, number: int) -> Iterator[bytes]:
    position = divmod(number, LENGTH)
    return (item for *at, item in _both(log) if tuple(at) <= position)


def _walk_until(log: Any, time: datetime) -> Iterator[bytes]:
    return (item for item in _items(_both(log)) if _time(item) <= time)


def _tree_until(tree: Any, time: datetime) -> Iterator[bytes]:
    keys = range(tree.maxKey() + 1)
    end = bisect_right(keys, time, key=lambda key: _time(tree[key]))
    return _tree_older(tree, end - 1)


def _tree_older(tree: Any, number: int) -> Iterator[bytes]:
    # A BTree iterates upwards only; pages are read from a lower key on.
    while number >= 0:
        page = list(tree.values(max(number - PAGE + 1, 0), number))
        yield from reversed(page)
        number -= PAGE


def _list_until(items: Any, time: datetime) -> Iterator[bytes]:
    end = bisect_right(items, time, key=_time)
    return (items[number] for number in range(end - 1, -1, -1))


def _soup_until(
    holder: Any, time: datetime | None = None, limit: int | None = PAGE
) -> Iterator[bytes]:
    newest = datetime.max if time is None else time
    query = Le("time", newest.replace(tzinfo=_UTC))
    soup = get_soup("activity", holder)
    found = soup.lazy(query, sort_index="time", reverse=True, limit=limit)
    return (record().attrs["item"] for record in found)


_UTC = _time(activity(0)).tzinfo
_BY_NAME = {contender.name: contender for contender in CONTENDERS}
_READERS = (
    _Reader(stack(2, LENGTH), lambda log: _items(_both(log)), _ours_older, _ours_until),
    _Reader(
        stack(2, LENGTH, ancestor=True),
        lambda log: _items(_both(log)),
        _walk_older,
        _walk_until,
    ),
    _Reader(
        _BY_NAME["LOBTree, next number"],
        lambda tree: _tree_older(tree, tree.maxKey()),
        _tree_older,
        _tree_until,
    ),
    _Reader(
        _BY_NAME["PersistentList"],
        lambda items: reversed(items.data),
        lambda items, number: (items[at] for at in range(number, -1, -1)),
        _list_until,
        most=10**5,
    ),
    _Reader(
        _BY_NAME["souper"],
        _soup_until,
        lambda holder, number: _soup_until(holder, _time(activity(number))),
        _soup_until,
        lambda holder: _soup_until(holder, limit=None),
        most=10**4,
    ),
)


def main() -> None:
    results = {}
    size = 1000
    while size <= LARGEST:
        for reader in _READERS:
            if size <= reader.most:
                progress(f"{size} items: {reader.contender.name}")
                results.setdefault(str(size), {})[reader.contender.name] = _read(
                    reader, size
                )
        size *= 10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    method = (
        f"a FileStorage, cold cache, medians of {SAMPLES} random positions and times, seed "
        f"{SEED}; layers of {LENGTH} items, one commit for 1 000 items; the peak of memory of "
        f"the whole run was {peak} MB"
    )
    write("reading", method, ["ZODB", "BTrees", "appendonly", "souper"], results)


@contextmanager
def _filled(contender: Contender, size: int) -> Iterator[DB]:
    with file_database() as db:
        connection = db.open()
        with connection.transaction_manager:
            connection.root()["log"] = log = contender.create()
        for first in range(0, size, 1000):
            with connection.transaction_manager:
                for number in range(first, first + 1000):
                    contender.push(log, activity(number), 0)
            connection.cacheMinimize()
        connection.close()
        yield db


def _read(reader: _Reader, size: int) -> dict[str, dict[str, float]]:
    random = Random(SEED)
    numbers = [random.randrange(PAGE, size) for _ in range(SAMPLES)]
    with _filled(reader.contender, size) as db:
        return {
            "newest ten": _measure(db, reader.newest, [()] * SAMPLES, size - 1),
            "ten from a position": _measure(db, reader.older, [(n,) for n in numbers]),
            "ten from a time": _measure(
                db,
                reader.until,
                [(_time(activity(n)),) for n in numbers],
                numbers=numbers,
            ),
            "all": _all(db, reader, size),
        }


def _measure(
    db: DB,
    question: Callable,
    arguments: list[tuple],
    newest: int | None = None,
    numbers: list[int] | None = None,
) -> dict[str, float]:
    seconds, loads = [], []
    for number, argument in enumerate(arguments):
        first = newest
        if first is None:
            first = numbers[number] if numbers else argument[0]
        with _cold(db) as connection:
            log = connection.root()["log"]
            begin = perf_counter()
            found = list(islice(question(log, *argument), PAGE))
            seconds.append(perf_counter() - begin)
            loads.append(connection.getTransferCounts()[0])
        expected = [activity(at) for at in range(first, first - PAGE, -1)]
        if found != expected:
            raise AssertionError(f"{question} answered {found}, not {expected}.")
    return {
        "milliseconds": round(median(seconds) * 1000, 2),
        "records, median": median(loads),
        "records, most": max(loads),
    }


def _all(db: DB, reader: _Reader, size: int) -> dict[str, float]:
    with _cold(db) as connection:
        log = connection.root()["log"]
        begin = perf_counter()
        count = sum(1 for _ in (reader.everything or reader.newest)(log))
        seconds = perf_counter() - begin
    if count != size:
        raise AssertionError(f"{reader.contender.name} holds {count} items of {size}.")
    return {"seconds": round(seconds, 3), "items per second": round(size / seconds)}


@contextmanager
def _cold(db: DB) -> Iterator[Any]:
    connection = db.open()
    try:
        connection.cacheMinimize()
        connection.getTransferCounts(clear=True)
        yield connection
    finally:
        connection.close()


if __name__ == "__main__":
    main()
