"""Conflicts of two editors who save at the same moment, with the add-on and without it.

Two sites in one database are edited in turn, a block of rounds in the one, then the same
rounds in the other; only one has the add-on. Half-way it is removed from that one and
installed in the other. Afterwards the log is held against what the editors were answered.
Run it with ``make bench``.

In Plone's full-text indexes any two edits of text at the same time conflict, so that the
server seldom comes to the log. Hence another two sites without these indexes, like those that
leave full text to a search server.
"""

from benchmarks.owners import owners
from benchmarks.race import compare
from benchmarks.race import Race
from benchmarks.race import race
from benchmarks.race import Round
from benchmarks.report import progress
from benchmarks.report import setting
from benchmarks.report import write
from collections import Counter
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from statistics import median

import json
import signal
import sys


ROUNDS = setting("ROUNDS", 1000)
BLOCK = setting("BLOCK", 50)
PAGES = setting("PAGES", 100)

# Two sites each, and whether their catalogs index full text.
KINDS = {
    "As Plone comes": (("first", "second"), True),
    "Full text elsewhere": (("third", "fourth"), False),
}


@dataclass
class _Tally:
    """What happened with the add-on, or without it."""

    rounds: list[Round] = field(default_factory=list)
    conflicts: list[dict] = field(default_factory=list)
    merges: int = 0
    differences: Counter = field(default_factory=Counter)


def main() -> None:
    sites = {site: full_text for pair, full_text in KINDS.values() for site in pair}
    with race(sites, PAGES) as running:
        tallies = {kind: _compare(running, *pair) for kind, (pair, _) in KINDS.items()}
        results = {
            kind: {role: _result(tally, running.data) for role, tally in both.items()}
            for kind, both in tallies.items()
        }
    method = (
        f"{ROUNDS} rounds of two PATCH requests at the same moment with the add-on and {ROUNDS} "
        f"without, in blocks of {BLOCK}, turn by turn, the add-on moved to the other site "
        f"half-way; Classic UI, {PAGES} other pages in each site; the server resolves conflicts, "
        "Zope tries again as it does by default"
    )
    write("two_editors", method, ["Products.CMFPlone", "Zope", "ZODB", "ZEO"], results)
    print(json.dumps(results, indent=1))


def _compare(running: Race, first: str, second: str) -> dict[str, _Tally]:
    tallies = {"without": _Tally(), "with": _Tally()}
    half = ROUNDS // 2
    for begin, end, sites in (
        (0, half, (first, second)),
        (half, ROUNDS, (second, first)),
    ):
        turns = list(zip(tallies, sites, strict=True))
        recorded = sites[1]
        running.install(recorded)
        since = len(tallies["with"].rounds)
        for number in range(begin, end, BLOCK):
            for role, site in turns:
                block = range(number, min(number + BLOCK, end))
                tallies[role].rounds += running.run(site, block)
                facts = running.observed()
                tallies[role].conflicts += [f for f in facts if "conflict" in f]
                tallies[role].merges += sum("merge" in fact for fact in facts)
            turns.reverse()
            progress(f"{first}, {second}: round {number}")
        activity = running.activity(recorded)
        found = compare(activity, tallies["with"].rounds[since:])
        tallies["with"].differences.update({k: len(v) for k, v in found.items()})
        running.uninstall(recorded)
    return tallies


def _result(tally: _Tally, data: Path) -> dict:
    answers = [answer for both in tally.rounds for answer in both]
    return {
        "edits": len(answers),
        "answered 204": sum(answer.status == 204 for answer in answers),
        "conflicts": len(tally.conflicts),
        "not tried again": sum(not conflict["retry"] for conflict in tally.conflicts),
        "conflicts, by object": _by_object(tally.conflicts, data),
        "merges of the log": tally.merges,
        "milliseconds, faster of both": _milliseconds(tally, min),
        "milliseconds, slower of both": _milliseconds(tally, max),
        "log": dict(tally.differences),
    }


def _by_object(conflicts: list[dict], data: Path) -> dict[str, int]:
    found = owners(data, {bytes.fromhex(c["oid"]) for c in conflicts if c["oid"]})
    names = Counter(
        f"{owner}: {conflict['conflict']}" if owner else str(conflict["conflict"])
        for conflict in conflicts
        for owner in [found.get(bytes.fromhex(conflict["oid"] or ""))]
    )
    return dict(names.most_common())


def _milliseconds(tally: _Tally, choose) -> int:
    """Return the median over the rounds that were answered to both."""
    seconds = [
        choose(answer.seconds for answer in both)
        for both in tally.rounds
        if all(answer.status == 204 for answer in both)
    ]
    return round(median(seconds) * 1000)


if __name__ == "__main__":
    # Ended from outside, it takes its servers with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    main()
