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
    """Return the sizes in the log as it is now, None while the stack is empty.

    Loads the records of stack and archive. They are known to 64 bytes.
    """
    stack, archive = log.stack, log.archive
    if not len(stack):
        return None
    sizes = []
    for record in (stack, archive):
        record._p_activate()
        sizes.append(record._p_estimated_size)
    return Size(sizes[0] / len(stack), float(sizes[1]))
