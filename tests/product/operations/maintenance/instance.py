"""An instance in a folder, and ``activitylog`` in processes of its own over it."""

from pathlib import Path
from subprocess import CompletedProcess
from tests.product.zope_process import configure
from tests.product.zope_process import Program
from tests.product.zope_process import run_program

import re


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

# As above, but waiting for another job is reported.
_PATIENT = """
from collective.appendonly.commands import waiting

def sleep(seconds):
    print("Waiting", flush=True)
    sys.stdin.readline()

import sys
waiting.sleep = sleep
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


def activitylog(conf: str, *arguments: str) -> CompletedProcess:
    """Run the command to its end."""
    return run_program(_PROGRAM, *_options(conf), *arguments)


def in_the_middle(conf: str, *arguments: str) -> Program:
    """Start the command; return when it is in the middle of an erasure, and waits."""
    process = Program(_WAITING + _PROGRAM, *_options(conf), *arguments)
    line = process.stdout.readline()
    if line != "In the middle\n":
        raise AssertionError(line + "".join(process.communicate()))
    return process


def waiting_for_another(conf: str, *arguments: str) -> Program:
    """Start the command; return when it waits for another job. A line lets it look again."""
    process = Program(_PATIENT + _PROGRAM, *_options(conf), *arguments)
    line = process.stdout.readline()
    if line != "Waiting\n":
        raise AssertionError(line + "".join(process.communicate()))
    return process


def _options(conf):
    return "--conf", conf, "--site", "/Plone"
