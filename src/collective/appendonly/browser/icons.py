"""Plone's icons as markup, read from their files once in the life of a process.

For each icon in a page Plone finds the file, reads and parses it.
"""

from collective.appendonly.memo import Memo
from plone.base.utils import safe_text
from plone.i18n.normalizer.interfaces import IIDNormalizer
from Products.CMFPlone.browser.icons import IconsView
from zope.component import getMultiAdapter
from zope.component import getUtility
from zope.component.hooks import getSite


# By all that decides which drawing it is: the site, the address that its registry has for the
# icon, and whether an add-on draws icons in its own way. A record that was changed is another
# key, a file that was changed needs a restart.
_DRAWINGS: Memo[str] = Memo(500)


class Icons:
    """Draws icons for one request, at *context*."""

    def __init__(self, context, request):
        self._resolver = getMultiAdapter((context, request), name="iconresolver")
        self._site = "/".join(getSite().getPhysicalPath())

    def tag(self, name: str, tag_class: str) -> str:
        """Return the icon called *name*, as Plone does."""
        resolver = self._resolver

        def draw():
            # Of Plone 6.1 they are bytes.
            return safe_text(resolver.tag(name, tag_class=tag_class))

        if not isinstance(resolver, IconsView):
            return draw()
        address = resolver.lookup(name)
        if not address.endswith(".svg"):
            # An image, by an address that depends on the request.
            return draw()
        return _DRAWINGS.get((type(resolver), self._site, address, tag_class), draw)

    def of_type(self, portal_type: str, tag_class: str) -> str:
        """Return the icon of a type of content."""
        name = getUtility(IIDNormalizer).normalize(portal_type)
        return self.tag(f"contenttype/{name}", tag_class)
