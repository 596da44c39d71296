"""Cursors and ids: names for positions in the log that don't tell which position it is.

Positions count what happened, also what a person may not see. So those who read get them
encrypted: the log's epoch, which nobody is shown, is the key.
"""

from base64 import urlsafe_b64decode
from base64 import urlsafe_b64encode
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import Position
from hashlib import sha256
from uuid import UUID

import hmac
import re
import secrets
import struct


# Generation, index, block.
_POSITION = struct.Struct(">qII")
_SALT = 8
_SEAL = 8
_FORM = re.compile(r"[A-Za-z0-9_-]{43}")


class InvalidCursor(ValueError):
    """A cursor is not one of ours, or not one of this log."""


def to_cursor(log: IActivityLog, position: Position) -> str:
    """Return a cursor that names *position* in *log*, another one each time.

    Two cursors don't even tell whether they name the same place: something that this person
    may not see could lie between.
    """
    salt = secrets.token_bytes(_SALT)
    hidden = _xor(_POSITION.pack(*position), _digest(log, b"mask", salt))
    seal = _digest(log, b"seal", salt + hidden)[:_SEAL]
    return urlsafe_b64encode(salt + hidden + seal).decode("ascii").rstrip("=")


def to_position(log: IActivityLog, cursor: str) -> Position:
    """Return the position that *cursor* names in *log*.

    Raises :class:`InvalidCursor` for anything that :func:`to_cursor` has not made, and for
    the cursors of a log that was there before this one.
    """
    if _FORM.fullmatch(cursor):
        data = urlsafe_b64decode(f"{cursor}=")
        salt, hidden, seal = data[:_SALT], data[_SALT:-_SEAL], data[-_SEAL:]
        if hmac.compare_digest(seal, _digest(log, b"seal", salt + hidden)[:_SEAL]):
            packed = _xor(hidden, _digest(log, b"mask", salt))
            return Position(*_POSITION.unpack(packed))
    raise InvalidCursor(
        "This is not a place in the activity log, or one in an earlier log of the site,"
        " which is gone. Start again from the first page."
    )


def to_id(log: IActivityLog, position: Position) -> str:
    """Return the id of the change set at *position*: the same each time, a ``urn:uuid:``."""
    digest = _digest(log, b"name", _POSITION.pack(*position[:2], 0))
    return UUID(bytes=digest[:16], version=4).urn


def _digest(log, purpose, data):
    return hmac.digest(log.epoch.encode("ascii"), purpose + data, sha256)


def _xor(data, mask):
    return bytes(a ^ b for a, b in zip(data, mask, strict=False))
