"""What viewlet and page have in common: the list of lines."""

from collections.abc import Callable
from collective.appendonly.browser.presentation import Line
from collective.appendonly.browser.presentation import Presenter
from collective.appendonly.entry import GROUP
from collective.appendonly.entry import USER
from collective.appendonly.feed import FeedPage
from datetime import datetime
from functools import cache
from functools import cached_property
from functools import partial
from plone.app.event.base import default_timezone
from plone.app.event.base import ulocalized_time
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

    def localized(self, time: datetime) -> str:
        """Return *time* in the time zone and the language of the reader."""
        # Plone's own function of this name shows the time zone of the server.
        return ulocalized_time(
            time.astimezone(self._timezone),
            long_format=True,
            context=self.context,
            request=self.request,
        )

    @cached_property
    def _timezone(self):
        return default_timezone(self.context, as_tzinfo=True)
