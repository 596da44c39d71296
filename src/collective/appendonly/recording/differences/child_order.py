"""The order of the content of a folder."""

from collective.appendonly.recording.differences.previous import committed_state
from plone.folder.default import DefaultOrdering
from Products.CMFCore.interfaces import ISiteRoot
from zope.annotation.interfaces import IAnnotations


def is_reordered(folder) -> bool:
    """Return whether the content that *folder* has kept is in another order now.

    Content that came or went does not count, nor do tools in a site. False for a folder with an ordering other than
    Plone's default.
    """
    order = IAnnotations(folder).get(DefaultOrdering.ORDER_KEY)
    before = None if order is None else committed_state(order)
    if before is None:
        return False
    old, new = before["data"], list(order)
    kept = set(old).intersection(new)
    if ISiteRoot.providedBy(folder):
        kept.intersection_update(folder.contentIds())
    return [name for name in old if name in kept] != [n for n in new if n in kept]
