"""The tables of ``docs/benchmarks.rst``, made from the results that are kept as JSON.

Written to ``docs/tables``; a test compares them with the results.
"""

from benchmarks.load.tables import tables as load_tables
from benchmarks.report import read
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import csv
import io


FOLDER = Path(__file__).parents[1] / "docs" / "tables"
Rows = list[list[object]]


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, text in tables().items():
        (FOLDER / name).write_text(text, "utf-8")
    print(f"{len(tables())} tables in {FOLDER.relative_to(Path.cwd())}")


def tables() -> dict[str, str]:
    """Return all tables, as the names and the texts of CSV files, and when they were measured."""
    reports = by_report()
    rows = {"methods.csv": _methods(reports)}
    for made in reports.values():
        rows.update(made)
    texts = {name: _csv(each) for name, each in rows.items()}
    return {**texts, "measured.txt": "".join(map(_measured, reports))}


def by_report() -> dict[str, dict[str, Rows]]:
    """Return the tables by the names of the reports that they are made from."""
    rates: dict[str, Rows] = {}
    for engine, by_writers in read("push_rate")["results"].items():
        short = engine.partition(",")[0].split()[-1].lower()
        rates[f"rate-{short}.csv"] = _rates(by_writers)
        rates[f"eight-{short}.csv"] = _eight(by_writers["8"])
    losses, showing, editors, suites = (
        read(name)["results"] for name in ("losses", "showing", "two_editors", "suites")
    )
    return {
        "push_rate": {**rates, "kept.csv": _kept()},
        "commit_profile": {"profile.csv": _profile()},
        "push_bytes": {"windows.csv": _windows(), "sizes.csv": _sizes()},
        "losses": {
            "losses-logs.csv": _losses(losses["logs"]),
            "losses-queues.csv": _losses(losses["queues"]),
        },
        "reading": {"reading.csv": _reading()},
        "searching": {"searching.csv": _searching(read("searching")["results"])},
        "recording": {"recording.csv": _recording(read("recording")["results"])},
        "noticing": {"noticing.csv": _noticing(read("noticing")["results"])},
        "showing": {
            "showing-feed.csv": _feed(showing),
            "showing-pages.csv": _pages(showing),
        },
        "finding": _finding(read("finding")["results"]),
        "two_editors": {
            "two-editors.csv": _two_editors(editors),
            "two-editors-conflicts.csv": _conflicts(editors),
        },
        "operating": {"operating.csv": _operating(read("operating")["results"])},
        "load": load_tables(read("load")["results"]),
        "volto": {"volto.csv": _volto(read("volto")["results"])},
        "suites": {
            "suites.csv": _suites(suites),
            "suites-differences.csv": _differences(suites),
        },
    }


def _measured(name: str) -> str:
    """Return the text for the titles of the tables that are made from a report."""
    report = read(name)
    text = f"{report['date']}, commit {report['tree']}, {report['machine']}"
    return f".. |{name}| replace:: {text}\n"


