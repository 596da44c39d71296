"""The tables of the load test, made from the results that are kept."""

from benchmarks.load.measures import PERCENTILES
from benchmarks.load.places import SITES


Rows = list[list[object]]
_SPACE = "\N{NO-BREAK SPACE}"


def tables(results: dict[str, dict]) -> dict[str, Rows]:
    """Return the rows of each table by the name of its file."""
    return {
        "load.csv": _work(results),
        "load-processor.csv": _processor(results),
        "load-latencies.csv": _latencies(results),
        "load-conflicts.csv": _conflicts(results),
        "load-log.csv": _log(results),
    }


def _number(value: float) -> str:
    return f"{value:,.0f}".replace(",", _SPACE)


def _sides(results: dict[str, dict]):
    for engine, result in results.items():
        for side in SITES:
            yield engine, side, result[side]


def _work(results: dict[str, dict]) -> Rows:
    heads = ["Engine", "Add-on", "Minutes", "Requests", "Edits answered"]
    heads += ["Requests per second", "Of the slices", "Edits per second"]
    heads += ["Processor time per request", "Bytes per edit"]
    rows: Rows = [heads]
    for engine, side, cell in _sides(results):
        slices = cell["requests per second, by slice"]
        row = [engine, side, f"{cell['seconds'] / 60:.1f}"]
        row += [_number(cell["requests"]), _number(cell["edits"])]
        row += [f"{cell['requests per second']:.1f}"]
        row += [f"{min(slices):.1f}–{max(slices):.1f}"]
        row += [f"{cell['edits per second']:.1f}"]
        row += [f"{cell['processor milliseconds per request']:.0f} ms"]
        rows.append([*row, _number(cell["bytes per edit"])])
    return rows


def _processor(results: dict[str, dict]) -> Rows:
    """Return what a request of each kind takes, and all of them as often as *without*.

    How often each is made differs between the sides, because nobody pauses.
    """
    rows: Rows = [["Engine", "Request", *SITES, "Ratio"]]
    for engine, result in results.items():
        often = result["without"]["requests, by kind"]
        spent = [result[side]["processor milliseconds, by kind"] for side in SITES]
        kinds = [kind for kind in often if all(kind in each for each in spent)]
        cells = {kind: [each[kind] for each in spent] for kind in kinds}
        number = sum(often[kind] for kind in kinds)
        cells["all, each as often as without"] = [
            sum(often[kind] * each[kind] for kind in kinds) / number for each in spent
        ]
        for kind, (without, with_add_on) in cells.items():
            row = [engine, f"{kind[0].upper()}{kind[1:]}"]
            row += [f"{without:.1f} ms", f"{with_add_on:.1f} ms"]
            rows.append([*row, f"{with_add_on / without:.2f}"])
    return rows


def _latencies(results: dict[str, dict]) -> Rows:
    marks = [*map(str, PERCENTILES), "max"]
    heads = [f"{mark}, {side}" for mark in marks for side in SITES]
    rows: Rows = [["Engine", "Request", *heads]]
    for engine, result in results.items():
        both = [result[side]["milliseconds"] for side in SITES]
        for kind in dict.fromkeys(kind for cells in both for kind in cells):
            row = [engine, f"{kind[0].upper()}{kind[1:]}"]
            for mark in marks:
                found = [cells[kind][mark] if kind in cells else None for cells in both]
                row += ["" if value is None else _number(value) for value in found]
            rows.append(row)
    return rows


def _conflicts(results: dict[str, dict]) -> Rows:
    heads = ["Engine", "Add-on", "Conflicts", "Per edit answered", "Not tried again"]
    heads += ["Refused", "In doubt", "Of an object of this package"]
    rows: Rows = [[*heads, "Merges of the log"]]
    for engine, side, cell in _sides(results):
        names = cell["conflicts, by class"]
        ours = sum(n for name, n in names.items() if "collective.appendonly" in name)
        row = [engine, side, _number(cell["conflicts"])]
        row += [f"{cell['conflicts'] / cell['edits']:.2f}"]
        row += [cell["conflicts, not tried again"], sum(cell["refused"].values())]
        row += [cell["in doubt"]]
        row += [ours, cell["merges of the log"]] if side == "with" else ["", ""]
        rows.append(row)
    return rows


def _log(results: dict[str, dict]) -> Rows:
    rows: Rows = [["", *results]]
    told = [_log_of(result) for result in results.values()]
    rows += [[name, *(facts[name] for facts in told)] for name in told[0]]
    return rows


def _log_of(result: dict) -> dict[str, object]:
    log = result["log"]
    edits = log["edits"]
    return {
        "Seed": result["settings"]["seed"],
        "Zopes killed": result["kills"],
        "Edits answered": _number(edits.get("done", 0)),
        "Edits refused": _number(edits.get("refused", 0)),
        "Edits in doubt": edits.get("in doubt", 0),
        "Of these in the log": log["in doubt and there"],
        "Entries": _number(log["entries"]),
        **{
            f"{name[0].upper()}{name[1:]}": len(cases)
            for name, cases in log["findings"].items()
        },
    }
