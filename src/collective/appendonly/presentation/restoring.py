"""Links to the form of Zope where a removal can be taken back.

The log restores nothing itself. Content that was removed comes back through the undo of its
transaction.
"""

from AccessControl import getSecurityManager
from AccessControl.Permissions import undo_changes
from collective.appendonly.feed import VisibleEntry
from collective.appendonly.guard import shown
from functools import cached_property
from plone import api
from urllib.parse import quote


class Restoring:
    """Finds this form for the user of one request."""

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


def _find_undo_form():
    site = api.portal.get()
    root, database = site.getPhysicalRoot(), site._p_jar.db()
    is_manager = getSecurityManager().checkPermission(undo_changes, root)
    if not (is_manager and database.supportsUndo()):
        return None
    name = quote(database.database_name)
    return f"{root.absolute_url()}/Control_Panel/Database/{name}/manage_UndoForm"
