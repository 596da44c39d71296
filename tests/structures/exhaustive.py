"""All interleavings of a few short transactions, judged by the models of the histories.

A family says what the transactions do, how many there are, how large the structure is and
in which state they find it. They begin and commit in every possible order, through real
connections. Nothing is random. To run all families, which takes some hours, or some::

    python -m tests.structures.exhaustive
    python -m tests.structures.exhaustive "two on a log" "two on an accumulator"

What they do and how they are judged is in ``interleaved.py``.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import product
from tests.structures.interleaved import ARCHIVED
from tests.structures.interleaved import ARCHIVING
from tests.structures.interleaved import BEGINNINGS
from tests.structures.interleaved import CORE_OF_LOG
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


class Interleaving(NamedTuple):
    """Transactions in the order of their commits, and after how many each begins."""

    transactions: tuple[str, ...]
    begins: tuple[int, ...]

    def __str__(self):
        steps = []
        for turn, name in enumerate(self.transactions):
            for number, begin in enumerate(self.begins):
                if begin == turn and number > turn:
                    steps.append(f"begin {number}: {self.transactions[number]}")
            steps.append(f"commit {turn}: {name}" if self.begins[turn] < turn else name)
        return "; ".join(steps)


class Family(NamedTuple):
    name: str
    machine: type[Interleaved]
    transactions: dict
    count: int  # of transactions that are interleaved
    sizes: list
    beginnings: dict
    kind: str = "int"  # of the items
    pack: bool = False  # before the last commit

    def interleavings(self) -> Iterator[Interleaving]:
        """Yield the interleavings. What cannot wait begins when it commits."""
        begins = list(product(*(range(turn + 1) for turn in range(self.count))))
        for names in product(self.transactions, repeat=self.count):
            for begin in begins:
                if all(
                    begin[turn] == turn
                    for turn, name in enumerate(names)
                    if name in UNDO
                ):
                    yield Interleaving(names, begin)

    def __len__(self):
        return (
            len(self.sizes)
            * len(self.beginnings)
            * sum(1 for _ in self.interleavings())
        )

    def run(self) -> Iterator[tuple]:
        """Yield size, beginning and interleaving of each, after it was run."""
        for size, (name, beginning) in product(self.sizes, self.beginnings.items()):
            # A file can be undone and packed; memory is faster.
            begun = [
                self.machine.begin_with(beginning, size, in_file, self.kind)
                for in_file in (False, True)
            ]
            for each in self.interleavings():
                in_file = self.pack or any(name in UNDO for name in each.transactions)
                try:
                    with begun[in_file].again(self.count) as state:
                        self.play(state, each)
                except Exception as error:
                    raise AssertionError(
                        f"{self.name}, {size}, {name}: {each}"
                    ) from error
                yield size, name, each
            for state in begun:
                state.teardown()

    def play(self, state, interleaving: Interleaving):
        for turn in range(self.count):
            for number, begin in enumerate(interleaving.begins):
                if begin == turn:
                    state.begin_transaction(state.participants[number])
                    self.transactions[interleaving.transactions[number]](state, number)
            if self.pack and turn == self.count - 1:
                state.pack()
            state.finish(state.participants[turn])


SIZES = list(product([1, 2, 3], [1, 2, 3]))
FAMILIES = [
    Family("two on a log", Logs, LOG, 2, SIZES, BEGINNINGS),
    Family("two on a log of objects", Logs, LOG, 2, [(2, 2)], BEGINNINGS, "persistent"),
    Family("two on a stack alone", StacksAlone, STACK, 2, SIZES, BEGINNINGS),
    Family("two on an accumulator", Queues, QUEUE, 2, [()], FILLINGS),
    Family(
        "two on an accumulator of objects",
        Queues,
        QUEUE,
        2,
        [()],
        FILLINGS,
        "persistent",
    ),
    Family("three on an accumulator", Queues, QUEUE, 3, [()], FILLINGS),
    Family("three on a log", Logs, CORE_OF_LOG, 3, SIZES, BEGINNINGS),
    Family("four that archive", Logs, ARCHIVING, 4, [(3, 1)], ARCHIVED, pack=True),
    Family("three on a searched log", SearchedLogs, SEARCHED, 3, [(3, 1)], FIVE),
    Family("three on a log to index", LogsToIndex, SEARCHED, 3, [(3, 1)], FIVE),
    Family("four that archive a lot", Logs, FAR, 4, [(100, 1)], MANY),
]


def run(families):
    """Run families, and print what was covered."""
    tally = Counter()
    for family in families:
        began, count = time.process_time(), 0
        before = Counter(family.machine.tally)
        for _ in family.run():
            count += 1
        done = family.machine.tally - before
        tally["interleavings"] += count
        print(
            f"{family.name:35} {count:8} interleavings, {done['commits']} commits, "
            f"{done['merged']} of them beside others; {done['refused']} refused, "
            f"{done['undone']} undone, {done['undo refused']} undos refused; "
            f"{time.process_time() - began:.0f} s",
            flush=True,
        )
    print(f"{'all':35} {tally['interleavings']:8} interleavings, 0 violations")


def find(mutant, families=FAMILIES):
    """Return the first interleaving that goes wrong with a mutant of a merge, or None."""
    function = getattr(mutant.owner, mutant.function)
    setattr(mutant.owner, mutant.function, mutant.make())
    try:
        for family in families:
            for _ in family.run():
                pass
    except AssertionError as error:
        return str(error)
    finally:
        setattr(mutant.owner, mutant.function, function)
    return None


def find_all(families):
    from tests.structures.test_mutants import MUTANTS

    for mutant in MUTANTS:
        began = time.process_time()
        found = find(mutant, families)
        print(
            f"{mutant}\n    {found} ({time.process_time() - began:.0f} s)", flush=True
        )


if __name__ == "__main__":
    run(
        [
            family
            for family in FAMILIES
            if family.name in sys.argv[1:] or not sys.argv[1:]
        ]
    )
