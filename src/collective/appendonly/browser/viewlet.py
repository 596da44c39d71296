"""The recent-activity viewlet below the content of a page."""

from collective.appendonly.browser.recent import RecentActivity
from collective.appendonly.browser.recent import remembered
from collective.appendonly.feed import may_read
from collective.appendonly.settings import activity_settings
from collective.appendonly.settings import shows_recent_activity
from plone.app.layout.viewlets import ViewletBase
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


class ActivityViewlet(RecentActivity, ViewletBase):
    """The recent activity, at the places chosen in the settings.

    Reads the log only while it is rendered: the viewlet manager keeps errors there away from the
    rest of the page. Where the viewlet is not shown, it does not read the log at all.
    """

    index = ViewPageTemplateFile("viewlet.pt")

    def render(self) -> str:
        return self._markup() if shows_recent_activity(self.about) else ""

    @remembered
    def _markup(self) -> str:
        return self.index() if self.available else ""

    @property
    def available(self) -> bool:
        """Whether there is something to show to the current user."""
        return may_read(self.about) and self.is_worth_showing

    @property
    def limit(self) -> int:
        return activity_settings().viewlet_lines
