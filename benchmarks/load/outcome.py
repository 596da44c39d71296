"""What a run on one engine comes to, as it is kept."""

from benchmarks.load.comparison import compare
from benchmarks.load.comparison import in_doubt_and_there
from benchmarks.load.comparison import new_entries
from benchmarks.load.editor import MIX as EDITS
from benchmarks.load.measures import latencies
from benchmarks.load.places import SITES
from benchmarks.load.reader import MIX as READINGS
from benchmarks.load.settings import Settings
from benchmarks.load.slices import Course
from benchmarks.load.slices import Slice
from benchmarks.load.stage import stage
from collections import Counter
from dataclasses import asdict
from engines.ledger import DONE
from engines.ledger import IN_DOUBT
from engines.ledger import REFUSED


def run(engine: str, settings: Settings) -> dict:
    """Do a run on *engine*, and return all that it came to."""
    with stage(engine, settings) as place:
        course = Course(place, settings)
        slices = course.run()
        after = course.after()
    ledger = course.crowds["with"].ledger
    facts = course.before["with"], after["with"]
    return {
        "settings": asdict(settings),
        "kills": sum(done.killed for side in slices.values() for done in side),
        **{side: _measured(slices[side]) for side in SITES},
        "log": {
            "entries": len(new_entries(*facts)),
            "edits": dict(Counter(edit.outcome for edit in ledger)),
            "in doubt and there": in_doubt_and_there(ledger, *facts),
            "findings": compare(ledger, *facts),
        },
    }


def is_sound(result: dict) -> bool:
    """Tell whether the log is as it has to be."""
    return not any(result["log"]["findings"].values())


def _measured(slices: list[Slice]) -> dict:
    answers = [answer for done in slices for answer in done.answers]
    facts = [fact for done in slices for fact in done.observed]
    conflicts = [fact for fact in facts if "conflict" in fact]
    kinds = Counter(answer.kind for answer in answers)
    spent: Counter = Counter()
    for fact in facts:
        if "processor" in fact:
            # All attempts to answer a request, and their commits.
            spent[fact["kind"]] += fact["processor"]
    edits = [answer for answer in answers if answer.kind in EDITS]
    edited = sum(answer.outcome == DONE for answer in edits)
    seconds = sum(done.seconds for done in slices)
    processor = sum(done.processor for done in slices)
    refused = Counter(
        f"{answer.kind}: {answer.status}"
        for answer in answers
        if answer.outcome == REFUSED
    )
    return {
        "seconds": round(seconds),
        "requests": len(answers),
        "requests per second": round(len(answers) / seconds, 2),
        "requests per second, by slice": [
            round(len(done.answers) / done.seconds, 2) for done in slices
        ],
        "edits": edited,
        "edits per second": round(edited / seconds, 2),
        "refused": dict(refused.most_common()),
        "in doubt": sum(answer.outcome == IN_DOUBT for answer in answers),
        "conflicts": len(conflicts),
        "conflicts, not tried again": sum(not fact["retry"] for fact in conflicts),
        "conflicts, by class": dict(
            Counter(str(fact["conflict"]) for fact in conflicts).most_common()
        ),
        "merges of the log": sum("merge" in fact for fact in facts),
        "bytes per edit": round(sum(done.bytes for done in slices) / edited),
        "processor seconds": round(processor, 1),
        "processor milliseconds per request": round(processor * 1000 / len(answers), 1),
        "requests, by kind": dict(kinds),
        "processor milliseconds, by kind": {
            kind: round(spent[kind] * 1000 / kinds[kind], 1) for kind in kinds
        },
        "milliseconds": {
            kind: {"requests": len(times), **latencies(times)}
            for kind in (*EDITS, *READINGS)
            for times in [_seconds(answers, kind)]
            if times
        },
    }


def _seconds(answers, kind: str) -> list[float]:
    return [
        answer.seconds
        for answer in answers
        if answer.kind == kind and answer.outcome == DONE
    ]
