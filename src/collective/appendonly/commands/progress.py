"""The progress bar of a command, and its end if it fails or is interrupted."""

from collections.abc import Iterator
from collective.appendonly.operations import OperationError
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
def errors_reported(interrupted: str) -> Iterator[None]:
    """End the command with the message of an :class:`OperationError`.

    After Ctrl-C, the message *interrupted* states what was done, and what to do.
    """
    try:
        yield
    except OperationError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        raise click.ClickException(f"Interrupted. {interrupted}") from None
