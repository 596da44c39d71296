"""Ctrl-C ends a command with a sentence, not with a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import click


@contextmanager
def interruptible(remedy: str) -> Iterator[None]:
    """Let Ctrl-C end the command with *remedy*, which tells what there is and how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        raise click.ClickException(f"Interrupted. {remedy}") from None
