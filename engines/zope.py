"""A Zope as a process of its own: waitress in front of a database that others share."""

from base64 import b64encode
from contextlib import closing
from engines.server import Server
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import json
import socket
import subprocess
import sys


ROOT = Path(__file__).parents[1]

# Waitress listens on a socket in the folder, so there is no port that could be taken.
_ZOPE_INI = """\
[app:zope]
use = egg:Zope#main
zope_conf = %(here)s/zope.conf

[pipeline:main]
pipeline = egg:Zope#httpexceptions zope

[server:main]
use = egg:waitress#main
unix_socket = %(here)s/socket
"""

_ZOPE_CONF = """\
instancehome {folder}
pid-filename {folder}/pid
{database}
"""

_SITE_ZCML = """\
<configure xmlns="http://namespaces.zope.org/zope">
  <include package="Zope2.utilities" file="skel/etc/site.zcml" />
  {includes}
</configure>
"""

# The server's folder is its working directory, and packages of the checkout may be included.
_RUN = "import sys; sys.path.insert(0, {root!r}); from Zope2.Startup.serve import main; main()"


class Zope(Server):
    """A Zope over an engine that several processes can open, started by ``with``.

    ``packages`` are included in its ZCML besides what every Plone site has.
    """

    name = "Zope"

    def __init__(self, engine, *packages: str) -> None:
        self._database = engine.configuration
        self._packages = packages

    def connection(self, timeout: float | None = None) -> HTTPConnection:
        """Return a new connection, whose steps take no longer than *timeout* seconds."""
        return _Connection(self.folder / "socket", timeout)

    def ask(
        self, method: str, path: str, login: tuple[str, str], data: Any = None
    ) -> tuple[int, str]:
        """Send a request, with *data* as JSON. Return the status and the body of the answer."""
        token = b64encode(":".join(login).encode()).decode()
        headers = {"Authorization": f"Basic {token}", "Accept": "application/json"}
        body = None
        if data is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(data)
        with closing(self.connection()) as connection:
            connection.request(method, f"/{path}", body, headers)
            response = connection.getresponse()
            return response.status, response.read().decode()

    def _create(self) -> None:
        database = self._database.replace("</zodb>", "mount-point /\n</zodb_db>")
        database = database.replace("<zodb>", "<zodb_db main>\ncache-size 30000")
        includes = [f'<include package="{package}" />' for package in self._packages]
        texts = {
            "zope.ini": _ZOPE_INI,
            "zope.conf": _ZOPE_CONF.format(folder=self.folder, database=database),
            "etc/site.zcml": _SITE_ZCML.format(includes="\n  ".join(includes)),
        }
        (self.folder / "etc").mkdir()
        for name, text in texts.items():
            (self.folder / name).write_text(text)

    def _serve(self) -> subprocess.Popen:
        code = _RUN.format(root=str(ROOT))
        return self._run(sys.executable, "-c", code, str(self.folder / "zope.ini"))

    def _answers(self) -> bool:
        # It begins to listen when Plone is loaded.
        with socket.socket(socket.AF_UNIX) as client:
            return not client.connect_ex(str(self.folder / "socket"))


class _Connection(HTTPConnection):
    def __init__(self, path: Path, timeout: float | None) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))
