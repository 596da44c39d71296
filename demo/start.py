"""Serve the demo: ``python -m demo.start FOLDER PORT``.

Creates the site at the first start, in a temporary folder that is renamed when the site is
complete. An interrupted start therefore leaves no incomplete site behind.
"""

from contextlib import contextmanager
from contextlib import suppress
from demo import instance
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


def main(folder: Path, port: int) -> None:
    with alone(folder):
        check_port(port)
        if not instance.has_data(folder):
            create(folder)
        serve(folder, port)


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


def check_port(port: int) -> None:
    with socket.socket() as probe:
        # Like the server: a port that was just released is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            sys.exit(
                f"Port {port} is in use. Stop the process that uses it, or choose another port: "
                f"make start PORT={port + 1}"
            )


def create(folder: Path) -> None:
    print("Creating the demo site (less than a minute) ...", flush=True)
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    log = folder.with_name(f"{folder.name}.log")
    shutil.rmtree(unfinished, ignore_errors=True)
    command = [sys.executable, "-m", "demo.create", str(unfinished)]
    with open(log, "w") as output:
        created = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT)
    if created.returncode:
        tail = log.read_text().splitlines()[-30:]
        sys.exit("\n".join([*tail, f"The site could not be created. See {log}."]))
    if folder.exists():
        sys.exit(f"{folder} exists, but has no site in it. Move it away first.")
    unfinished.rename(folder)


def serve(folder: Path, port: int) -> None:
    print(f"Starting Plone with the data in {folder} ...", flush=True)
    instance.log_to(folder / "zope.log")

    from waitress import create_server
    from Zope2.Startup.run import make_wsgi_app
    from ZPublisher.httpexceptions import HTTPExceptionHandler

    application = make_wsgi_app({}, instance.write_configuration(folder))
    server = create_server(
        HTTPExceptionHandler(application), host=HOST, port=port, threads=4
    )
    print(welcome(port), flush=True)
    try:
        server.run()
    finally:
        server.close()


def welcome(port: int) -> str:
    url = f"http://{HOST}:{port}/Plone"
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
        main(Path(sys.argv[1]), int(sys.argv[2]))
    print("\nStopped.")
