"""Records that are lost or damaged. What can be read beside them must not be lost with them.

Imports no Plone, like ``bulk.py``.
"""

from collections.abc import Callable
from collections.abc import Iterator
from collective.appendonly.entry import UnknownFormat
from collective.appendonly.structures.layer import DAMAGES
from contextlib import contextmanager


#: A function that is called with the error of each part that cannot be read.
Unreadable = Callable[[UnknownFormat], None]


@contextmanager
def damage_reported() -> Iterator[None]:
    """Raise :class:`UnknownFormat` if something is lost or damaged in the ``with`` block."""
    try:
        yield
    except UnknownFormat:
        raise
    except DAMAGES as error:
        reason = error.__cause__ or error
        message = f"A record is damaged: {type(reason).__name__}: {reason}."
        raise UnknownFormat(message) from error


@contextmanager
def damage_skipped(unreadable: Unreadable) -> Iterator[None]:
    """End the ``with`` block where something cannot be read, and call *unreadable*."""
    try:
        with damage_reported():
            yield
    except UnknownFormat as error:
        unreadable(error)


def raised(error: UnknownFormat) -> None:
    """Raise *error*: nothing is to be skipped."""
    raise error
