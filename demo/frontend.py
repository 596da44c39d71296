"""Volto in front of a site: the server that was built in ``frontend``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from threading import Thread

import os
import subprocess
import sys


FRONTEND = Path(__file__).parents[1] / "frontend"


@contextmanager
def volto(port: int, backend: str, log: Path) -> Iterator[None]:
    """Serve Volto at *port* while the ``with`` block runs. *backend* is the URL of the site."""
    environment = {
        **os.environ,
        "NODE_ENV": "production",
        "PORT": str(port),
        "RAZZLE_INTERNAL_API_PATH": backend,
    }
    process = subprocess.Popen(
        ["node", "build/server.js"],
        cwd=FRONTEND,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    is_ready = Event()
    follower = Thread(target=_follow, args=(process, log, is_ready))
    follower.start()
    try:
        is_ready.wait()
        if process.poll() is not None:
            sys.exit(f"Volto did not start. See {log}.")
        yield
    finally:
        process.terminate()
        process.wait()
        follower.join()


def _follow(process, log, is_ready):
    with open(log, "w") as output:
        for line in process.stdout:
            output.write(line)
            output.flush()
            if "Volto started" in line:
                is_ready.set()
    process.wait()
    is_ready.set()
