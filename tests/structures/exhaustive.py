"""All interleavings of a few short transactions, judged by the models of the histories.

A family says what the transactions do, how many there are, how large the structure is and
in which state they find it. They begin and commit in every possible order, through real
connections. Nothing is random. To run all families, or some::

    python -m tests.structures.exhaustive
    python -m tests.structures.exhaustive "two on a log" "two on a queue"

What a transaction does is not visible to others until it commits. So an interleaving is
given by the order of the commits, and by how many of them each transaction has seen. Those
that start with the same steps share them: each step is done on a copy of the database.
What they do and how they are judged is in ``interleaved.py``.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import product
from math import prod
from tests.structures.interleaved import ADDING
from tests.structures.interleaved import ARCHIVED
from tests.structures.interleaved import ArchivesAlone
from tests.structures.interleaved import ARCHIVING
from tests.structures.interleaved import BEGINNINGS
from tests.structures.interleaved import CORE_OF_LOG
from tests.structures.interleaved import CORE_OF_STACK
from tests.structures.interleaved import DISCARDING
from tests.structures.interleaved import FAR
from tests.structures.interleaved import FILLINGS
from tests.structures.interleaved import FIVE
from tests.structures.interleaved import Interleaved
from tests.structures.interleaved import LOG
from tests.structures.interleaved import Logs
from tests.structures.interleaved import LogsToIndex
from tests.structures.interleaved import MANY
from tests.structures.interleaved import QUEUE
from tests.structures.interleaved import Queues
from tests.structures.interleaved import SEARCHED
from tests.structures.interleaved import SearchedLogs
from tests.structures.interleaved import STACK
from tests.structures.interleaved import StacksAlone
from tests.structures.interleaved import UNDO
from typing import NamedTuple

import sys
import time


class Step(NamedTuple):
    """A transaction that commits, and how many commits of others it has seen."""

    name: str
    seen: int

    def __str__(self):
        return f"{self.name} (seen: {self.seen})"


class Family(NamedTuple):
    name: str
    machine: type[Interleaved]
    transactions: dict
    count: int  # of transactions that are interleaved
    sizes: list
    beginnings: dict
    kind: str = "int"  # of the items
    pack: bool = False  # before the last commit

    def interleavings(self) -> int:
        """Return how many interleavings there are."""
        waiting = len(self.transactions.keys() - UNDO)
        undo = len(self.transactions) - waiting
        steps = prod(waiting * (turn + 1) + undo for turn in range(self.count))
        return len(self.sizes) * len(self.beginnings) * steps

    def run(self) -> Iterator[tuple]:
        """Yield the steps of each interleaving after it was run."""
        for size, (name, beginning) in product(self.sizes, self.beginnings.items()):
            # A file can be undone and packed; memory is faster.
            for in_file in [True] if self.pack else [False, True]:
                with self.machine.begin_with(
                    beginning, size, in_file, self.kind
                ) as state:
                    yield from self.go_on(state, f"{self.name}, {size}, {name}")

    def go_on(self, state, *steps) -> Iterator[tuple]:
        """Yield all steps that can follow on some, after they were run."""
        turn = len(steps)
        last = turn == self.count
        for seen in range(turn):
            for name in self.names(state, last, steps, seen):
                yield from self.step(state, last, *steps, Step(name, seen))

    def names(self, state, last, steps, seen):
        """Yield what can be done next."""
        undone = any(step.name in UNDO for step in steps[1:])
        for name in self.transactions:
            undo = name in UNDO
            if undo and (not state.folder or seen < len(steps) - 1):
                continue  # it cannot begin before
            if state.folder and last and not (self.pack or undone or undo):
                continue  # this is run in memory
            yield name

    def step(self, before, last, *steps) -> Iterator[tuple]:
        with before.branch() as state:
            try:
                name, seen = steps[-1]
                state.play(self.transactions[name], seen, self.pack and last)
            except Exception as error:
                raise AssertionError("; ".join(map(str, steps))) from error
            if last:
                yield steps
            else:
                yield from self.go_on(state, *steps)


SIZES = list(product([1, 2, 3], [1, 2, 3]))
FAMILIES = [
    Family("two on a log", Logs, LOG, 2, SIZES, BEGINNINGS),
    Family("two on a log of objects", Logs, LOG, 2, [(2, 2)], BEGINNINGS, "persistent"),
    Family("two on a stack alone", StacksAlone, STACK, 2, SIZES, BEGINNINGS),
    Family("two on an archive alone", ArchivesAlone, ADDING, 2, SIZES, ARCHIVED),
    Family("two on a queue", Queues, QUEUE, 2, [()], FILLINGS),
    Family("two on a queue of objects", Queues, QUEUE, 2, [()], FILLINGS, "persistent"),
    Family("three on a queue", Queues, QUEUE, 3, [()], FILLINGS),
    Family(
        "three on a queue of objects", Queues, QUEUE, 3, [()], FILLINGS, "persistent"
    ),
    Family("three on a log", Logs, CORE_OF_LOG, 3, SIZES, BEGINNINGS),
    Family("three on a stack alone", StacksAlone, CORE_OF_STACK, 3, SIZES, BEGINNINGS),
    Family("four that discard", Logs, DISCARDING, 4, [(2, 1)], ARCHIVED),
    Family("four that archive", Logs, ARCHIVING, 4, [(3, 1)], ARCHIVED, pack=True),
    Family("three on a searched log", SearchedLogs, SEARCHED, 3, [(3, 1)], FIVE),
    Family("three on a log to index", LogsToIndex, SEARCHED, 3, [(3, 1)], FIVE),
    Family("three that archive a lot", Logs, FAR, 3, [(100, 1)], MANY),
]


def part(name, size, beginning, *transactions) -> Family:
    """Return a small part of one of the families."""
    [whole] = [family for family in FAMILIES if family.name == name]
    return whole._replace(
        sizes=[size],
        beginnings={beginning: whole.beginnings[beginning]},
        transactions={each: whole.transactions[each] for each in transactions},
    )


def run(families):
    """Run families, and print what was covered."""
    total = 0
    for family in families:
        began, count = time.process_time(), 0
        before = Counter(family.machine.tally)
        for count, _ in enumerate(family.run(), 1):
            if count % 10_000 == 0:
                report(f"{family.name}: {count} of {family.interleavings()}")
        assert count == family.interleavings()
        done = family.machine.tally - before
        total += count
        report(
            f"{family.name:35} {count:8} interleavings, {done['commits']} commits, "
            f"{done['merged']} of them beside others; {done['refused']} refused, "
            f"{done['undone']} undone, {done['undo refused']} undos refused; "
            f"{time.process_time() - began:.0f} s"
        )
    report(f"{'all':35} {total:8} interleavings, 0 violations")


def report(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    run([each for each in FAMILIES if each.name in sys.argv[1:] or not sys.argv[1:]])
