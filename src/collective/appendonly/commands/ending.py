"""The ends of commands: their exit codes, and their messages about errors and signals."""

from collections.abc import Iterator
from collective.appendonly.operations import Busy
from collective.appendonly.operations import describe
from collective.appendonly.operations import OperationError
from contextlib import contextmanager
from enum import IntEnum
from transaction.interfaces import TransientError
from typing import BinaryIO
from ZODB.POSException import ReadOnlyError

import click
import os
import signal
import sys


class ExitCode(IntEnum):
    """The exit codes of all commands. They are public: see docs/commands.rst."""

    #: Everything was done, and no problem was found.
    DONE = 0
    #: Something could not be done, or a problem was found.
    FAILED = 1
    #: The command line is wrong, or names something that does not exist. Click uses it, too.
    WRONG_USE = 2
    #: Other processes were in the way. It is EX_TEMPFAIL in sysexits.h.
    TRY_LATER = 75
    #: Ctrl-C, and SIGTERM, as shells report them.
    INTERRUPTED = 128 + signal.SIGINT
    TERMINATED = 128 + signal.SIGTERM


class Failure(click.ClickException):
    """A message to end a command with, and the exit code."""

    def __init__(self, message: str, exit_code: ExitCode = ExitCode.FAILED):
        super().__init__(message)
        self.exit_code = exit_code


class Terminated(KeyboardInterrupt):
    """The process got SIGTERM, which ends a command like Ctrl-C."""


@contextmanager
def termination_raised() -> Iterator[None]:
    """Raise :class:`Terminated` if the process gets SIGTERM during the ``with`` block."""

    def terminate(number, frame):
        raise Terminated

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before or signal.SIG_DFL)


def failure_of(error: BaseException, advice: str) -> Failure:
    """Return the failure for an expected *error*, or an interruption.

    *advice* states what was done, and what to do.
    """
    if isinstance(error, KeyboardInterrupt):
        is_terminated = isinstance(error, Terminated)
        code = ExitCode.TERMINATED if is_terminated else ExitCode.INTERRUPTED
        return _failure("Interrupted.", advice, code)
    if isinstance(error, OSError):
        _drop_output()
    if isinstance(error, BrokenPipeError):
        return _failure("The output was closed before everything was written.", advice)
    is_temporary = isinstance(error, Busy | TransientError)
    code = ExitCode.TRY_LATER if is_temporary else ExitCode.FAILED
    if isinstance(error, OperationError):
        # It says what to do.
        return Failure(str(error), code)
    if isinstance(error, ReadOnlyError):
        advice = "Use a zope.conf that opens it for writing."
    return _failure(describe(error), advice, code)


def _failure(sentence: str, advice: str, code: ExitCode = ExitCode.FAILED) -> Failure:
    return Failure(f"{sentence.removesuffix('.')}. {advice}".strip(), code)


def standard_output() -> BinaryIO:
    """Return standard output, or raise :class:`Failure` if it was closed by the caller."""
    if sys.stdout is None:
        raise Failure("Standard output is closed. Nothing was written.")
    return sys.stdout.buffer


def _drop_output() -> None:
    """Drop what cannot be written to standard output, or Python would report it at its exit."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
