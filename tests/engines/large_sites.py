"""The example configurations of docs/large-sites.rst, run as processes with other paths and ports."""

from engines.server import Server
from engines.zope import Zope
from pathlib import Path

import os
import socket
import subprocess
import sys


ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples" / "large-sites" / "pip"

# The server has no Plone, and nothing else that floor 1 doesn't need.
_ZEO_WITHOUT_PLONE = """\
import sys
for name in ("AccessControl", "plone", "Products", "zope.component", "Zope2"):
    sys.modules[name] = None
from ZEO.runzeo import main
main(sys.argv[1:])
"""


def adapted(name: str, replacements: dict[str, str]) -> str:
    """Return the example *name* with *replacements*, each of which it needs."""
    text = (EXAMPLES / name).read_text()
    for old, new in replacements.items():
        assert old in text, f"{name} has no {old!r} any more."
        text = text.replace(old, new)
    return text


class ExampleZEO(Server):
    """The ZEO server of zeo.conf, which can't import Plone."""

    name = "ZEO"
    conf = "zope-zeo.conf"

    def _create(self) -> None:
        self.address = str(self.folder / "socket")
        self.replacements = {"localhost:8100": self.address}
        text = adapted(
            "zeo.conf",
            {"/srv/plone/zeo": str(self.folder), "localhost:8100": self.address},
        )
        (self.folder / "zeo.conf").write_text(text)

    def _serve(self) -> subprocess.Popen:
        configuration = str(self.folder / "zeo.conf")
        return self._run(sys.executable, "-c", _ZEO_WITHOUT_PLONE, "-C", configuration)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            return not client.connect_ex(self.address)


class ExampleZope(Zope):
    """One of the Zopes: zope.ini, site.zcml, and one zope.conf or the other."""

    def __init__(self, conf: str, replacements: dict[str, str]) -> None:
        self._conf = conf
        self._replacements = replacements

    def _create(self) -> None:
        etc = self.folder / "etc"
        etc.mkdir()
        self.zope_conf = etc / "zope.conf"
        instance = {"/srv/plone/zope1": str(self.folder)}
        self.zope_conf.write_text(adapted(self._conf, instance | self._replacements))
        socket_line = f"unix_socket = {self.folder}/socket"
        ini = adapted("zope.ini", {"listen = localhost:8081": socket_line})
        (etc / "zope.ini").write_text(ini)
        (etc / "site.zcml").write_text(adapted("site.zcml", {}))

    def _serve(self) -> subprocess.Popen:
        run = "from Zope2.Startup.serve import main; main()"
        ini = str(self.folder / "etc" / "zope.ini")
        return self._run(sys.executable, "-c", run, ini)


def run(*arguments: str) -> subprocess.CompletedProcess:
    """Run Python with *arguments* in a process of its own."""
    path = os.pathsep.join([str(ROOT), *filter(None, sys.path)])
    return subprocess.run(
        [sys.executable, "-W", "ignore", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=300,
    )
