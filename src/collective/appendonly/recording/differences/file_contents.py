"""Whether two files are the same: checking in and reverting make copies of them."""

from collections.abc import Iterator
from itertools import zip_longest


_CHUNK = 1 << 16


def is_same_file(one, other) -> bool:
    """Tell whether two values of file or image fields have the same name, type and data."""
    return _description(one) == _description(other) and all(
        chunk == counterpart
        for chunk, counterpart in zip_longest(_chunks(one), _chunks(other))
    )


def _description(value):
    return value.filename, value.contentType, value.getSize()


def _chunks(value) -> Iterator[bytes]:
    if not hasattr(value, "open"):
        # Not in a blob, and so not large.
        yield value.data
        return
    with value.open() as data:
        while chunk := data.read(_CHUNK):
            yield chunk
