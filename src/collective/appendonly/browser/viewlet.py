"""The recent-activity viewlet: what happened lately, below the content of a page."""

from collective.appendonly.browser.listing import ActivityListing
from collective.appendonly.feed import feed
from collective.appendonly.feed import FeedPage
from collective.appendonly.feed import may_read
from collective.appendonly.settings import activity_settings
from functools import cached_property
from plone import api
from plone.app.layout.viewlets import ViewletBase
from Products.CMFCore.interfaces import ISiteRoot
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.component import getMultiAdapter


class ActivityViewlet(ActivityListing, ViewletBase):
    """Shown where the settings want it; on a default page, for its folder.

    Reads the log no sooner than it is rendered: the viewlet manager keeps an error there
    from the rest of the page. Where it isn't shown, or to whom, it doesn't read at all.
    """

    index = ViewPageTemplateFile("viewlet.pt")

    def render(self) -> str:
        return self.index() if self.available else ""

    @property
    def available(self) -> bool:
        """Tell whether something is to be told here, to this person."""
        if self._place not in self._settings.viewlet_places or not may_read(self.about):
            return False
        return bool(self.lines or self.page.older)

    @cached_property
    def about(self):
        """The object whose page this is: of a default page, the folder."""
        return self._state_of(self.context).canonical_object()

    @cached_property
    def page(self) -> FeedPage:
        return feed(self.about, limit=self._settings.viewlet_lines)

    @property
    def more_url(self) -> str | None:
        """The address of all activity, for those who may go there."""
        if api.user.has_permission("View", obj=self.about):
            return f"{self.about.absolute_url()}/@@activity"
        return None

    @cached_property
    def _settings(self):
        return activity_settings()

    @property
    def _place(self):
        """Which of the places in the settings this is."""
        if ISiteRoot.providedBy(self.about):
            return "site"
        if self._state_of(self.about).is_structural_folder():
            return "folders"
        return "pages"

    def _state_of(self, context):
        return getMultiAdapter((context, self.request), name="plone_context_state")
