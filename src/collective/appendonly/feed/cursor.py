"""Cursors and ids: names of positions in the log that do not disclose the position.

Positions count all change sets, also those that a user cannot view. So they are encrypted for
readers. The key is the epoch of the log, which is never shown.
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
    """A cursor was not made by this product, or not for this log."""


def to_cursor(log: IActivityLog, position: Position) -> str:
    """Return a cursor for *position* in *log*, a different one each time.

    So two cursors do not show whether their positions are the same, or whether entries that
    the user cannot view lie between them.
    """
    salt = secrets.token_bytes(_SALT)
    hidden = _xor(_POSITION.pack(*position), _digest(log, b"mask", salt))
    seal = _digest(log, b"seal", salt + hidden)[:_SEAL]
    return urlsafe_b64encode(salt + hidden + seal).decode("ascii").rstrip("=")


def to_position(log: IActivityLog, cursor: str) -> Position:
    """Return the position in *log* that *cursor* was made for.

    Raises :class:`InvalidCursor` for anything that :func:`to_cursor` has not made, and for
    the cursors of an earlier log of the site.
    """
    if _FORM.fullmatch(cursor):
        data = urlsafe_b64decode(f"{cursor}=")
        salt, hidden, seal = data[:_SALT], data[_SALT:-_SEAL], data[-_SEAL:]
        if hmac.compare_digest(seal, _digest(log, b"seal", salt + hidden)[:_SEAL]):
            packed = _xor(hidden, _digest(log, b"mask", salt))
            return Position(*_POSITION.unpack(packed))
    raise InvalidCursor(
        "This cursor is invalid, or belongs to an earlier activity log of the site."
        " Start again from the first page."
    )


def to_id(log: IActivityLog, position: Position) -> str:
    """Return the id of the change set at *position*, a ``urn:uuid:`` that never changes."""
    digest = _digest(log, b"name", _POSITION.pack(*position[:2], 0))
    return UUID(bytes=digest[:16], version=4).urn


def _digest(log, purpose, data):
    return hmac.digest(log.epoch.encode("ascii"), purpose + data, sha256)


def _xor(data, mask):
    return bytes(a ^ b for a, b in zip(data, mask, strict=False))
