"""Links to the page of Plone that compares two versions of an object."""

from AccessControl import getSecurityManager
from collective.appendonly.feed import VisibleEntry
from collective.appendonly.guard import shown
from functools import cache
from plone import api
from plone.uuid.interfaces import IUUID
from zope.component import queryMultiAdapter


_PAGE = "history"
# The permissions that this page requires.
_PERMISSIONS = ("View", "CMFEditions: Access previous versions")


class Versions:
    """Finds comparisons of versions for the user of one request.

    Loads an object only if an entry about it has a version, and its history only once.
    """

    def __init__(self, request):
        self._request = request
        self._comparable = cache(self._comparable_versions)

    def comparison(
        self, entry: VisibleEntry, since: VisibleEntry | None = None
    ) -> str | None:
        """Return the URL of the comparison that shows what *entry* changed.

        With *since*, the oldest of several edits of one object, it shows all of their changes;
        *since* is ignored if it saved no version.

        None if there is nothing to compare: no version was saved, or it was the first; one of
        the two was purged; the content type has no comparison; the object was removed; the
        user cannot view its versions. If the lookup fails, it is logged and the result is None.
        """
        first = entry if since is None or since.version is None else since
        newer, older = entry.version, first.version_before
        if entry.url is None or newer is None or older is None:
            return None
        # Check last: this loads the object.
        if not {newer, older} <= self._comparable(entry.uid, entry.path):
            return None
        # Plone's own links have a token. This page changes nothing, so it needs none, and its
        # URL can be sent and stored.
        return f"{entry.url}/@@{_PAGE}?one={newer}&two={older}"

    def _comparable_versions(self, uid: str, path: str) -> frozenset[int]:
        """Return the numbers of all versions of an object that the user may compare."""
        return shown(
            lambda: self._versions_at(path, uid),
            frozenset(),
            "The versions of %r could not be looked up.",
            path,
        )

    def _versions_at(self, path, uid):
        obj = api.portal.get().unrestrictedTraverse(path, None)
        # If the object was removed, another one may be acquired.
        if IUUID(obj, None) == uid and self._may_compare(obj):
            return available_versions(obj)
        return frozenset()

    def _may_compare(self, obj):
        security = getSecurityManager()
        if not all(security.checkPermission(name, obj) for name in _PERMISSIONS):
            return False
        differences = api.portal.get_tool("portal_diff")
        return (
            api.portal.get_tool("portal_repository").isVersionable(obj)
            and bool(differences.getDiffForPortalType(obj.portal_type))
            and queryMultiAdapter((obj, self._request), name=_PAGE) is not None
        )


def available_versions(obj):
    """Return the numbers of all versions of *obj* that were not purged."""
    history_id = api.portal.get_tool("portal_historyidhandler").queryUid(obj, None)
    storage = api.portal.get_tool("portal_historiesstorage")
    # Without any history, getHistoryMetadata would create the storage.
    if not storage.isRegistered(history_id):
        return frozenset()
    history = storage.getHistoryMetadata(history_id)
    numbers = range(history.getLength(countPurged=False))
    return frozenset(history.getVersionId(n, countPurged=False) for n in numbers)
