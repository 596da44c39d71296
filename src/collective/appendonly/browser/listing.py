"""What viewlet and page have in common: the list of lines."""

from collections.abc import Callable
from collective.appendonly.entry import GROUP
from collective.appendonly.entry import USER
from collective.appendonly.feed import FeedPage
from collective.appendonly.presentation.lines import Line
from collective.appendonly.presentation.lines import Presenter
from collective.appendonly.presentation.times import Times
from functools import cache
from functools import cached_property
from functools import partial
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.component import getMultiAdapter


# Of what is no content. All others have the icon of their type.
_ICONS = {USER: "person", GROUP: "people"}


class ActivityListing:
    """Mix-in of a view that lists a page of the feed.

    The view has the ``page``, and renders ``listing`` where the list shall be.
    """

    page: FeedPage

    listing = ViewPageTemplateFile("listing.pt")
    subject = ViewPageTemplateFile("subject.pt")
    subjects = ViewPageTemplateFile("subjects.pt")

    @cached_property
    def lines(self) -> list[Line]:
        """The lines of the page, newest first."""
        presenter = Presenter(self.request)
        return [presenter.line(item) for item in self.page.items]

    @cached_property
    def icon(self) -> Callable[[str], str]:
        """A function that returns the icon of a type, as markup."""
        return cache(self._icon)

    def _icon(self, portal_type):
        plone_view = getMultiAdapter((self.context, self.request), name="plone")
        resolver = getMultiAdapter((self.context, self.request), name="iconresolver")
        name = f"contenttype/{plone_view.normalizeString(portal_type)}"
        return resolver.tag(_ICONS.get(portal_type, name), tag_class="me-1")

    @cached_property
    def action_icon(self) -> Callable[[str], str]:
        """A function that returns an icon for what was done, as markup."""
        resolver = getMultiAdapter((self.context, self.request), name="iconresolver")
        return cache(partial(resolver.tag, tag_class="align-text-bottom"))

    @cached_property
    def times(self) -> Times:
        """Tells times to the reader."""
        return Times(self.context, self.request)
