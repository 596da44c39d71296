"""A ZEO server over a FileStorage, as a process of its own."""

from contextlib import ExitStack
from engines.files import short_folder
from pathlib import Path

import socket
import subprocess
import sys
import time


_SERVER = """\
<zeo>
  address {folder}/socket
  client-conflict-resolution {client_resolves}
  pid-filename {folder}/pid
</zeo>
<filestorage>
  path {data}/Data.fs
</filestorage>
"""

_CLIENT = """
<zodb>
  <zeoclient>
    server {folder}/socket
    wait true
  </zeoclient>
</zodb>
"""

# What "import collective.appendonly" says on a server that was installed without it.
_WITHOUT_PACKAGE = "sys.modules['collective.appendonly'] = None; "
_RUN = "import sys; {before}from ZEO.runzeo import main; main(sys.argv[1:])"


class ZEO:
    """A ZEO server, started by ``with``.

    ``client_resolves`` sets ``client-conflict-resolution``, which is an option of the
    server. A server with ``knows_package=False`` cannot import the structures. ``data``
    is the folder for the FileStorage, if it is not to be the server's own.
    """

    name = "ZEO"

    def __init__(
        self,
        client_resolves: bool = False,
        knows_package: bool = True,
        data: Path | None = None,
    ) -> None:
        self.client_resolves = client_resolves
        self._code = _RUN.format(before="" if knows_package else _WITHOUT_PACKAGE)
        self._data = data
        self._process = None

    def __enter__(self) -> "ZEO":
        with ExitStack() as stack:
            self.folder: Path = stack.enter_context(short_folder())
            self.configuration = _CLIENT.format(folder=self.folder)
            (self.folder / "zeo.conf").write_text(
                _SERVER.format(
                    folder=self.folder,
                    data=self._data or self.folder,
                    client_resolves=str(self.client_resolves).lower(),
                )
            )
            stack.callback(self.stop)
            self.start()
            self._exit = stack.pop_all()
        return self

    def __exit__(self, *exc_info) -> None:
        self._exit.close()

    def start(self) -> None:
        """Start the server. Returns when it answers."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", self._code, "-C", str(self.folder / "zeo.conf")],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 60
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The ZEO server does not start: {self.log()}")
            time.sleep(0.02)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            return not client.connect_ex(str(self.folder / "socket"))

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
