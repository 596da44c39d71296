"""Links to the pages of Plone and Zope where changes can be taken back.

The log restores nothing itself. An earlier version of content comes back through its versions,
content that was removed through the undo of its transaction.
"""

from AccessControl import getSecurityManager
from AccessControl.Permissions import undo_changes
from collective.appendonly.feed import VisibleEntry
from collective.appendonly.guard import shown
from collective.appendonly.presentation.versions import available_versions
from functools import cache
from functools import cached_property
from plone import api
from plone.uuid.interfaces import IUUID
from urllib.parse import quote
from zope.component import queryMultiAdapter


# Shows a version, and a button that reverts to it.
_PAGE = "versions_history_form"
_PERMISSIONS = (
    "View",
    "CMFEditions: Access previous versions",
    "CMFEditions: Revert to previous versions",
)


class Restoring:
    """Finds these pages for the user of one request.

    Loads an object only if an entry about it has a version, and its history only once.
    """

    def __init__(self, request):
        self._request = request
        self._revertible = cache(self._revertible_versions)

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
        return f"{entry.url}/@@{_PAGE}?version_id={entry.version}#version_preview"

    def undo(self, entry: VisibleEntry) -> str | None:
        """Return the URL of Zope's form that undoes transactions, for what was removed.

        The form lists transactions, newest first, and refuses to undo one that others built on.
        None if the object was not removed or is there again, if the database cannot undo, and for
        all users but managers of the whole Zope.
        """
        if not entry.is_gone or "removed" not in entry.actions:
            return None
        return self._undo_form

    @cached_property
    def _undo_form(self) -> str | None:
        return shown(_find_undo_form, None, "The undo form could not be looked up.")

    def _revertible_versions(self, uid: str, path: str) -> frozenset[int]:
        return shown(
            lambda: self._versions_at(path, uid),
            frozenset(),
            "The versions of %r could not be looked up.",
            path,
        )

    def _versions_at(self, path, uid):
        obj = api.portal.get().unrestrictedTraverse(path, None)
        # If the object was removed, another one may be acquired.
        if IUUID(obj, None) != uid or not self._may_revert(obj):
            return frozenset()
        return available_versions(obj) - {getattr(obj, "version_id", None)}

    def _may_revert(self, obj):
        security = getSecurityManager()
        return (
            all(security.checkPermission(name, obj) for name in _PERMISSIONS)
            and api.portal.get_tool("portal_repository").isVersionable(obj)
            and queryMultiAdapter((obj, self._request), name=_PAGE) is not None
        )


def _find_undo_form():
    site = api.portal.get()
    root, database = site.getPhysicalRoot(), site._p_jar.db()
    is_manager = getSecurityManager().checkPermission(undo_changes, root)
    if not (is_manager and database.supportsUndo()):
        return None
    name = quote(database.database_name)
    return f"{root.absolute_url()}/Control_Panel/Database/{name}/manage_UndoForm"
