"""The recent-activity viewlet: what happened lately in a folder, below its content."""

from collective.appendonly.browser.listing import ActivityListing
from collective.appendonly.feed import feed
from collective.appendonly.feed import FeedPage
from functools import cached_property
from plone import api
from plone.app.layout.viewlets import ViewletBase
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.component import getMultiAdapter


#: How many lines the viewlet has.
LINES = 8

VIEW_ACTIVITY = "collective.appendonly: View activity"


class ActivityViewlet(ActivityListing, ViewletBase):
    """Shown on the site and on folders, and on a default page for its folder.

    Reads the log no sooner than it is rendered: the viewlet manager keeps an error there
    from the rest of the page.
    """

    index = ViewPageTemplateFile("viewlet.pt")

    def render(self) -> str:
        return self.index() if self.available else ""

    @property
    def available(self) -> bool:
        """Tell whether this is a folder with something to tell."""
        if not self._state_of(self.folder).is_structural_folder():
            return False
        return bool(self.lines or self.page.older)

    @property
    def folder(self):
        """The folder whose page this is."""
        return self._state_of(self.context).canonical_object()

    @cached_property
    def page(self) -> FeedPage:
        return feed(self.folder, limit=LINES)

    @property
    def more_url(self) -> str | None:
        """The address of all activity, for those who may go there."""
        if api.user.has_permission(VIEW_ACTIVITY, obj=self.folder):
            return f"{self.folder.absolute_url()}/@@activity"
        return None

    def _state_of(self, context):
        return getMultiAdapter((context, self.request), name="plone_context_state")
