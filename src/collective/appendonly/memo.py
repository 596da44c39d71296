"""A memory for the results of pure functions, shared by all requests of a process."""

from collections.abc import Callable
from collections.abc import Hashable
from typing import Generic
from typing import TypeVar


Result = TypeVar("Result")


class Memo(Generic[Result]):
    """Remembers up to *size* results. When it is full, it begins anew.

    Any number of threads may ask at the same time. Whoever uses it has to see to it that a
    result depends on nothing but its key. So it is nothing for what one person may see and
    another may not, and the docs of each user say what the key is.
    """

    def __init__(self, size: int):
        self._size = size
        self._results: dict[Hashable, Result] = {}

    def get(self, key: Hashable, work_out: Callable[[], Result]) -> Result:
        """Return the result for *key*, worked out now if it isn't known yet."""
        # Each step is one operation of a dict, and to work something out twice is no harm.
        try:
            return self._results[key]
        except KeyError:
            result = work_out()
        if len(self._results) >= self._size:
            self._results.clear()
        self._results[key] = result
        return result

    def __len__(self) -> int:
        return len(self._results)
