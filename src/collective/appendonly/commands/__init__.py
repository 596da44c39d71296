"""The command line, ``activitylog``."""

from importlib import import_module
from io import TextIOWrapper
from typing import Any

import os
import signal
import sys


def activitylog(*arguments: Any, **options: Any) -> None:
    """Run the command ``activitylog``; see ``main.py``.

    With the command comes most of Plone. Ctrl-C also ends with a message while it is imported.
    What the encoding of the output does not have is escaped, as in standard error.
    """
    # Both may be closed.
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        main = import_module(f"{__name__}.main").main
    except KeyboardInterrupt:
        sys.stderr.write("Error: Interrupted. Nothing was changed.\n")
        # As ExitCode.INTERRUPTED, which comes with Plone.
        sys.exit(128 + signal.SIGINT)
    main(*arguments, **options)
