"""What every result says of itself: how it was measured, on what, with which versions."""

from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median

import json
import os
import platform
import subprocess
import sys


RESULTS = Path(__file__).parent / "results"


def write(name: str, method: str, packages: list[str], results: object) -> None:
    """Keep the results of a benchmark beside the scripts."""
    report = {
        "method": method,
        "date": date.today().isoformat(),
        "tree": _tree(),
        "machine": f"{platform.machine()}, {os.cpu_count()} processors, {platform.system()}",
        "python": platform.python_version(),
        "versions": {package: version(package) for package in packages},
        "results": results,
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(f"Written to {os.path.relpath(path)}")


def _tree() -> str:
    """Return the commit of the sources, with a plus sign if they were changed since."""
    command = ["git", "describe", "--always", "--exclude=*", "--dirty=+"]
    done = subprocess.run(command, cwd=RESULTS.parent, capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


def read(name: str) -> dict:
    """Return a kept report."""
    return json.loads((RESULTS / f"{name}.json").read_text("utf-8"))


def progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def setting(name: str, default: float) -> float:
    """Return a size of the run, which a variable of the environment may change."""
    return type(default)(os.environ.get(name, default))


def middle(values: list[float], digits: int = 2) -> dict[str, float]:
    """Return the median, with the least and the greatest beside it."""
    return {
        "median": round(median(values), digits),
        "least": round(min(values), digits),
        "greatest": round(max(values), digits),
    }
