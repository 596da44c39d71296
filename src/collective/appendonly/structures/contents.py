"""Contents: what a layer, or a span of layers, is about.

A pair ``(keys, times)``. The keys are all distinct keys in ascending order, packed into
four bytes each, little-endian. The times are the least and the greatest, or ``()`` if
there are none. Each of the two is None if it is not known. Nothing here knows layers.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from itertools import chain

import sys


Contents = tuple[bytes | None, tuple | None]

UNKNOWN: Contents = (None, None)

# More keys are not stored, so that no record is larger than 128 KB.
MOST_KEYS = 2**15

# To look for one key takes as long as to compare so many in a row.
_KEYS_PER_LOOK_UP = 24


def describe(
    keys: Iterable[int] | None, times: Iterable[float] | None
) -> Contents | None:
    """Return the contents of a layer, or None if its keys are not known."""
    packed = None if keys is None else pack(_sorted(keys))
    if packed is None:
        return None
    return packed, None if times is None else ends(times)


def unpack(packed: bytes) -> array:
    keys = array("I", packed)
    if sys.byteorder == "big":
        keys.byteswap()
    return keys


class Wanted:
    """The keys and times that a search asks for."""

    def __init__(
        self,
        having: Iterable[Iterable[int]] | None,
        since: float | None,
        until: float | None,
    ) -> None:
        self.groups = [frozenset(_sorted(group)) for group in having or ()]
        _refuse_no_numbers(time for time in (since, until) if time is not None)
        self._since, self._until = since, until
        self._any_time = since is None and until is None

    def may_be_in(self, contents: Contents | None) -> bool:
        keys, times = contents or (None, None)
        if not self.is_at(times):
            return False
        if keys is None or not self.groups:
            return True
        numbers = unpack(keys)
        return all(_meet(group, numbers) for group in self.groups)

    def is_at(self, times: tuple | None) -> bool:
        """Return whether something between these times may be wanted."""
        if times is None or self._any_time:
            return True
        if not times:
            return False
        least, greatest = times
        return (self._since is None or self._since <= greatest) and (
            self._until is None or least <= self._until
        )


def covers(contents: Contents, others: Contents) -> bool:
    """Return whether all that others hold is in contents, or may be."""
    (keys, times), (other_keys, other_times) = contents, others
    if keys is not None and (
        other_keys is None or not set(unpack(other_keys)) <= set(unpack(keys))
    ):
        return False
    if times is None or other_times == ():
        return True
    return other_times is not None and ends(chain(times, other_times)) == times


def is_valid(contents: object) -> bool:
    """Return whether these are contents as they are stored."""
    if not isinstance(contents, tuple) or len(contents) != 2:
        return False
    keys, times = contents
    if keys is not None:
        if not isinstance(keys, bytes) or len(keys) % 4:
            return False
        numbers = unpack(keys)
        if any(map(int.__ge__, numbers, numbers[1:])) or len(numbers) > MOST_KEYS:
            return False
    if times is None:
        return True
    if not isinstance(times, tuple) or len(times) not in (0, 2):
        return False
    numbers = all(type(time) in (int, float) for time in times)
    return numbers and (not times or times[0] <= times[1])


def _meet(group: frozenset, keys: array) -> bool:
    if len(group) * _KEYS_PER_LOOK_UP > len(keys):
        return not group.isdisjoint(keys)
    for key in group:
        at = bisect_left(keys, key)
        if at < len(keys) and keys[at] == key:
            return True
    return False


def _sorted(keys: Iterable[int]) -> array:
    keys = list(keys)
    try:
        return array("I", sorted(set(keys)))
    except TypeError as error:
        raise TypeError("Archive: keys must be given as ints.") from error
    except OverflowError as error:
        raise ValueError("Archive: a key must be from 0 to 2**32 - 1.") from error


def pack(keys: array) -> bytes | None:
    if len(keys) > MOST_KEYS:
        return None
    if sys.byteorder == "big":
        keys.byteswap()
    return keys.tobytes()


def ends(times: Iterable[float]) -> tuple:
    """Return the least and the greatest time, as a plain int or float each."""
    times = list(times)
    _refuse_no_numbers(times)
    ends = (min(times), max(times)) if times else ()
    return tuple(int(end) if isinstance(end, int) else float(end) for end in ends)


def _refuse_no_numbers(times: Iterable[float]) -> None:
    for time in times:
        if not isinstance(time, int | float) or time != time:  # NaN
            raise TypeError(f"Archive: a time must be a number, not {time!r}.")