def _volto(results) -> Rows:
    rows = [
        ["Page", "median", "least", "greatest", "Volto's processor time", "KB of HTML"]
    ]
    for name, page in (("with the block", "with"), ("without it", "without")):
        result = results[page]
        times = *result["milliseconds"].values(), result["server"]
        rows.append([name, *times, result["bytes"] // 1000])
    return rows


def _csv(rows: Rows) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _methods(names: Iterable[str]) -> Rows:
    rows: Rows = [["Script", "Method", "Machine and versions"]]
    for name in names:
        report = read(name)
        folder = "tests" if name == "suites" else "benchmarks"
        script = (
            f"{folder}/{name}" if name in ("load", "suites") else f"{folder}/{name}.py"
        )
        versions = ", ".join(
            f"{package} {v}" for package, v in report["versions"].items()
        )
        machine = f"{report['machine']}, Python {report['python']}, {versions}"
        rows.append(
            [
                f"``{script}``, {report['date']}, commit {report['tree']}",
                report["method"],
                machine,
            ]
        )
    return rows


_SPACE = "\N{NO-BREAK SPACE}"


def _percent(ratio: float) -> str:
    return f"{ratio:.0%}".replace("%", f"{_SPACE}%")


def _number(value: float) -> str:
    return f"{value:,.0f}".replace(",", _SPACE)


def _rates(by_writers: dict[str, dict]) -> Rows:
    writers = list(by_writers)
    rows: Rows = [["", *(f"{n} writer{'s' * (n != '1')}" for n in writers)]]
    for name in by_writers[writers[0]]:
        cells = (by_writers[n][name] for n in writers)
        rates = (_number(cell["pushes per second"]["median"]) for cell in cells)
        rows.append([name, *rates])
    return rows


def _eight(by_name: dict[str, dict]) -> Rows:
    heads = [
        "",
        "of BTrees.Length",
        "Range, %",
        "Retries per push",
        "Lost",
        "Doubled",
    ]
    with_bytes = all("bytes per push" in cell for cell in by_name.values())
    rows: Rows = [heads + ["Bytes per push"] * with_bytes]
    for name, cell in by_name.items():
        ratio = cell["of BTrees.Length"]
        row = [
            name,
            _percent(ratio["median"]),
            f"{ratio['least']:.0%}–{ratio['greatest']:.0%}".replace("%", ""),
            f"{cell['retries per push']:.2f}",
            _percent(cell["lost"] / cell["pushes"]) if cell["lost"] else 0,
            cell["doubled"],
        ]
        rows.append(row + [_number(cell.get("bytes per push", 0))] * with_bytes)
    return rows


def _kept() -> Rows:
    """Ours beside the ancestor at the same window: all commits, and those whose item is kept."""
    rows: Rows = [["Storage", "Window", "Pushes committed", "Pushes kept"]]
    for engine, by_writers in read("push_rate")["results"].items():
        cells = by_writers["8"]
        for name, ours in cells.items():
            if not name.startswith("AppendStack, "):
                continue
            window = name.removeprefix("AppendStack, ")
            theirs = cells[f"appendonly 1.2, {window}"]
            committed = _rate(ours) / _rate(theirs)
            kept = _rate(ours) / (
                _rate(theirs) * (1 - theirs["lost"] / theirs["pushes"])
            )
            rows.append([engine, window, f"{committed:.2f}", f"{kept:.2f}"])
    return rows


def _rate(cell: dict) -> float:
    return cell["pushes per second"]["median"]


def _profile() -> Rows:
    results = read("commit_profile")["results"]
    rows: Rows = [["Step", *results]]
    steps: Iterable[str] = next(iter(results.values()))
    for step in steps:
        rows.append([step, *(round(costs[step]) for costs in results.values())])
    return rows


def _windows() -> Rows:
    heads = [
        "Window",
        "Bytes, 1 writer",
        "Time, 1 writer",
        "Bytes, 8 writers",
        "Time, 8 writers",
    ]
    rows: Rows = [heads]
    for name, cells in read("push_bytes")["results"]["windows"].items():
        row = [name.removeprefix("AppendStack, ")]
        for cell in cells.values():
            row += [_number(cell["bytes"]), cell["time, of BTrees.Length"]]
        rows.append(row)
    return rows


def _sizes() -> Rows:
    contenders = read("push_bytes")["results"]["contenders"]
    columns = list(contenders["BTrees.Length"])
    heads = [f"{column} bytes" if column.isdigit() else column for column in columns]
    rows: Rows = [["", *heads]]
    for name, costs in contenders.items():
        rows.append([name, *(_number(costs[c]) if c in costs else "" for c in columns)])
    return rows


def _losses(by_name: dict[str, dict]) -> Rows:
    rows: Rows = [["", "Items committed", "Lost", "Doubled", "Transactions", "Refused"]]
    for name, cell in by_name.items():
        rows.append([name, *map(_number, cell.values())])
    return rows


def _reading() -> Rows:
    questions = ("newest ten", "ten from a position", "ten from a time")
    heads = [f"{question[0].upper()}{question[1:]}" for question in questions]
    rows: Rows = [["Items", "", *heads, "All"]]
    for size, by_name in read("reading")["results"].items():
        for name, cell in by_name.items():
            answers = [
                f"{cell[question]['milliseconds']} ms, {_number(cell[question]['records, most'])}"
                for question in questions
            ]
            rows.append(
                [_number(int(size)), name, *answers, f"{cell['all']['seconds']} s"]
            )
    return rows


def _searching(results: dict) -> Rows:
    heads = ["Items", "Asked for", "Layers found", "Records loaded", "Milliseconds"]
    rows: Rows = [heads]
    for size, by_name in results["searches"].items():
        for name, cell in by_name.items():
            counts = cell["found"], cell["records"]
            rows.append(
                [_number(int(size)), name, *counts, cell["milliseconds"]["median"]]
            )
    return rows


def _recording(by_deed: dict[str, dict]) -> Rows:
    heads = ["", "Rounds", "Time without", "Added time", "Bytes without", "Added bytes"]
    rows: Rows = [heads]
    for deed, cell in by_deed.items():
        share = cell["added time, median of pairs, percent"]
        rows.append(
            [
                deed,
                cell["rounds"],
                f"{cell['milliseconds without']:.1f} ms",
                f"{share:+.1f}{_SPACE}%",
                _number(cell["bytes without"]),
                _number(cell["added bytes, difference of means"]),
            ]
        )
    return rows


def _noticing(by_deed: dict[str, dict]) -> Rows:
    rows: Rows = [["", "Rounds", "Processor time without", "Added time"]]
    for deed, cell in by_deed.items():
        share = cell["added time, median of pairs, percent"]
        time = f"{cell['processor milliseconds without']:.1f} ms"
        rows.append([deed, cell["rounds"], time, f"{share:+.1f}{_SPACE}%"])
    return rows


def _feed(by_size: dict[str, dict]) -> Rows:
    heads = ["What may be read", "Entries in the log", "First page", "Cold", "Middle"]
    heads += ["Viewlet", "Nothing new", "Entries read", "Looked up", "Records, cold"]
    rows: Rows = [heads]
    by_reading: dict[str, dict] = next(iter(by_size.values()))["feed"]
    for reading, questions in by_reading.items():
        others = ["page in the middle", "viewlet", "nothing new"]
        for size, cells in by_size.items():
            cell = cells["feed"][reading]
            times = [_milliseconds(cell[other]["warm"]) for other in others]
            rows.append(_feed_row(reading, size, cell["first page"], times))
        # One member is asked some more.
        for question in questions:
            if question not in ("first page", *others):
                for size, cells in by_size.items():
                    cell = cells["feed"][reading][question]
                    rows.append(_feed_row(question, size, cell, [""] * len(others)))
    return rows


def _feed_row(name: str, size: str, cell: dict, times: list[str]) -> list[object]:
    row = [name, _number(int(size))]
    row += [_milliseconds(cell["warm"]), _milliseconds(cell["cold"]), *times]
    row += [_number(cell["entries read"]), _number(cell["entries looked up"])]
    return [*row, cell["cold"]["records"]]


def _milliseconds(cell: dict) -> str:
    return f"{cell['milliseconds']['median']:.1f} ms"


def _finding(by_size: dict[str, dict]) -> dict[str, Rows]:
    """Return a table for each reader."""
    heads = ["Asked for", "Entries in the log", "Lines", "Records", "Of the log"]
    by_reader: dict[str, dict] = next(iter(by_size.values()))
    return {
        f"finding-{reader}.csv": [
            [*heads, "With an empty cache", "Warm"],
            *(
                _finding_row(question, size, cells[reader][question])
                for question in questions
                for size, cells in by_size.items()
            ),
        ]
        for reader, questions in by_reader.items()
    }


def _finding_row(question: str, size: str, cell: dict) -> list[object]:
    row = [question, _number(int(size)), cell["lines"], cell["records, cold"]]
    times = (cell[f"milliseconds, {cache}"]["median"] for cache in ("cold", "warm"))
    return [*row, cell["of the log"], *(f"{time:.1f} ms" for time in times)]


def _pages(by_size: dict[str, dict]) -> Rows:
    heads = ["Who reads", "Entries in the log"]
    readings: dict[str, dict] = next(iter(by_size.values()))["pages"]
    pages = ("Front page", "viewlet"), ("Empty page", "activity")
    cells = next(iter(readings.values())).values()
    for (page, added), cell in zip(pages, cells, strict=True):
        heads += [page, f"Added by the {added}", "of the page"]
        # The viewlet is remembered until something changes.
        heads += ["again", "of the page"] * (len(cell) - 2)
        heads += ["with a cold cache"]
    rows: Rows = [heads]
    for reading in readings:
        for size, cells in by_size.items():
            row: list[object] = [reading, _number(int(size))]
            for cell in cells["pages"][reading].values():
                *warm, cold = cell.values()
                row += [f"{warm[0]['milliseconds without']['median']:.0f} ms"]
                for each in warm:
                    row += [f"{each['added milliseconds']:+.1f} ms"]
                    row += [_percent(each["added percent"] / 100)]
                row += [f"{cold['added milliseconds']:+.0f} ms"]
            rows.append(row)
    return rows


def _two_editors(by_kind: dict[str, dict]) -> Rows:
    heads = [
        "Catalog",
        "Add-on",
        "Edits answered",
        "Conflicts",
        "Merges of the log",
        "Lost in the log",
        "Surplus there",
        "Faster of both",
        "Slower of both",
    ]
    rows: Rows = [heads]
    for kind, by_role in by_kind.items():
        for role, cell in by_role.items():
            log = cell["log"]
            row = [kind, role, _number(cell["answered 204"])]
            row += [_number(cell["conflicts"])]
            row += [_number(cell["merges of the log"])] if log else [""]
            row += [log.get("lost", ""), log.get("surplus", "")]
            for which in ("faster", "slower"):
                row += [f"{_number(cell[f'milliseconds, {which} of both'])} ms"]
            rows.append(row)
    return rows


def _conflicts(by_kind: dict[str, dict]) -> Rows:
    """The objects that were in the way, the most frequent first."""
    heads = [f"{kind}, {role}" for kind, both in by_kind.items() for role in both]
    cells = [
        cell["conflicts, by object"]
        for both in by_kind.values()
        for cell in both.values()
    ]
    total: Counter = sum(map(Counter, cells), Counter())
    rows: Rows = [["Object of the class", "in the", *heads]]
    for name, _ in total.most_common():
        owner, _, kind = name.rpartition(": ")
        shown = kind.rpartition(".")[2]
        rows.append([shown, owner, *(_number(cell.get(name, 0)) for cell in cells)])
    return rows


def _operating(by_size: dict[str, dict]) -> Rows:
    """What each command took, at each size of the log."""
    heads = [
        f"{_number(int(size))} entries: {unit}"
        for size in by_size
        for unit in ("seconds", "MB")
    ]
    rows: Rows = [["Command", *heads]]
    commands = [name for name in next(iter(by_size.values())) if name != "database"]
    for name in commands:
        row = [name]
        for measured in by_size.values():
            row += [measured[name]["processor seconds"], measured[name]["peak MB"]]
        rows.append(row)
    return rows


def _suites(by_package: dict[str, dict]) -> Rows:
    heads = ["Package", "Version", "Tests", "Skipped", "Failed without", "Failed with"]
    heads += ["Differences", "Change content", "Recorded", "Change sets", "Entries"]
    rows: Rows = [heads]
    for package, cell in by_package.items():
        with_ = cell["with"]
        changing = with_["tests that change content"]
        row = [package, cell["version"], with_["tests"], with_["skipped"]]
        row += [len(cell[mode]["failed"]) for mode in ("without", "with")]
        row += [len(cell["findings"]), changing]
        row += [changing - len(with_["without an entry"])]
        rows.append([*row, with_["change sets"], with_["entries"]])
    return rows


def _differences(by_package: dict[str, dict]) -> Rows:
    rows: Rows = [["Package", "Difference", "Reason"]]
    for package, cell in by_package.items():
        rows += [[package, *finding] for finding in cell["findings"].items()]
    return rows


if __name__ == "__main__":
    main()
