"""Taking away the portlets that people have placed, wherever they did.

The add-on's code may go after it was uninstalled, and nobody could load them any more.
"""

from Acquisition import aq_base
from collections.abc import Iterator
from collections.abc import Mapping
from collective.appendonly.portlets.activity import Assignment
from plone.portlets.constants import CONTEXT_ASSIGNMENT_KEY
from plone.portlets.interfaces import ILocalPortletAssignable
from plone.portlets.interfaces import IPortletManager
from zope.annotation.interfaces import IAnnotations
from zope.component import getUtilitiesFor

import logging


logger = logging.getLogger(__name__)

# After so many objects some memory is given back, and the server's log says how far it is.
_MANY = 1000


def remove_placed_portlets(site) -> int:
    """Remove the portlets from all of *site*, and return how many there were.

    From its content and the versions that are kept of it, and from groups, types of content
    and dashboards. Loads all of these, one after the other.
    """
    removed = 0
    for mapping in _mappings(site):
        placed = [
            name
            for name, assignment in mapping.items()
            if isinstance(aq_base(assignment), Assignment)
        ]
        for name in placed:
            del mapping[name]
        removed += len(placed)
    return removed


def _mappings(site) -> Iterator[Mapping]:
    """Yield what has the assignments of one manager in one place."""
    for _, manager in getUtilitiesFor(IPortletManager):
        for category in manager.values():
            yield from category.values()
    for number, obj in enumerate(_objects(site), start=1):
        yield from IAnnotations(obj).get(CONTEXT_ASSIGNMENT_KEY, {}).values()
        if number % _MANY == 0:
            logger.info("Looked for portlets at %s objects.", number)
            site._p_jar.cacheGC()


def _objects(site) -> Iterator:
    yield from _with_content(site)
    yield from filter(ILocalPortletAssignable.providedBy, _versions(site))


def _with_content(obj) -> Iterator:
    # The tools of the site are none of it.
    if not ILocalPortletAssignable.providedBy(obj):
        return
    yield obj
    if hasattr(aq_base(obj), "objectIds"):
        for name in obj.objectIds():
            yield from _with_content(obj._getOb(name))


def _versions(site) -> Iterator:
    """Yield the objects as they were when a version of them was saved."""
    # No API gives the versions themselves: what is retrieved is a copy.
    repository = site.portal_historiesstorage.zvc_repo
    # Without one nobody has saved anything yet.
    for history in () if repository is None else repository.objectValues():
        for version_id in history.getVersionIds():
            saved = history.getVersionById(version_id)._data.getWrappedObject()
            # Of a purged version nothing is left.
            yield getattr(saved, "object", None)
