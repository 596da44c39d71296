"""RelStorage on PostgreSQL, with a server of our own in a folder of its own."""

from contextlib import ExitStack
from engines.files import short_folder
from pathlib import Path

import getpass
import os
import shutil
import signal
import subprocess
import time


_CLIENT = """
%import relstorage
<zodb>
  <relstorage>
    keep-history {keep_history}
    <postgresql>
      dsn host={folder} dbname=postgres user={user}
    </postgresql>
  </relstorage>
</zodb>
"""


def binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL server there is, as Debian lays it out."""
    folders = [
        initdb.parent for initdb in Path("/usr/lib/postgresql").glob("*/bin/initdb")
    ]
    if folders:
        return max(folders, key=lambda folder: float(folder.parent.name))
    initdb = shutil.which("initdb")
    return initdb and Path(initdb).resolve().parent


class PostgreSQL:
    """A PostgreSQL server with its usual settings, started by ``with``."""

    name = "RelStorage/PostgreSQL"

    def __init__(self, keep_history: bool = True) -> None:
        self._keep_history = str(keep_history).lower()
        self._process = None

    def __enter__(self) -> "PostgreSQL":
        # The server refuses to run as root.
        self._user = "postgres" if os.geteuid() == 0 else None
        self._binaries = binaries()
        if self._binaries is None:
            raise RuntimeError(
                "There is no PostgreSQL server here. On Debian: apt-get install postgresql"
            )
        with ExitStack() as stack:
            self.folder = stack.enter_context(short_folder(self._user))
            self.configuration = _CLIENT.format(
                folder=self.folder,
                user=self._user or getpass.getuser(),
                keep_history=self._keep_history,
            )
            self._create()
            stack.callback(self.stop)
            self.start()
            self._exit = stack.pop_all()
        return self

    def __exit__(self, *exc_info) -> None:
        self._exit.close()

    def start(self) -> None:
        """Start the server. Returns when it answers."""
        deadline = time.monotonic() + 60
        while not self._answers():
            if time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL does not start: {self.log()[-2000:]}")
            if self._process is None or self._process.poll() is not None:
                # It gives up while processes of a killed one still hold its memory.
                self._process = self._run(
                    "postgres", "-D", "data", "-k", str(self.folder), "-h", ""
                )
            time.sleep(0.05)

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def _answers(self) -> bool:
        return not self._run("pg_isready", "-q", "-h", str(self.folder)).wait()

    def _create(self) -> None:
        options = "-A", "trust", "-E", "UTF8", "--no-sync"
        if self._run("initdb", "-D", "data", *options).wait():
            raise RuntimeError(f"initdb failed: {self.log()}")

    def _run(self, command: str, *arguments: str) -> subprocess.Popen:
        identity = {"user": self._user, "group": self._user, "extra_groups": []}
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [str(self._binaries / command), *arguments],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **(identity if self._user else {}),
            )
