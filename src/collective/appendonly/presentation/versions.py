"""Links to pages of Plone that compare versions of an object, or revert to one.

For users who can view these versions. The log itself restores nothing.
"""

from AccessControl import getSecurityManager
from collective.appendonly.feed import VisibleEntry
from collective.appendonly.feed.places import Places
from collective.appendonly.guard import shown
from collective.appendonly.i18n import _
from collective.appendonly.permissions import ACCESS_VERSIONS
from collective.appendonly.permissions import unauthorized
from functools import cache
from functools import cached_property
from plone import api
from typing import Any
from typing import NamedTuple
from zExceptions import NotFound
from zope.component import queryMultiAdapter


#: The page of this add-on that shows the words that differ.
PREVIEW = "activity-changes"

_COMPARISON = "history"
# Shows a version, and a button that reverts to it.
_REVERSAL = "versions_history_form"
# Plone does not ask for the first: a reviewer can read old versions of a page that is hidden.
_PERMISSIONS = ("View", ACCESS_VERSIONS)
_REVERT = "CMFEditions: Revert to previous versions"
_FAILED = "The versions of %r could not be looked up."


class _History(NamedTuple):
    """An object and the numbers of its versions that were not purged."""

    obj: Any
    versions: frozenset[int]


class Versions:
    """Finds these pages for the user of one request.

    Loads an object only if an entry about it has a version, and its history only once.
    """

    def __init__(self, request):
        self._request = request
        self._history = cache(self._find_history)
        self._comparable = cache(_guarded(self._comparable_versions))
        self._revertible = cache(_guarded(self._revertible_versions))

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
        return f"{entry.url}/@@{_COMPARISON}?one={newer}&two={older}"

    def preview(
        self, entry: VisibleEntry, since: VisibleEntry | None = None
    ) -> str | None:
        """Return the URL of the preview of the same, None if there is nothing to compare."""
        numbers = self._numbers(entry, since)
        if numbers is None:
            return None
        older, newer = numbers
        return f"{entry.url}/@@{PREVIEW}?from={older}&to={newer}"

    def revert(self, entry: VisibleEntry) -> str | None:
        """Return the URL of the page that can revert to the version that *entry* saved.

        None if it saved no version, or the current one; if the version was purged; if the object was
        removed; or if the user is not allowed to revert it. If the lookup fails, it is logged and
        the result is None.
        """
        if entry.url is None or entry.version is None:
            return None
        # Check last: this loads the object.
        if entry.version not in self._revertible(entry.uid, entry.path):
            return None
        return f"{entry.url}/@@{_REVERSAL}?version_id={entry.version}#version_preview"

    def check(self, obj, *numbers: int) -> None:
        """Raise an error unless the user may compare the versions of *obj* with these *numbers*.

        Raises Unauthorized if the user cannot view its versions, and NotFound if there are none
        with these numbers, or none that can be compared.
        """
        if not _may_view_versions(obj):
            raise unauthorized(_("You are not allowed to view the versions."))
        path = "/".join(obj.getPhysicalPath())
        available = shown(
            lambda: self._compared(_history_of(obj)), frozenset(), _FAILED, path
        )
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

    def _comparable_versions(self, uid, path):
        return self._compared(self._history(uid, path))

    def _compared(self, history: _History) -> frozenset[int]:
        """Return those of the versions that can be compared."""
        obj, versions = history
        differences = api.portal.get_tool("portal_diff")
        can_be_compared = (
            versions
            and differences.getDiffForPortalType(obj.portal_type)
            and self._has_page(obj, _COMPARISON)
        )
        return versions if can_be_compared else frozenset()

    def _revertible_versions(self, uid, path):
        obj, versions = self._history(uid, path)
        others = versions - {getattr(obj, "version_id", None)}
        may_revert = others and _has(_REVERT, obj) and self._has_page(obj, _REVERSAL)
        return others if may_revert else frozenset()

    def _has_page(self, obj, name):
        return queryMultiAdapter((obj, self._request), name=name) is not None

    def _find_history(self, uid, path) -> _History:
        obj = self._places.find(uid, path)
        is_visible = obj is not None and _may_view_versions(obj)
        return _history_of(obj) if is_visible else _History(None, frozenset())

    @cached_property
    def _places(self):
        return Places(api.portal.get())


def _guarded(find):
    def found(uid: str, path: str) -> frozenset[int]:
        return shown(lambda: find(uid, path), frozenset(), _FAILED, path)

    return found


def _has(permission, obj):
    return getSecurityManager().checkPermission(permission, obj)


def _may_view_versions(obj):
    return all(_has(permission, obj) for permission in _PERMISSIONS)


def _history_of(obj) -> _History:
    repository = api.portal.get_tool("portal_repository")
    is_versionable = repository.isVersionable(obj)
    return _History(obj, available_versions(obj) if is_versionable else frozenset())


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
