"""Links to pages that compare two versions of an object, for users who can view both."""

from AccessControl import getSecurityManager
from AccessControl import Unauthorized
from collective.appendonly.feed import VisibleEntry
from collective.appendonly.guard import shown
from collective.appendonly.permissions import ACCESS_VERSIONS
from functools import cache
from plone import api
from plone.uuid.interfaces import IUUID
from zExceptions import NotFound
from zope.component import queryMultiAdapter


#: The page of this add-on that shows the words that differ.
PREVIEW = "activity-changes"

_PAGE = "history"
# Plone does not ask for the first: a reviewer can read old versions of a page that is hidden.
_PERMISSIONS = ("View", ACCESS_VERSIONS)
_FAILED = "The versions of %r could not be looked up."


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
        """Return the URL of Plone's comparison that shows what *entry* changed.

        With *since*, the oldest of several edits of one object, it shows all of their changes;
        *since* is ignored if it saved no version.

        None if there is nothing to compare: no version was saved, or it was the first; one of
        the two was purged; the content type has no comparison; the object was removed; the
        user cannot view its versions. If the lookup fails, it is logged and the result is None.
        """
        numbers = self._numbers(entry, since)
        if numbers is None:
            return None
        older, newer = numbers
        # Plone's own links have a token. This page changes nothing, so it needs none, and its
        # URL can be sent and stored.
        return f"{entry.url}/@@{_PAGE}?one={newer}&two={older}"

    def preview(
        self, entry: VisibleEntry, since: VisibleEntry | None = None
    ) -> str | None:
        """Return the URL of the preview of the same, None if there is nothing to compare."""
        numbers = self._numbers(entry, since)
        if numbers is None:
            return None
        older, newer = numbers
        return f"{entry.url}/@@{PREVIEW}?from={older}&to={newer}"

    def check(self, obj, *numbers: int) -> None:
        """Raise an error unless the user may compare the versions of *obj* with these *numbers*.

        Raises Unauthorized if the user cannot view its versions, and NotFound if there are none
        with these numbers, or none that can be compared.
        """
        if not _may_view_versions(obj):
            raise Unauthorized("You are not allowed to view the versions.")
        path = "/".join(obj.getPhysicalPath())
        available = shown(lambda: self._versions_of(obj), frozenset(), _FAILED, path)
        if not available.issuperset(numbers):
            raise NotFound("There are no such versions that can be compared.")

    def _numbers(self, entry, since) -> tuple[int, int] | None:
        first = entry if since is None or since.version is None else since
        newer, older = entry.version, first.version_before
        if entry.url is None or newer is None or older is None:
            return None
        # Check last: this loads the object.
        if not {newer, older} <= self._comparable(entry.uid, entry.path):
            return None
        return older, newer

    def _comparable_versions(self, uid: str, path: str) -> frozenset[int]:
        """Return the numbers of all versions of an object that the user may compare."""
        return shown(lambda: self._versions_at(path, uid), frozenset(), _FAILED, path)

    def _versions_at(self, path, uid):
        obj = api.portal.get().unrestrictedTraverse(path, None)
        # If the object was removed, another one may be acquired.
        if IUUID(obj, None) == uid and _may_view_versions(obj):
            return self._versions_of(obj)
        return frozenset()

    def _versions_of(self, obj) -> frozenset[int]:
        """Return the numbers of the versions of *obj*, none if they cannot be compared."""
        differences = api.portal.get_tool("portal_diff")
        can_be_compared = (
            api.portal.get_tool("portal_repository").isVersionable(obj)
            and differences.getDiffForPortalType(obj.portal_type)
            and queryMultiAdapter((obj, self._request), name=_PAGE) is not None
        )
        return available_versions(obj) if can_be_compared else frozenset()


def _may_view_versions(obj):
    security = getSecurityManager()
    return all(security.checkPermission(name, obj) for name in _PERMISSIONS)


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
