"""The removal of all placed portlets when the add-on is uninstalled.

The code of the add-on can be removed later, and the portlets could not be loaded without it.
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

# After this many objects, reduce the ZODB cache and log the progress.
_BATCH = 1000


def remove_placed_portlets(site) -> int:
    """Remove the activity portlets from *site* and return their number.

    Covers content and its stored versions, groups, content types and dashboards. Loads all of
    these objects.
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
    """Yield the mappings with assignments of one manager in one place."""
    for _, manager in getUtilitiesFor(IPortletManager):
        for category in manager.values():
            yield from category.values()
    for number, obj in enumerate(_objects(site), start=1):
        yield from IAnnotations(obj).get(CONTEXT_ASSIGNMENT_KEY, {}).values()
        if number % _BATCH == 0:
            logger.info("Searched %s objects for portlets.", number)
            site._p_jar.cacheGC()


def _objects(site) -> Iterator:
    yield from _with_content(site)
    yield from filter(ILocalPortletAssignable.providedBy, _versions(site))


def _with_content(obj) -> Iterator:
    # The tools of the site are not content.
    if not ILocalPortletAssignable.providedBy(obj):
        return
    yield obj
    if hasattr(aq_base(obj), "objectIds"):
        for name in obj.objectIds():
            yield from _with_content(obj._getOb(name))


def _versions(site) -> Iterator:
    """Yield the objects in the stored versions."""
    # No API returns the stored objects themselves, only copies.
    repository = site.portal_historiesstorage.zvc_repo
    # The repository is created with the first version.
    for history in () if repository is None else repository.objectValues():
        for version_id in history.getVersionIds():
            saved = history.getVersionById(version_id)._data.getWrappedObject()
            # A purged version has no object.
            yield getattr(saved, "object", None)
