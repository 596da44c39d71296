"""How much of the log is looked at: the entries that are read, and those that are looked up."""

from collective.appendonly.feed.visibility import Visibility
from collective.appendonly.log import ActivityLog
from contextlib import ExitStack
from unittest.mock import patch


class Looks:
    """Counts, while used by ``with``: ``read`` the entries read, ``asked`` those looked up.

    ``records`` are the layers and blocks that they are in. Of a change set that was not decoded,
    one entry is counted.

    What it does takes time. Whoever measures that leaves it out.
    """

    def __init__(self) -> None:
        self.read = self.asked = self.records = 0
        self._patches = ExitStack()

    def __enter__(self) -> "Looks":
        with ExitStack() as patches:
            for name in ("older", "newer"):
                counted = self._counted(getattr(ActivityLog, name))
                patches.enter_context(patch.object(ActivityLog, name, counted))
            visible = self._asking(Visibility.visible)
            patches.enter_context(patch.object(Visibility, "visible", visible))
            self._patches = patches.pop_all()
        return self

    def __exit__(self, *exception) -> None:
        self._patches.close()

    def _counted(self, read):
        def counted(log, *position, **wanted):
            generation = None
            for found, change_set in read(log, *position, **wanted):
                self.read += 1 if change_set is None else len(change_set.entries)
                self.records += found.block > 0 or found.generation != generation
                generation = found.generation
                yield found, change_set

        return counted

    def _asking(self, visible):
        def asking(visibility, entries, *below):
            self.asked += len(entries)
            return visible(visibility, entries, *below)

        return asking
