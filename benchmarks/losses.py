"""Items lost and items processed twice, by those that merge concurrent changes.

Random histories of four connections, the same for all: begin, push one to three items,
commit, in any order. For a log, what is there in the end is compared with what was
committed. For a queue, connections also take all that is there and process it after the
commit; in the end the rest is taken. Whoever gets a conflict aborts and gives up: it counts
as a refusal, not as a loss. Windows are small, so that layers leave them often.
"""

from benchmarks.contenders import CONTENDERS
from benchmarks.contenders import stack
from benchmarks.report import progress
from benchmarks.report import setting
from benchmarks.report import write
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterator
from collective.appendonly import Accumulator
from dataclasses import dataclass
from dataclasses import field
from random import Random
from transaction import TransactionManager
from typing import Any
from zc.queue import CompositeQueue
from zc.queue import Queue
from ZODB.DB import DB
from ZODB.DemoStorage import DemoStorage
from ZODB.POSException import ConflictError

import appendonly


SEED = setting("SEED", 20261123)
HISTORIES = setting("HISTORIES", 200)
STEPS = setting("STEPS", 300)


def _pull_all(queue: Any) -> list[bytes]:
    return [queue.pull() for _ in range(len(queue))]


@dataclass(frozen=True)
class _Kind:
    name: str
    create: Callable[[], Any]
    push: Callable[[Any, bytes], None]
    items: Callable[[Any], list[bytes]] = list
    take: Callable[[Any], list[bytes]] | None = None


def _logs() -> Iterator[_Kind]:
    extra = [stack(2, 4), stack(3, 4), stack(2, 4, True), stack(3, 4, True)]
    for contender in [*CONTENDERS, *extra]:
        if contender.merges and contender.items and contender.of_any_item:
            push = contender.push
            yield _Kind(
                contender.name,
                contender.create,
                lambda objects, item, push=push: push(objects, item, 0),
                contender.items,
            )


def _queues() -> Iterator[_Kind]:
    for name, kind in (
        ("Accumulator", Accumulator),
        ("appendonly 1.2, Accumulator", appendonly.Accumulator),
    ):
        yield _Kind(name, kind, kind.append, take=kind.consume)
    yield _Kind("zc.queue.Queue", Queue, Queue.put, take=_pull_all)
    yield _Kind(
        "zc.queue.CompositeQueue", CompositeQueue, CompositeQueue.put, take=_pull_all
    )


@dataclass
class _Result:
    committed: Counter = field(default_factory=Counter)
    found: Counter = field(default_factory=Counter)
    transactions: int = 0
    refused: int = 0


def main() -> None:
    results = {
        "logs": {kind.name: _run(kind) for kind in _logs()},
        "queues": {kind.name: _run(kind) for kind in _queues()},
    }
    method = (
        f"{HISTORIES} random histories of {STEPS} steps on four connections to one storage, "
        f"the same for each, seed {SEED}"
    )
    write("losses", method, ["ZODB", "appendonly", "zc.queue"], results)


def _run(kind: _Kind) -> dict[str, int]:
    progress(kind.name)
    total = Counter()
    for number in range(HISTORIES):
        result = _history(kind, Random(SEED + number))
        total["items"] += result.committed.total()
        total["transactions"] += result.transactions
        total["lost"] += (result.committed - result.found).total()
        total["doubled"] += (result.found - result.committed).total()
        total["refused"] += result.refused
    names = ("items", "lost", "doubled", "transactions", "refused")
    return {name: total[name] for name in names}


def _history(kind: _Kind, random: Random) -> _Result:
    db = DB(DemoStorage())
    with db.transaction() as connection:
        connection.root()["it"] = kind.create()
    managers = [TransactionManager() for _ in range(4)]
    connections = [db.open(transaction_manager=manager) for manager in managers]
    pushed: list[list[bytes]] = [[] for _ in connections]
    taken: list[list[bytes]] = [[] for _ in connections]
    result = _Result()
    number = 0
    for _ in range(STEPS):
        which = random.randrange(4)
        step = random.choice(["push", "push", "commit", "commit", "take"])
        target = connections[which].root()["it"]
        if step == "push" and len(pushed[which]) < 3:
            item = b"item %d" % number
            number += 1
            kind.push(target, item)
            pushed[which].append(item)
        elif step == "take" and kind.take and not pushed[which]:
            taken[which] += kind.take(target)
        elif step == "commit" and (pushed[which] or taken[which]):
            result.transactions += 1
            try:
                managers[which].commit()
            except ConflictError:
                managers[which].abort()
                result.refused += 1
            else:
                result.committed.update(pushed[which])
                result.found.update(taken[which])
            pushed[which], taken[which] = [], []
    for manager, connection in zip(managers, connections, strict=True):
        manager.abort()
        connection.close()
    with db.transaction() as connection:
        rest = kind.take or kind.items
        result.found.update(rest(connection.root()["it"]))
    db.close()
    return result


if __name__ == "__main__":
    main()
