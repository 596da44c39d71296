"""What a run came to, for whoever waits for it at a terminal."""

from benchmarks.load.places import SITES


def told(engine: str, result: dict) -> str:
    """Return what a run came to, for people."""
    lines = [f"{engine}, SEED={result['settings']['seed']}", ""]
    names = [name for name, value in result["with"].items() if _is_number(value)]
    rows = [("", *SITES)]
    rows += [(name, *(result[side][name] for side in SITES)) for name in names]
    for kind in result["with"]["milliseconds"]:
        cells = (result[side]["milliseconds"].get(kind) for side in SITES)
        rows.append((f"{kind}, ms", *map(_in_a_row, cells)))
    lines += [f"{name:<36} {one!s:>32} {other!s:>32}" for name, one, other in rows]
    for side in SITES:
        lines.append(f"refused, {side}: {result[side]['refused']}")
        lines.append(f"conflicts, {side}: {result[side]['conflicts, by class']}")
    log = result["log"]
    lines += ["", f"The log: {log['entries']} entries of the edits {log['edits']}"]
    lines.append(f"In doubt and there: {log['in doubt and there']}")
    for name, cases in log["findings"].items():
        lines.append(f"{name}: {len(cases)}")
        lines += [f"    {case}" for case in cases[:5]]
    return "\n".join(lines)


def _is_number(value) -> bool:
    return isinstance(value, int | float)


def _in_a_row(cell: dict | None) -> str:
    return " / ".join(map(str, cell.values())) if cell else ""
