"""Waiting for another maintenance job of the site to finish."""

from collections.abc import Callable
from collective.appendonly.operations.maintenance import AlreadyRunning
from time import monotonic
from time import sleep
from typing import TypeVar

import click


#: How often to look whether the other job has finished, in seconds.
INTERVAL = 2

Result = TypeVar("Result")

wait_option = click.option(
    "--wait",
    "minutes",
    type=click.IntRange(min=0),
    default=10,
    metavar="MINUTES",
    show_default=True,
    help="Wait at most so long if another maintenance job is running.",
)


def when_alone(work: Callable[[], Result], minutes: int, quiet: bool = False) -> Result:
    """Call *work*, which takes the maintenance lock, and return its result.

    If another maintenance job is running, say so unless *quiet*, and wait for its end. Raises
    :class:`AlreadyRunning` if it has not finished after so many *minutes*.
    """
    end, is_waiting = monotonic() + 60 * minutes, False
    while True:
        try:
            return work()
        except AlreadyRunning as error:
            if monotonic() >= end:
                raise
            if not (quiet or is_waiting):
                holder = error.holder
                click.echo(
                    f"Waiting up to {minutes} minutes for another maintenance job (process"
                    f" {holder.process} on {holder.host}).",
                    err=True,
                )
            is_waiting = True
            sleep(INTERVAL)
