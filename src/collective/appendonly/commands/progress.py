"""The progress bar of a command, and its end if it fails or is interrupted."""

from collections.abc import Iterator
from collective.appendonly.commands.ending import failure_of
from collective.appendonly.operations import EXPECTED
from contextlib import contextmanager
from contextlib import ExitStack

import click
import sys


class Bar(ExitStack):
    """A progress bar with a *label*, shown as soon as the total is known.

    Use it as a context manager, and call it with the amount of work done and the total.
    """

    def __init__(self, label: str):
        super().__init__()
        self._label = label
        self._bar = None

    def __call__(self, done: int, total: int) -> None:
        if self._bar is None:
            bar = click.progressbar(length=total, label=self._label, file=sys.stderr)
            self._bar = self.enter_context(bar)
        self._bar.update(done - self._bar.pos)


@contextmanager
def errors_reported(advice: str = "") -> Iterator[None]:
    """End the command with a message after an expected error, Ctrl-C or SIGTERM.

    *advice* then states what was done, and what to do.
    """
    try:
        yield
    except (KeyboardInterrupt, *EXPECTED) as error:
        raise failure_of(error, advice) from error
