"""What the commands of an operator take, with 10 000 to 1 000 000 entries in the log.

Each command is a process of its own, over a FileStorage that nobody else uses: its processor time
from start to end, with the start of Zope, and the most memory it ever had. Two sites are in the
database: one with the log, and one without, into which it is imported. Run it with
``make bench``; ``LARGEST=10000`` is quick.
"""

from benchmarks.history import furnish
from benchmarks.history import History
from benchmarks.plone_site import Plone
from benchmarks.report import progress
from benchmarks.report import setting
from benchmarks.report import write
from collective.appendonly.commands.main import main as activitylog
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import json
import multiprocessing
import os
import subprocess
import sys
import transaction


SMALLEST = 10_000
LARGEST = setting("LARGEST", 1_000_000)

_PROGRAM = "from collective.appendonly.commands.main import main; main()"
# What the kernel counts the memory of a process in.
_UNIT = 1 if sys.platform == "darwin" else 1024


def main() -> None:
    method = (
        "each command once, as a process of its own over a FileStorage: processor time with the"
        " start of Zope, and the greatest resident set as the kernel counts it; 300 pages, 12"
        " editors, 1.2 entries per change set"
    )
    results = {}
    size = SMALLEST
    while size <= LARGEST:
        with TemporaryDirectory(prefix="appendonly-benchmark-") as home:
            results[str(size)] = _measure(Path(home), size)
        # A million entries take long: what there is already is kept.
        write("operating", method, ["click", "Products.CMFPlone", "ZODB"], results)
        size *= 10
    print(json.dumps(results, indent=1))


def _measure(home: Path, size: int) -> dict:
    progress(f"{size} entries")
    # A database has one process at a time, so it is filled by one that ends.
    context = multiprocessing.get_context("spawn")
    builder = context.Process(target=_build, args=(home, size))
    builder.start()
    builder.join()
    if builder.exitcode:
        raise SystemExit(f"The site with {size} entries could not be made.")
    file = str(home / "activity.jsonl")
    measured = {"database": {"bytes": (home / "Data.fs").stat().st_size}}
    for name, site, arguments in (
        ("help", "full", ["verify", "--help"]),
        ("expire, dry run", "full", ["expire", "--entries", str(size), "--dry-run"]),
        ("stats", "full", ["stats"]),
        ("verify", "full", ["verify"]),
        ("export", "full", ["export", "--output", file]),
        ("export, CSV", "full", ["export", "--format", "csv", "--output", os.devnull]),
        ("import", "empty", ["import", file]),
        ("erase, dry run", "full", ["erase", "editor-1"]),
        ("erase", "full", ["erase", "editor-1", "--yes"]),
        ("expire", "full", ["expire", "--entries", str(size // 2)]),
        ("verify what was imported", "empty", ["verify"]),
    ):
        if arguments[0] in activitylog.commands:
            progress(f"{size} entries: {name}")
            measured[name] = _run(home, site, arguments)
    measured["export"]["bytes"] = Path(file).stat().st_size
    return measured


def _build(home: Path, size: int) -> None:
    zope = Plone(home)
    profile = "collective.appendonly:default"
    zope.create_site("empty", profile)
    site = zope.create_site("full", profile)
    History(site, furnish(site)).grow(size)
    transaction.commit()
    zope.app._p_jar.db().close()


def _run(home: Path, site: str, arguments: list[str]) -> dict:
    """Run a command; return what it took."""
    options = ["--conf", str(home / "zope.conf"), "--site", site]
    command = [sys.executable, "-W", "ignore", "-c", _PROGRAM, *options, *arguments]
    begin = perf_counter()
    with open(home / "output", "w+") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        told = output.read()
    if process.returncode:
        raise SystemExit(f"{arguments} ended with {process.returncode}: {told}")
    return {
        "seconds": round(seconds, 1),
        "processor seconds": round(usage.ru_utime + usage.ru_stime, 1),
        "peak MB": round(usage.ru_maxrss * _UNIT / 1e6),
    }


if __name__ == "__main__":
    main()
