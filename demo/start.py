"""Serve the demo: ``python -m demo.start FOLDER PORT``, or with Volto ``FOLDER PORT VOLTO_PORT``.

Creates the site at the first start, in a temporary folder that is renamed when the site is
complete. An interrupted start therefore leaves no incomplete site behind.
"""

from contextlib import contextmanager
from contextlib import nullcontext
from contextlib import suppress
from demo import instance
from demo.frontend import volto
from demo.people import PASSWORD
from demo.people import PEOPLE
from pathlib import Path

import fcntl
import shutil
import signal
import socket
import subprocess
import sys


HOST = "localhost"
#: What there is to see, by path.
SIGHTS = {
    "": "the recent activity: three uploads are one line",
    "/@@activity": "all of it, with old and new values",
    "/opening-hours-of-the-gate/@@activity": "the story of a page, over two years",
}


def main(folder: Path, port: int, volto_port: int | None = None) -> None:
    with alone(folder):
        check_port(port)
        if volto_port is not None:
            check_port(volto_port, "VOLTO_PORT")
        if not instance.has_data(folder):
            create(folder, "classic" if volto_port is None else "volto")
        serve(folder, port, volto_port)


@contextmanager
def alone(folder: Path):
    """Lock the instance, or exit if another process has locked it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(folder.with_name(f"{folder.name}.lock"), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit(f"Another make start is using {folder}. Stop it first.")
        yield


def check_port(port: int, name: str = "PORT") -> None:
    with socket.socket() as probe:
        # Like the server: a port that was just released is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            sys.exit(
                f"Port {port} is in use. Stop the process that uses it, or choose another port: "
                f"make start {name}={port + 1}"
            )


def create(folder: Path, distribution: str) -> None:
    print("Creating the demo site (less than a minute) ...", flush=True)
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    log = folder.with_name(f"{folder.name}.log")
    shutil.rmtree(unfinished, ignore_errors=True)
    command = [sys.executable, "-m", "demo.create", str(unfinished), distribution]
    with open(log, "w") as output:
        created = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT)
    if created.returncode:
        tail = log.read_text().splitlines()[-30:]
        sys.exit("\n".join([*tail, f"The site could not be created. See {log}."]))
    if folder.exists():
        sys.exit(f"{folder} exists, but has no site in it. Move it away first.")
    unfinished.rename(folder)


def serve(folder: Path, port: int, volto_port: int | None) -> None:
    print(f"Starting Plone with the data in {folder} ...", flush=True)
    instance.log_to(folder / "zope.log")

    from waitress import create_server
    from Zope2.Startup.run import make_wsgi_app
    from ZPublisher.httpexceptions import HTTPExceptionHandler

    application = make_wsgi_app({}, instance.write_configuration(folder))
    server = create_server(
        HTTPExceptionHandler(application), host=HOST, port=port, threads=4
    )
    frontend = nullcontext()
    url = backend = f"http://{HOST}:{port}/Plone"
    if volto_port is not None:
        url = f"http://{HOST}:{volto_port}"
        frontend = volto(volto_port, backend, folder / "volto.log")
    try:
        with frontend:
            print(welcome(url), flush=True)
            server.run()
    finally:
        server.close()


def welcome(url: str) -> str:
    lines = [
        "",
        f"  {url}",
        "",
        f"  {'log in as':<12}{'password':<12}{url}/login",
        f"  {'admin':<12}{'admin':<12}Manager",
    ]
    lines += [
        f"  {person.login:<12}{PASSWORD:<12}{person.name}, {person.task}"
        for person in PEOPLE
    ]
    lines += ["", *(f"  {url}{path}  {what}" for path, what in SIGHTS.items())]
    return "\n".join([*lines, "", "  Press Ctrl-C to stop. The data is kept.", ""])


if __name__ == "__main__":
    # Background processes of a script ignore Ctrl-C by default.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # SIGTERM also ends the process that creates the site.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with suppress(KeyboardInterrupt):
        main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
    print("\nStopped.")
