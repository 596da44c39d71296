"""How a command that takes long shows how far it is."""

from contextlib import ExitStack

import click
import sys


class Bar:
    """A progress bar called *label*, from the moment on when it is known how much there is to do.

    Call it with what is done and what there is in all. It ends with *stack*.
    """

    def __init__(self, stack: ExitStack, label: str):
        self._stack = stack
        self._label = label
        self._bar = None

    def __call__(self, done: int, total: int) -> None:
        if self._bar is None:
            bar = click.progressbar(length=total, label=self._label, file=sys.stderr)
            self._bar = self._stack.enter_context(bar)
        self._bar.update(done - self._bar.pos)
