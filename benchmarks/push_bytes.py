"""Bytes that one push writes, by window and by size of the items; and which window to take.

The size of a FileStorage tells. One writer; and eight, of which each is seven commits behind
(``benchmarks.staggered``), for the contenders that merge. The window's curve has the time
as well, beside that of ``BTrees.Length`` in the same run.
"""

from benchmarks.contenders import Contender
from benchmarks.contenders import CONTENDERS
from benchmarks.contenders import LENGTH
from benchmarks.contenders import stack
from benchmarks.items import activity
from benchmarks.report import progress
from benchmarks.report import setting
from benchmarks.report import write
from benchmarks.staggered import Cost
from benchmarks.staggered import push_all
from collections.abc import Callable
from functools import partial
from statistics import median


PUSHES = setting("PUSHES", 480)
ROUNDS = setting("ROUNDS", 5)
KEPT = 1000
SIZES = (16, 100, 250, 1000, 4000)
WINDOWS = (
    (2, 2),
    (2, 4),
    (2, 8),
    (2, 12),
    (2, 16),
    (2, 32),
    (4, 8),
    (8, 8),
    (2, 100),
    (10, 100),
)


def main() -> None:
    results = {
        "windows": _windows(),
        "contenders": {contender.name: _sizes(contender) for contender in CONTENDERS},
    }
    method = (
        f"{PUSHES} pushes, one to a commit, onto {KEPT} that are there, in a FileStorage; the "
        f"windows with encoded change sets of one edit, the time as the median of {ROUNDS} "
        "rounds, turn by turn"
    )
    write("push_bytes", method, ["ZODB", "appendonly", "zc.queue", "souper"], results)


def _of_size(size: int, number: int) -> bytes:
    return b"%0*d" % (size, number)


def _cost(contender: Contender, make: Callable[[int], bytes], writers: int) -> Cost:
    numbers = range(KEPT, KEPT + PUSHES)
    return push_all(
        contender,
        [make(number) for number in numbers],
        writers,
        [make(number) for number in range(KEPT)],
    )


def _windows() -> dict[str, dict]:
    contenders = [LENGTH, *(stack(*window) for window in WINDOWS)]
    costs: dict[tuple, list[Cost]] = {}
    for number in range(ROUNDS):
        progress(f"windows: round {number + 1} of {ROUNDS}")
        for contender in contenders[:: -1 if number % 2 else 1]:
            for writers in (1, 8):
                cost = _cost(contender, activity, writers)
                costs.setdefault((contender.name, writers), []).append(cost)
    return {
        contender.name: {
            f"{writers} writers": _summary(
                costs[contender.name, writers], costs[LENGTH.name, writers]
            )
            for writers in (1, 8)
        }
        for contender in contenders
    }


def _summary(costs: list[Cost], limits: list[Cost]) -> dict[str, float]:
    ratios = (
        cost.microseconds / limit.microseconds
        for cost, limit in zip(costs, limits, strict=True)
    )
    return {
        "bytes": round(median(cost.bytes for cost in costs)),
        "time, of BTrees.Length": round(median(ratios), 2),
    }


def _sizes(contender: Contender) -> dict[str, int]:
    progress(contender.name)
    makers = {"activity": activity}
    if contender.of_any_item:
        makers.update({str(size): partial(_of_size, size) for size in SIZES})
    return {
        name: round(_cost(contender, make, 1).bytes) for name, make in makers.items()
    }


if __name__ == "__main__":
    main()
