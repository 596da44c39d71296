"""Put the wheel into a stock Plone, and see it record something.

``python scripts/stock.py pip|uv|buildout 6.2|6.1 DIST FOLDER`` installs Plone in FOLDER from the
pinned versions and beside it the wheel in the folder DIST, starts Zope, and does over HTTP what
somebody does who tries the add-on: create a site, install, create a page, edit it, read. Needs
nothing but Python. A FOLDER that is there already is made anew.
"""

from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import base64
import json
import os
import re
import runpy
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request


ROOT = Path(__file__).parents[1]
NAME = "collective.appendonly"
# What the extra has and a stock Plone has not.
BROUGHT = {NAME, "click"}
# Plone 6.1 still mixes namespace styles.
BESIDE = {"6.1": ["setuptools", "horse-with-no-namespace"]}
PATIENCE = 180
UV = ROOT / ".venv" / "tools" / "bin" / "uv"

BUILDOUT = """\
[buildout]
extends = versions.cfg
parts = instance
find-links = {dist}
allow-picked-versions = false

[versions]
collective.appendonly = {version}

[instance]
recipe = plone.recipe.zope2instance
user = admin:admin
http-address = localhost:{port}
eggs =
    Plone
    collective.appendonly[plone]
    {beside}
"""


def main(way: str, plone: str, dist: Path, folder: Path) -> None:
    [wheel] = dist.glob("*.whl")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    port = free_port()
    begin = monotonic()
    command = WAYS[way](plone, wheel, folder, port)
    installed = monotonic()
    with running(command, folder):
        found = try_it(f"http://localhost:{port}")
    print(
        f"Plone {found} by {way}: installed in {installed - begin:.0f} s; site, add-on, page,"
        f" edit, activity and uninstall in {monotonic() - installed:.0f} s."
    )


def by_pip(plone: str, wheel: Path, folder: Path, port: int) -> list[str]:
    """Let pip install Plone, then the wheel, and return the command that starts Zope."""
    install = [python_in(folder), "-m", "pip", "install"]
    return in_environment(install, plone, wheel, folder, port)


def by_uv(plone: str, wheel: Path, folder: Path, port: int) -> list[str]:
    """Let uv install both, which takes a tenth of the time."""
    install = [UV, "pip", "install", "--system-certs", "--python", python_in(folder)]
    return in_environment(install, plone, wheel, folder, port)


def in_environment(
    install: list, plone: str, wheel: Path, folder: Path, port: int
) -> list[str]:
    python = python_in(folder)
    pins = ["--constraint", str(ROOT / "constraints" / f"plone-{plone}.txt")]
    run(folder, sys.executable, "-m", "venv", python.parents[1])
    run(folder, *install, *pins, "Plone", *BESIDE.get(plone, ()))
    stock = freeze(python)
    run(folder, *install, *pins, f"{wheel}[plone]")
    brought = {re.split("[ =]", line)[0] for line in freeze(python) - stock}
    if brought != BROUGHT:
        sys.exit(f"The wheel brought {sorted(brought)} into a Plone {plone}.")
    run(folder, python, "-m", "pip", "check")

    instance = folder / "instance"
    run(folder, python.with_name("mkwsgiinstance"), "-d", instance, "-u", "admin:admin")
    ini = instance / "etc" / "zope.ini"
    ini.write_text(ini.read_text().replace("port = 8080", f"port = {port}"))
    return [str(python.with_name("runwsgi")), str(ini)]


def by_buildout(plone: str, wheel: Path, folder: Path, port: int) -> list[str]:
    """Let buildout install both, and return the command that starts Zope."""
    script = runpy.run_path(str(ROOT / "scripts" / "versions.py"))
    (folder / "versions.cfg").write_text(script["render"](plone))
    beside = "\n    ".join(BESIDE.get(plone, ()))
    version = wheel.name.split("-")[1]
    (folder / "buildout.cfg").write_text(
        BUILDOUT.format(dist=wheel.parent, version=version, port=port, beside=beside)
    )
    python = python_in(folder)
    pins = ["--constraint", str(ROOT / "constraints" / "buildout.txt")]
    run(folder, sys.executable, "-m", "venv", python.parents[1])
    run(folder, python, "-m", "pip", "install", *pins, "zc.buildout", "setuptools<82")
    run(folder, python.with_name("buildout"))
    return [str(folder / "bin" / "instance"), "console"]


