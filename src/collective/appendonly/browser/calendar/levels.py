"""Levels: how much is much, here."""

from bisect import bisect_right
from collections.abc import Iterable


#: The number of levels above nothing.
LEVELS = 4


class Levels:
    """Sorts *numbers* into up to four levels, each of which has about as many of them.

    So one day of excess doesn't make all others look alike. The highest level is always used;
    nothing is no level.
    """

    def __init__(self, numbers: Iterable[int]):
        values = sorted(number for number in numbers if number > 0)
        quarters = range(LEVELS) if values else ()
        self._starts = sorted({values[len(values) * q // LEVELS] for q in quarters})
        self._highest = values[-1] if values else 0

    def level(self, number: int) -> int:
        """Return the level of one of the numbers: 4 is the highest, 0 is nothing."""
        if not number:
            return 0
        return LEVELS - len(self._starts) + bisect_right(self._starts, number)

    @property
    def ranges(self) -> list[tuple[int, int]]:
        """The lowest and the highest number of each level, lowest level first."""
        ends = [start - 1 for start in self._starts[1:]] + [self._highest]
        return list(zip(self._starts, ends, strict=False))
