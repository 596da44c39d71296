"""Plone's icons and the avatars of users, as markup.

Plone finds, reads and parses a file for each icon in a page. This module does it once per
process.
"""

from collective.appendonly.guard import shown
from collective.appendonly.guard import text_of
from collective.appendonly.presentation.actors import Actor
from functools import lru_cache
from html import escape
from itertools import count
from plone.i18n.normalizer.interfaces import IIDNormalizer
from Products.CMFPlone.browser.icons import IconsView
from zope.annotation.interfaces import IAnnotations
from zope.component import getMultiAdapter
from zope.component import getUtility
from zope.component.hooks import getSite
from zope.globalrequest import getRequest

import re


# The side of an avatar in pixels, the style of initials, and what it shows without them and
# without a portrait.
_SIZE = 40
_INITIALS = f"font-size:15px;height:{_SIZE}px;line-height:{_SIZE}px;width:{_SIZE}px"
_SILHOUETTE = (
    '<path fill="#fff"'
    ' d="M13 15a7 7 0 1 1 14 0a7 7 0 1 1-14 0M6 40a14 15 0 0 1 28 0z"></path>'
)


_LISTS = "collective.appendonly.browser.icons"
_NAME = re.compile(r"<svg\b")
_OPENING = re.compile(r"\s*<svg\b[^>]*>")
# The drawing that a reference is about has them as well.
_OF_THE_DRAWING = re.compile(r' (?:xmlns|fill)="[^"]*"')


class Icons:
    """The icons for one list on a page, at *context*.

    The markup of an icon is there once. Where it is used again, it is a reference of two elements.
    Screen readers skip icons: what they mean is there as text.
    """

    def __init__(self, context, request):
        self._resolver = getMultiAdapter((context, request), name="iconresolver")
        self._site = "/".join(getSite().getPhysicalPath())
        # A page can have several lists.
        lists = IAnnotations(request).setdefault(_LISTS, count(1))
        #: The beginning of the ids of elements, which no other list on the page has.
        self.prefix = f"activity-icons-{next(lists)}"
        self._again: dict[tuple[str, str], str] = {}

    def tag(self, name: str, tag_class: str) -> str:
        """Return the markup of the icon *name*, as Plone does, or a reference to it.

        It is empty for an icon that cannot be read.
        """
        if (name, tag_class) in self._again:
            return self._again[name, tag_class]
        return shown(
            lambda: self._tag(name, tag_class),
            "",
            "No icon for %r could be read.",
            name,
        )

    def _tag(self, name, tag_class):
        if isinstance(self._resolver, IconsView):
            url = self._resolver.lookup(name)
            if url.endswith(".svg"):
                svg = _svg(type(self._resolver), self._site, url, name, tag_class)
                return self._defined(name, tag_class, svg)
        # An image has a URL that depends on the request.
        return _hidden(text_of(self._resolver.tag(name, tag_class=tag_class)))

    def _defined(self, name, tag_class, svg):
        found = _OPENING.match(svg)
        if found is None or " id=" in found[0]:
            return svg
        opening = found[0][:-1]
        icon_id = f"{self.prefix}-{len(self._again) + 1}"
        frame = _OF_THE_DRAWING.sub("", opening)
        again = f'{frame}><use href="#{icon_id}"></use></svg>'
        self._again[name, tag_class] = again
        return f'{opening} id="{icon_id}">{svg[found.end() :]}'

    def of_type(self, portal_type: str, tag_class: str) -> str:
        """Return the icon of a content type."""
        normalize = getUtility(IIDNormalizer).normalize
        name = shown(lambda: normalize(portal_type), "", "No icon for %r.", portal_type)
        return self.tag(f"contenttype/{name}", tag_class)


@lru_cache(maxsize=500)
def _svg(view_class, site_path, url, name, tag_class):
    # Everything that the markup depends on is an argument: the site, the URL that its registry has
    # for the icon, and the view, which an add-on can replace. A changed file needs a restart.
    icon = view_class(getSite(), getRequest()).tag(name, tag_class=tag_class)
    # Plone 6.1 returns bytes.
    return _hidden(text_of(icon))


def _hidden(icon):
    # An image has an empty alternative text anyway.
    return _NAME.sub('<svg aria-hidden="true"', icon, count=1)


def avatar(actor: Actor) -> str:
    """Return the avatar of *actor* as markup. It is decorative: the line has the name."""
    # In a template it would take a third of the time of a line. A theme copies it attribute by
    # attribute, and most users have no portrait.
    if actor.initials and not actor.portrait:
        return (
            '<span class="rounded-circle text-bg-secondary text-center flex-shrink-0 me-3"'
            f' aria-hidden="true" style="{_INITIALS}">{escape(actor.initials)}</span>'
        )
    shown = _SILHOUETTE
    if actor.portrait:
        shown = (
            f'<image href="{escape(actor.portrait)}" height="{_SIZE}" width="{_SIZE}"'
            ' preserveAspectRatio="xMidYMid slice"></image>'
        )
    return (
        '<svg class="rounded-circle text-secondary flex-shrink-0 me-3" aria-hidden="true"'
        f' focusable="false" height="{_SIZE}" width="{_SIZE}">'
        f'<rect fill="currentColor" height="{_SIZE}" width="{_SIZE}"></rect>{shown}</svg>'
    )
