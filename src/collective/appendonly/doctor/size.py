"""What the log writes for one edit, and what another window would write."""

from collective.appendonly.interfaces import IActivityLog
from typing import NamedTuple


class Size(NamedTuple):
    """Bytes of one change set, and of what is written beside them."""

    item: float
    archive: float

    def per_push(self, layers: int, length: int) -> float:
        """Return what one push writes on average to a stack of *layers* × *length*.

        The stack is on average half a layer short of full. Once in a layer, a push writes that
        layer and the archive's record as well.
        """
        return self.item * ((layers - 0.5) * length + 1) + self.archive / length


def measure_size(log: IActivityLog) -> Size | None:
    """Return the sizes in the log as it is now, None while it is empty.

    Loads two records, three if the stack is empty. Their sizes are known to 64 bytes.
    """
    stack, archive = log.stack, log.archive
    holder, count = stack, len(stack)
    if not count:
        holder = archive.layer(archive.generation)
        if holder is None:
            return None
        count = len(holder.items)
    return Size(_bytes(holder) / count, _bytes(archive))


def _bytes(obj) -> int:
    obj._p_activate()
    return obj._p_estimated_size
