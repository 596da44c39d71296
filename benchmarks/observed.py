"""What the observer in each Zope has told of conflicts and merges: see ``benchmarks.observer``."""

from engines.zope import Zope

import json


class Observed:
    """The facts of these Zopes. A Zope that was killed and started again goes on telling."""

    def __init__(self, zopes: list[Zope]) -> None:
        self._files = {zope.folder / "observed": 0 for zope in zopes}

    def take(self) -> list[dict]:
        """Return the facts since the last call."""
        facts = []
        for file, read in self._files.items():
            lines = file.read_text().splitlines() if file.exists() else []
            facts += map(json.loads, lines[read:])
            self._files[file] = len(lines)
        return facts
