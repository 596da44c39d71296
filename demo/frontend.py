"""Volto in front of a site: the server that was built in ``frontend``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import os
import subprocess


FRONTEND = Path(__file__).parents[1] / "frontend"


@contextmanager
def volto(port: int, backend: str, log: Path) -> Iterator[subprocess.Popen]:
    """Serve Volto at *port* while the ``with`` block runs. *backend* is the URL of the site."""
    environment = {
        **os.environ,
        "NODE_ENV": "production",
        "PORT": str(port),
        "RAZZLE_INTERNAL_API_PATH": backend,
    }
    with open(log, "w") as output:
        process = subprocess.Popen(
            ["node", "build/server.js"],
            cwd=FRONTEND,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()