WAYS = {"pip": by_pip, "uv": by_uv, "buildout": by_buildout}


def python_in(folder: Path) -> Path:
    return folder / "env" / "bin" / "python"


def run(folder: Path, *command) -> None:
    """Run *command* in *folder*; what it prints is kept, and shown if it fails."""
    log = folder / "log.txt"
    with open(log, "a") as output:
        done = subprocess.run(
            list(map(str, command)),
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment(),
        )
    if done.returncode:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-40:])
        sys.exit(f"{tail}\n{' '.join(map(str, command))} failed; {log} has it all.")


def environment() -> dict[str, str]:
    """Return the environment without what would let the sources be found."""
    return {
        name: value for name, value in os.environ.items() if name != "PYTHONPATH"
    } | {"PYTHONWARNINGS": "ignore"}


def freeze(python: Path) -> set[str]:
    command = [python, "-m", "pip", "freeze"]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, env=environment()
    )
    return set(done.stdout.splitlines())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]


@contextmanager
def running(command: list[str], folder: Path):
    """Run Zope, and end it."""
    with open(folder / "zope.log", "w") as output:
        zope = subprocess.Popen(
            command,
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment(),
            start_new_session=True,
        )
        try:
            yield
        except Exception as error:
            tail = (folder / "zope.log").read_text(errors="replace").splitlines()[-40:]
            raise SystemExit("\n".join([*tail, f"{error}"])) from error
        finally:
            os.killpg(zope.pid, 15)
            zope.wait(30)


def try_it(zope: str) -> str:
    """Do what somebody does who tries the add-on; return the version of Plone."""
    wait_for(zope)
    answers = {"site_id": "Plone", "title": "Stock", "setup_content": False}
    ask("POST", f"{zope}/@sites/classic", answers)
    site = f"{zope}/Plone"
    version = ask("GET", f"{site}/++api++/@system")["plone_version"]

    addon = f"{site}/++api++/@addons/{NAME}"
    expect("installed at once", ask("GET", addon)["is_installed"], False)
    ask("POST", f"{addon}/install")
    expect("installed", ask("GET", addon)["is_installed"], True)

    page = ask("POST", f"{site}/++api++", {"@type": "Document", "title": "Page"})
    ask("PATCH", page["@id"], {"description": "Edited."})
    items = ask("GET", f"{site}/++api++/@activity")["items"]
    told = [
        (item["actor"]["id"], entry["actions"], entry["title"])
        for item in items
        for entry in item["entries"]
    ]
    expect(
        "told", told, [("admin", ["edited"], "Page"), ("admin", ["created"], "Page")]
    )
    expect("shown", 'id="section-activity"' in ask("GET", site), True)

    ask("POST", f"{addon}/uninstall")
    expect("still installed", ask("GET", addon)["is_installed"], False)
    expect("shown after", 'id="section-activity"' in ask("GET", site), False)
    return version


def expect(what: str, found, expected) -> None:
    if found != expected:
        raise AssertionError(f"{what}: {found!r}, and not {expected!r}")


def wait_for(zope: str) -> None:
    end = monotonic() + PATIENCE
    while True:
        try:
            return ask("GET", zope)
        except urllib.error.URLError:
            if monotonic() > end:
                raise
            time.sleep(1)


def ask(method: str, address: str, data=None):
    """Return the answer: JSON where there is some, text otherwise."""
    wanted = (
        "text/html" if "@" not in address and method == "GET" else "application/json"
    )
    login = base64.b64encode(b"admin:admin").decode()
    headers = {"Accept": wanted, "Authorization": f"Basic {login}"}
    body = None
    if data is not None:
        body = json.dumps(data).encode()
        headers["Content-Type"] = "application/json"
    request = urllib.request.Request(address, body, headers, method=method)
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        text = answer.read().decode()
        is_json = answer.headers.get_content_type() == "application/json"
        return json.loads(text) if is_json and text else text


if __name__ == "__main__":
    main(
        sys.argv[1],
        sys.argv[2],
        Path(sys.argv[3]).resolve(),
        Path(sys.argv[4]).resolve(),
    )
