"""Making sites in another process: Zope can be started once in each, and not beside the tests."""

from engines.zope import ROOT

import subprocess
import sys


def run_module(name: str, *arguments: object) -> None:
    """Run a module with *arguments* to its end.

    Raises a RuntimeError with the end of what it printed if it fails.
    """
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", name, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{name} failed: {done.stdout[-4000:]}")
