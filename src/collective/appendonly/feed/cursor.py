"""Cursors: opaque strings that name a position in one log."""

from base64 import urlsafe_b64decode
from base64 import urlsafe_b64encode
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import Position

import re


_FORM = re.compile(r"([0-9a-f]+):([0-9]{1,18}):([0-9]{1,18}):([0-9]{1,18})", re.ASCII)


class InvalidCursor(ValueError):
    """A cursor is not one of ours, or not one of this log."""


def to_cursor(log: IActivityLog, position: Position) -> str:
    """Return the cursor that names *position* in *log*."""
    text = ":".join(map(str, (log.epoch, *position)))
    return urlsafe_b64encode(text.encode("ascii")).decode("ascii").rstrip("=")


def to_position(log: IActivityLog, cursor: str) -> Position:
    """Return the position that *cursor* names in *log*.

    Raises :class:`InvalidCursor` for anything that :func:`to_cursor` has not made, and for
    the cursors of a log that was there before this one.
    """
    try:
        padding = "=" * (-len(cursor) % 4)
        text = urlsafe_b64decode(cursor.encode("ascii") + padding.encode("ascii"))
        epoch, *numbers = _FORM.fullmatch(text.decode("ascii")).groups()
    except (ValueError, AttributeError):
        raise InvalidCursor(
            "This is not a place in the activity log. Start again from its first page."
        ) from None
    if epoch != log.epoch:
        raise InvalidCursor(
            "This place belongs to an earlier activity log of the site, which is gone."
            " Start again from the first page."
        )
    return Position(*map(int, numbers))
