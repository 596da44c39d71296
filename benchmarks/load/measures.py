"""What is measured beside the answers: processor time and the percentiles of latencies."""

from engines.server import Server
from pathlib import Path

import os


_TICKS = os.sysconf("SC_CLK_TCK")
PERCENTILES = 50, 90, 99


class ProcessorTime:
    """The seconds of processor time of some servers, also if one is killed on the way.

    What a server takes to start is left out.
    """

    def __init__(self, servers: list[Server]) -> None:
        self._spent = 0.0
        self._since = {server: _seconds(server) for server in servers}

    def end(self, server: Server) -> None:
        """Count what *server* has taken. It is about to be killed."""
        self._spent += _seconds(server) - self._since.pop(server)

    def begin(self, server: Server) -> None:
        """Count from now on what *server* takes. It has just been started."""
        self._since[server] = _seconds(server)

    def spent(self) -> float:
        running = self._since.items()
        return self._spent + sum(_seconds(server) - was for server, was in running)


def _seconds(server: Server) -> float:
    # The name, in brackets, may have spaces. User and system time are the 14th and 15th.
    _, _, numbers = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")
    return sum(map(int, numbers.split()[11:13])) / _TICKS


def latencies(seconds: list[float]) -> dict[str, float]:
    """Return percentiles and the maximum, in milliseconds: values that did occur."""
    ordered = sorted(seconds)
    found = {
        str(percent): ordered[(len(ordered) - 1) * percent // 100]
        for percent in PERCENTILES
    }
    found["max"] = ordered[-1]
    return {name: round(value * 1000) for name, value in found.items()}
