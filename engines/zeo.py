"""A ZEO server over a FileStorage, as a process of its own."""

from engines.server import Server
from pathlib import Path

import socket
import subprocess
import sys


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

# The section of ZEO itself: the one of ZODB, <zeoclient>, does not have server-sync.
_CLIENT = """
%import ZEO
<zodb>
  <clientstorage>
    server {folder}/socket
    server-sync {server_sync}
  </clientstorage>
</zodb>
"""

# What "import collective.appendonly" says on a server that was installed without it.
_WITHOUT_PACKAGE = "sys.modules['collective.appendonly'] = None; "
_RUN = "import sys; {before}from ZEO.runzeo import main; main(sys.argv[1:])"


class ZEO(Server):
    """A ZEO server, started by ``with``.

    ``client_resolves`` sets ``client-conflict-resolution``, which is an option of the
    server. A server with ``knows_package=False`` cannot import the structures. ``data``
    is the folder for the FileStorage, if it is not to be the server's own. With
    ``server_sync`` a client waits, at the begin of each transaction, for the invalidations of
    all that others have committed; without, they come some time after.
    """

    name = "ZEO"

    def __init__(
        self,
        client_resolves: bool = False,
        knows_package: bool = True,
        data: Path | None = None,
        server_sync: bool = False,
    ) -> None:
        self.client_resolves = client_resolves
        self._code = _RUN.format(before="" if knows_package else _WITHOUT_PACKAGE)
        self._data = data
        self._server_sync = str(server_sync).lower()

    def _create(self) -> None:
        self.configuration = _CLIENT.format(
            folder=self.folder, server_sync=self._server_sync
        )
        (self.folder / "zeo.conf").write_text(
            _SERVER.format(
                folder=self.folder,
                data=self._data or self.folder,
                client_resolves=str(self.client_resolves).lower(),
            )
        )

    def _serve(self) -> subprocess.Popen:
        configuration = str(self.folder / "zeo.conf")
        return self._run(sys.executable, "-c", self._code, "-C", configuration)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            return not client.connect_ex(str(self.folder / "socket"))
