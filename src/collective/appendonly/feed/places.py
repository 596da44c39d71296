"""The site and its content, by path and by UID."""

from AccessControl import getSecurityManager
from Acquisition import aq_base
from collections.abc import Sequence
from collective.appendonly.entry import folders_above
from collective.appendonly.guard import shown
from plone import api
from plone.uuid.interfaces import ATTRIBUTE_NAME
from plone.uuid.interfaces import IUUID
from Products.CMFCore.interfaces import ISiteRoot
from zExceptions import NotFound


#: In the place of the UID of content.
WHOLE_SITE = ""

# So many objects are remembered at most, with all that is above them.
_MOST_KNOWN = 5000


class Places:
    """The objects at some paths below *site*, found without the catalog and without acquisition.

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
        return found if found is not None and _has_uid(found, uid) else None


def _has_uid(obj, uid):
    # Where Plone stores it. To ask an adapter takes longer than to find the object.
    stored = getattr(aq_base(obj), ATTRIBUTE_NAME, None)
    return bool(uid) and (stored == uid or IUUID(obj, None) == uid)


def _inside(container, name):
    # Content that is no container would acquire the method.
    get = getattr(aq_base(container), "_getOb", None)
    return None if get is None else container._getOb(name, None)


def language_suffixes() -> tuple[str, ...]:
    """Return what plone.app.multilingual adds to UIDs, in a site with several languages.

    In folders that are the same in all languages, the catalog has content once for each language, with
    the id of the language folder after its UID.
    """
    codes = api.portal.get_tool("portal_languages").getSupportedLanguages()
    if len(codes) < 2:
        return ()
    # The folder for Indonesian cannot be called "id".
    return tuple(f"-{'id-id' if code == 'id' else code}" for code in codes)


def stored_uid(uid: str, suffixes: Sequence[str]) -> str:
    """Return *uid* without the suffix of a language."""
    own = max((each for each in suffixes if uid.endswith(each)), key=len, default="")
    return uid.removesuffix(own)


def other_uids(uid: str, suffixes: Sequence[str]) -> set[str]:
    """Return the other UIDs that the content with *uid* has, or had in another place."""
    stored = stored_uid(uid, suffixes)
    return {stored, *(f"{stored}{each}" for each in suffixes)} - {uid}


def content_uid(context) -> str | None:
    """Return the UID of *context*, ``WHOLE_SITE`` for the site, None if it has none."""
    return WHOLE_SITE if ISiteRoot.providedBy(context) else IUUID(context, None)


def find_content(site, uid: str):
    """Return the object with a :func:`content_uid`, None if it no longer exists.

    The permissions of the current user are not checked. Raises NotFound if the catalog has it, but
    it is not at its path.
    """
    if uid == WHOLE_SITE:
        return site
    catalog = api.portal.get_tool("portal_catalog")
    for brain in catalog.unrestrictedSearchResults(UID=uid):
        path = brain.getPath()[len("/".join(site.getPhysicalPath())) :]
        found = Places(site).find(uid, path.lstrip("/"))
        if found is None:
            raise NotFound(path)
        return found
    return None


def viewable_content(uid: str):
    """Return the object with a :func:`content_uid`, None if it is gone or cannot be viewed.

    The permission of the current user is checked. An object that cannot be loaded is gone.
    """
    content = shown(
        lambda: find_content(api.portal.get(), uid),
        None,
        "The content with the UID %r could not be found.",
        uid,
    )
    check = getSecurityManager().checkPermission
    return content if content is not None and check("View", content) else None
