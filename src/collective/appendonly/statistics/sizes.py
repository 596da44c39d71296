"""The size of records, as the storage has them."""

from collections import defaultdict
from persistent import Persistent
from typing import NamedTuple


class Size(NamedTuple):
    """Some records and the bytes of their data. Storages may add to it, or compress it."""

    records: int = 0
    bytes: int = 0


class Sizes:
    """Sums up the sizes of records by their kind."""

    def __init__(self):
        self._sizes: dict[str, Size] = defaultdict(Size)

    def add(self, kind: str, obj: Persistent) -> None:
        """Count the record of *obj*; nothing for an object that has none of its own."""
        if obj._p_jar is None or obj._p_oid is None:
            return
        data, _ = obj._p_jar._storage.load(obj._p_oid)
        before = self._sizes[kind]
        self._sizes[kind] = Size(before.records + 1, before.bytes + len(data))

    def of(self, kind: str) -> Size:
        return self._sizes.get(kind, Size())
