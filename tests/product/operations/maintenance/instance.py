"""An instance in a folder, and ``activitylog`` in processes of its own over it."""

from pathlib import Path
from tests.product.zope_process import configure
from tests.product.zope_process import ENVIRONMENT
from tests.product.zope_process import ROOT

import re
import subprocess
import sys


DEADLINE = 240  # seconds; nothing here takes a tenth of it

_PROGRAM = """
from collective.appendonly.commands.main import main
main()
"""

# As above, but in the middle of an erasure it says so, and waits for a line.
_WAITING = """
from collective.appendonly.commands.progress import Bar
from collective.appendonly.operations.maintenance import run
from functools import partial
import sys

run.erase_all = partial(run.erase_all, batch=3)
waited = []

def wait(bar, done, total):
    if done >= total / 2 and not waited:
        waited.append(done)
        print("In the middle", flush=True)
        sys.stdin.readline()

Bar.__call__ = wait
"""


def over_zeo(folder: Path, server) -> str:
    """Write a configuration of Zope over a ZEO server; return its path."""
    configuration = Path(configure(folder))
    client = re.search(
        r"<clientstorage>.*</clientstorage>", server.configuration, re.DOTALL
    )
    text = re.sub(
        r"<blobstorage>.*</blobstorage>",
        client.group(),
        configuration.read_text(),
        flags=re.DOTALL,
    )
    path = folder / "zope-over-zeo.conf"
    path.write_text(f"%import ZEO\n{text}")
    return str(path)


def activitylog(conf: str, *arguments: str) -> subprocess.CompletedProcess:
    """Run the command to its end."""
    process = _start(_PROGRAM, conf, arguments)
    out, err = process.communicate(timeout=DEADLINE)
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def in_the_middle(conf: str, *arguments: str) -> subprocess.Popen:
    """Start the command; return when it is in the middle of an erasure, and waits."""
    process = _start(_WAITING + _PROGRAM, conf, arguments)
    line = process.stdout.readline()
    if line != "In the middle\n":
        raise AssertionError(line + "".join(process.communicate(timeout=DEADLINE)))
    return process


def _start(program, conf, arguments):
    options = ["--conf", conf, "--site", "/Plone"]
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", program, *options, *arguments],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
