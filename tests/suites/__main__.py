"""Run test suites of Plone with the add-on and without: ``python -m tests.suites PACKAGE…``.

Each runs in a process of its own. Fails if there is a difference, or a problem of the log, that has
no reason in ``comparison.py``. The output of the tests is in var/suites.
"""

from benchmarks import report
from importlib.metadata import version
from pathlib import Path
from tests.suites.comparison import findings

import json
import os
import subprocess
import sys


OUTPUT = Path("var") / "suites"
#: The longest that the tests of a package may take, in seconds.
TIMEOUT = 3600


def main(packages: list[str]) -> None:
    OUTPUT.mkdir(parents=True, exist_ok=True)
    unexplained = []
    for package in packages:
        without, with_ = (run(package, mode) for mode in ("without", "with"))
        found = findings(without, with_)
        unexplained += [what for what, reason in found.items() if not reason]
        keep(
            package,
            {
                "version": version(package),
                "without": without,
                "with": with_,
                "findings": found,
            },
        )
    if unexplained:
        sys.exit("\n".join(["Without a reason:", *unexplained]))


def run(package: str, mode: str) -> dict:
    """Run the tests of *package* with the add-on or *without*, and return the results."""
    result = OUTPUT / f"{package}-{mode}.json"
    result.unlink(missing_ok=True)
    report.progress(f"{package} {mode} the add-on …")
    command = [sys.executable, "-W", "ignore", "-m", "tests.suites.running"]
    with result.with_suffix(".log").open("w") as log:
        subprocess.run(
            [*command, package, str(result), mode],
            # The order of a set is the same in both runs.
            env=os.environ | {"PYTHONHASHSEED": "0"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            timeout=TIMEOUT,
        )
    if not result.exists():
        sys.exit(f"The tests broke off, see {log.name}")
    found = json.loads(result.read_text("utf-8"))
    report.progress(
        f"  {found['tests']} tests, {len(found['failed'])} failed, {found['seconds']} s"
    )
    return found


def keep(package: str, results: dict) -> None:
    """Keep the results of *package* beside those of the others."""
    kept = {}
    if (report.RESULTS / "suites.json").exists():
        kept = report.read("suites")["results"]
    report.write(
        "suites",
        "the tests of each package, from its wheel, run by zope.testrunner, without the add-on and"
        " with it active in every site of plone.app.testing; at the end of each test, what its"
        " transaction holds is recorded, and the log is verified; without robot tests, which need"
        " a browser",
        ["Plone", "plone.app.testing", "zope.testrunner"],
        dict(sorted((kept | {package: results}).items())),
    )


if __name__ == "__main__":
    main(sys.argv[1:])
