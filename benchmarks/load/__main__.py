"""Runs the load test on the engines, and keeps what it comes to. See ``make load``.

``MINUTES`` are those with the add-on, and as many without. Ends with an error if a log is not
what the editors were answered.
"""

from benchmarks.load.engines import ENGINES
from benchmarks.load.outcome import is_sound
from benchmarks.load.outcome import run
from benchmarks.load.settings import settings
from benchmarks.load.summary import told
from benchmarks.report import progress
from benchmarks.report import read
from benchmarks.report import RESULTS
from benchmarks.report import setting
from benchmarks.report import write

import logging
import signal
import sys


# One of them, or all.
ENGINE = setting("ENGINE", "")

METHOD = (
    "Two sites in one database behind two Zopes of four threads each, worked on in turn, a slice in the "
    "one, then a slice in the other, by the same editors and readers with the same choices; the add-on is "
    "in one of them; nobody pauses between two requests; a Zope is killed and started again in "
    "the middle slice of each; Classic UI; Zope tries again as it does by default"
)
_PACKAGES = ["Products.CMFPlone", "Zope", "ZODB", "ZEO", "RelStorage", "waitress"]


def main() -> int | str:
    # A storage tells that it has no index, and the like.
    logging.disable(logging.WARNING)
    if ENGINE and ENGINE not in ENGINES:
        return f"ENGINE={ENGINE}: the choice is {', '.join(ENGINES)}"
    chosen = settings()
    sound = True
    for engine in [ENGINE] if ENGINE else ENGINES:
        progress(f"{engine}: {chosen}")
        result = run(engine, chosen)
        name = f"{engine}{chosen.variant}"
        write("load", METHOD, _PACKAGES, {**_kept(), name: result})
        print(told(name, result))
        sound = sound and is_sound(result)
    return 0 if sound else "The log is not what the editors were answered: see above."


def _kept() -> dict:
    return read("load")["results"] if (RESULTS / "load.json").exists() else {}


if __name__ == "__main__":
    # Ended from outside, it takes its servers with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
