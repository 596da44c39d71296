"""RelStorage on PostgreSQL, with a server of our own in a folder of its own."""

from engines.server import Server
from pathlib import Path

import getpass
import os
import shutil
import signal
import subprocess


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


class PostgreSQL(Server):
    """A PostgreSQL server with its usual settings, started by ``with``."""

    name = "RelStorage/PostgreSQL"

    _stop_signal = signal.SIGQUIT
    _tries_again = True  # processes of a killed one may still hold its memory

    def __init__(self, keep_history: bool = True) -> None:
        self._keep_history = str(keep_history).lower()
        # The server refuses to run as root.
        self._user = "postgres" if os.geteuid() == 0 else None
        self._binaries = binaries()

    def __enter__(self) -> "PostgreSQL":
        if self._binaries is None:
            raise RuntimeError(
                "There is no PostgreSQL server here. On Debian: apt-get install postgresql"
            )
        return super().__enter__()

    def _create(self) -> None:
        self.configuration = _CLIENT.format(
            folder=self.folder,
            user=self._user or getpass.getuser(),
            keep_history=self._keep_history,
        )
        options = "-A", "trust", "-E", "UTF8", "--no-sync"
        if self._run(self._path("initdb"), "-D", "data", *options).wait():
            raise RuntimeError(f"initdb failed: {self.log()}")

    def _serve(self) -> subprocess.Popen:
        options = "-D", "data", "-k", str(self.folder), "-h", ""
        return self._run(self._path("postgres"), *options)

    def _answers(self) -> bool:
        command = self._path("pg_isready"), "-q", "-h", str(self.folder)
        return not self._run(*command).wait()

    def _path(self, command: str) -> str:
        return str(self._binaries / command)
