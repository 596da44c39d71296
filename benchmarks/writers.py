"""Several writers at once, as threads of one process or as processes of their own.

Each pushes in a loop: begin, push one item, commit; after a conflict again with the same
item. All begin at the same moment and stop after the same time.
"""

from benchmarks.contenders import BY_NAME
from benchmarks.items import activity
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from time import perf_counter
from transaction import TransactionManager
from typing import Any
from ZODB.config import databaseFromString
from ZODB.DB import DB
from ZODB.POSException import ConflictError

import multiprocessing
import threading


@dataclass
class Tally:
    """What one writer did."""

    seconds: float = 0.0
    retries: int = 0
    pushed: list[int] | tuple = ()  # the numbers of the items


def write(
    db: DB, name: str, arena: str, writer: int, seconds: float, start: Any
) -> Tally:
    """Push until the time is over. ``start`` is the barrier that all writers wait at."""
    contender = BY_NAME[name]
    manager = TransactionManager()
    connection = db.open(transaction_manager=manager)
    try:
        while arena not in connection.root():
            connection.sync()  # a ZEO client hears of the newest commits a moment later
        arena = connection.root()[arena]
        tally = Tally(pushed=[])
        number = writer * 10_000_000
        start.wait(60)
        begin = perf_counter()
        while perf_counter() - begin < seconds:
            item = activity(number)
            while True:
                manager.begin()
                try:
                    contender.push(arena, item, writer)
                    manager.commit()
                    break
                except ConflictError:
                    manager.abort()
                    tally.retries += 1
            tally.pushed.append(number)
            number += 1
        tally.seconds = perf_counter() - begin
        return tally
    finally:
        manager.abort()
        connection.close()


class Threads:
    """Writers that are threads over one database."""

    def __init__(self, db: DB, count: int) -> None:
        self._db = db
        self._pool = ThreadPoolExecutor(count)

    def __enter__(self) -> "Threads":
        return self

    def __exit__(self, *exc_info: Any) -> None:
        self._pool.shutdown()

    def write(self, name: str, arena: str, writers: int, seconds: float) -> list[Tally]:
        start = threading.Barrier(writers)
        jobs = [
            self._pool.submit(write, self._db, name, arena, writer, seconds, start)
            for writer in range(writers)
        ]
        return [job.result() for job in jobs]


class Processes:
    """Writers that are processes, each with its own connection to a server."""

    def __init__(self, configuration: str, count: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._barriers = {n: context.Barrier(n) for n in range(1, count + 1)}
        self._pipes, self._processes = [], []
        for number in range(count):
            here, there = context.Pipe()
            arguments = configuration, number, there, self._barriers
            process = context.Process(target=_serve, args=arguments, daemon=True)
            process.start()
            self._pipes.append(here)
            self._processes.append(process)

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, *exc_info: Any) -> None:
        for pipe in self._pipes:
            pipe.send(None)
        for process in self._processes:
            process.join()

    def write(self, name: str, arena: str, writers: int, seconds: float) -> list[Tally]:
        pipes = self._pipes[:writers]
        for pipe in pipes:
            pipe.send((name, arena, writers, seconds))
        results = [pipe.recv() for pipe in pipes]
        for result in results:
            if isinstance(result, Exception):
                raise result
        return results


def _serve(configuration: str, number: int, pipe: Any, barriers: dict) -> None:
    with ExitStack() as stack:
        db = databaseFromString(configuration)
        stack.callback(db.close)
        for name, arena, writers, seconds in iter(pipe.recv, None):
            try:
                result = write(db, name, arena, number, seconds, barriers[writers])
            except Exception as error:
                result = error
            pipe.send(result)
