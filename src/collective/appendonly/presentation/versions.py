"""Where Plone shows what an edit changed: its own page that compares two versions."""

from AccessControl import getSecurityManager
from collective.appendonly.feed import VisibleEntry
from collective.appendonly.harmless import harmless
from functools import cache
from plone import api
from plone.uuid.interfaces import IUUID
from zope.component import queryMultiAdapter


_PAGE = "history"
# What it takes to see that page: permissions, by their titles.
_PERMISSIONS = ("View", "CMFEditions: Access previous versions")


class Versions:
    """Finds comparisons of versions for the person of one request.

    Wakes an object only if an entry about it has a version, and asks for its history once.
    """

    def __init__(self, request):
        self._request = request
        self._comparable = cache(self._comparable_versions)

    def comparison(
        self, entry: VisibleEntry, since: VisibleEntry | None = None
    ) -> str | None:
        """Return the address of the comparison that shows what *entry* changed.

        With *since*, the oldest of several edits of one object, what they changed together;
        if that saved no version, it counts for nothing.

        None if there is nothing to compare: no version was saved, or it was the first; one of
        the two was purged; the type has no comparison; the object is gone; this person may not
        see its versions. What fails is logged, and None as well.
        """
        first = entry if since is None or since.version is None else since
        newer, older = entry.version, first.version_before
        if entry.url is None or newer is None or older is None:
            return None
        # No later than here is the object needed.
        if not {newer, older} <= self._comparable(entry.uid, entry.path):
            return None
        # Plone's own links bear a token. This page changes nothing, so it needs none, and the
        # address may be sent and stored.
        return f"{entry.url}/@@{_PAGE}?one={newer}&two={older}"

    def _comparable_versions(self, uid: str, path: str) -> frozenset[int]:
        """Return the numbers of all versions of an object that this person may compare."""
        with harmless("The versions of %r could not be looked up.", path):
            obj = api.portal.get().unrestrictedTraverse(path, None)
            # Where there is nothing, something else may be acquired.
            if IUUID(obj, None) == uid and self._may_compare(obj):
                return _kept_versions(obj)
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


def _kept_versions(obj):
    """Return the numbers of all versions of *obj* that were not purged."""
    history_id = api.portal.get_tool("portal_historyidhandler").queryUid(obj, None)
    storage = api.portal.get_tool("portal_historiesstorage")
    # Asked for a history when there are none at all, the storage would be created.
    if not storage.isRegistered(history_id):
        return frozenset()
    history = storage.getHistoryMetadata(history_id)
    kept = range(history.getLength(countPurged=False))
    return frozenset(history.getVersionId(n, countPurged=False) for n in kept)
