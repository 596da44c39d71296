"""The order in which a folder has its content."""

from collective.appendonly.recording.differences.previous import committed_state
from plone.folder.default import DefaultOrdering
from zope.annotation.interfaces import IAnnotations


def is_reordered(folder) -> bool:
    """Tell whether what was in *folder* before, and still is, stands in another order now.

    What came or went doesn't count. Of a folder with an ordering other than Plone's default it
    is false.
    """
    order = IAnnotations(folder).get(DefaultOrdering.ORDER_KEY)
    before = None if order is None else committed_state(order)
    if before is None:
        return False
    old, new = before["data"], list(order)
    kept = set(old).intersection(new)
    return [name for name in old if name in kept] != [n for n in new if n in kept]
