"""A server of our own: a process with a folder of its own, which can be killed."""

from contextlib import ExitStack
from engines.files import short_folder
from pathlib import Path

import os
import signal
import subprocess
import time


class Server:
    """A server, started by ``with``.

    A subclass sets ``configuration`` in ``_create``, and says how to ``_serve`` and when it
    ``_answers``.
    """

    name: str
    configuration: str
    folder: Path
    #: A folder to import from first, for a server with other sources than these; counts for the next start.
    sources: Path | None = None

    _user: str | None = None  # whose process it is, if not ours
    _stop_signal = signal.SIGTERM
    # Whether to begin again with a process that ended before it answered.
    _tries_again = False
    _process: subprocess.Popen | None = None

    def __enter__(self) -> "Server":
        with ExitStack() as stack:
            self.folder = stack.enter_context(short_folder(self._user))
            self._create()
            stack.callback(self.stop)
            self.start()
            self._exit = stack.pop_all()
        return self

    def __exit__(self, *exc_info) -> None:
        self._exit.close()

    def start(self) -> None:
        """Start the server. Returns when it answers."""
        self._process = self._serve()
        deadline = time.monotonic() + 120
        while not self._answers():
            ended = self._process.poll() is not None
            if time.monotonic() > deadline or (ended and not self._tries_again):
                raise RuntimeError(f"{self.name} does not start: {self.log()[-2000:]}")
            if ended:
                self._process = self._serve()
            time.sleep(0.02)

    @property
    def pid(self) -> int:
        return self._process.pid

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(self._stop_signal)
            self._process.wait()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def _create(self) -> None:
        raise NotImplementedError

    def _serve(self) -> subprocess.Popen:
        raise NotImplementedError

    def _answers(self) -> bool:
        raise NotImplementedError

    def _run(self, *command: str) -> subprocess.Popen:
        """Begin a process of the server's user, whose output goes to the log."""
        identity = {"user": self._user, "group": self._user, "extra_groups": []}
        environment = dict(os.environ)
        if self.sources is not None:
            path = [str(self.sources), environment.get("PYTHONPATH", "")]
            environment["PYTHONPATH"] = os.pathsep.join(filter(None, path))
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **(identity if self._user else {}),
            )
