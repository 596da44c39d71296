"""The recent-activity viewlet: what happened lately, below the content of a page."""

from collective.appendonly.browser.recent import RecentActivity
from collective.appendonly.feed import may_read
from collective.appendonly.settings import activity_settings
from functools import cached_property
from plone.app.layout.viewlets import ViewletBase
from Products.CMFCore.interfaces import ISiteRoot
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


class ActivityViewlet(RecentActivity, ViewletBase):
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
        return self.is_worth_showing

    @property
    def limit(self) -> int:
        return self._settings.viewlet_lines

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
