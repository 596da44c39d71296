"""The site in a process of its own, with the Python of Plone."""

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import json
import subprocess


class Server(NamedTuple):
    """Where it answers, which Plone it is, and the file that its errors are written to."""

    url: str
    plone: str
    log: Path

    def errors(self) -> list[str]:
        """Return the lines of the log that begin an error."""
        lines = self.log.read_text("utf-8").splitlines()
        return [line for line in lines if " ERROR " in line or " CRITICAL " in line]


@contextmanager
def serving(python: str):
    """Create the site, and serve it as long as the ``with`` block takes."""
    module = [python, "-W", "ignore", "-m", "tests.fuzz.site"]
    with TemporaryDirectory(prefix="appendonly-fuzz-") as home:
        folder = Path(home)
        subprocess.run([*module, "create", home], check=True)
        process = subprocess.Popen(
            [*module, "serve", home], stdout=subprocess.PIPE, text=True
        )
        try:
            listening = json.loads(process.stdout.readline())
            yield Server(
                f"http://127.0.0.1:{listening['port']}/Plone",
                listening["Plone"],
                folder / "zope.log",
            )
        finally:
            process.terminate()
            process.wait()
