"""Objects by their paths, found without the catalog and without acquisition."""

from Acquisition import aq_base
from collective.appendonly.entry import folders_above
from plone.uuid.interfaces import IUUID


# So many objects are remembered at most, with all that is above them.
_MOST_KNOWN = 5000


class Places:
    """The objects at some paths below *site*, also those that are not in the catalog.

    Paths are relative to the site. The permissions of the current user are not checked. Each
    path is looked up once.
    """

    def __init__(self, site):
        self._site = site
        self._found = {"": site}

    def nearest(self, path: str):
        """Return the object at *path*, or else the nearest one above it that exists."""
        if len(self._found) > _MOST_KNOWN:
            self._found = {"": self._site}
        place = self._site
        for above in (*reversed(folders_above(path)), path):
            if above not in self._found:
                self._found[above] = _inside(place, above.rpartition("/")[2])
            if self._found[above] is None:
                break
            place = self._found[above]
        return place

    def find(self, uid: str, path: str):
        """Return the object with *uid* if it is at *path*, else None."""
        self.nearest(path)
        found = self._found.get(path)
        return found if uid and IUUID(found, None) == uid else None


def _inside(container, name):
    # Content that is no container would acquire the method.
    get = getattr(aq_base(container), "_getOb", None)
    return None if get is None else container._getOb(name, None)
