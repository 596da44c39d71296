"""What viewlet and portlet have in common: a glance at what happened lately."""

from AccessControl import getSecurityManager
from collective.appendonly.browser.listing import ActivityListing
from collective.appendonly.feed import Bound
from collective.appendonly.feed import feed
from collective.appendonly.feed import FeedPage
from functools import cached_property
from zope.component import getMultiAdapter


#: A glance. Who may see little finds more where the link leads.
BOUND = Bound(read=400, asked=100)


class RecentActivity(ActivityListing):
    """Mix-in of a part of a page that lists what happened lately to the context and below it."""

    @property
    def limit(self) -> int:
        """How many lines there are, at most."""
        raise NotImplementedError

    @cached_property
    def about(self):
        """The object whose activity it is: of a default page, the folder."""
        return self._state_of(self.context).canonical_object()

    @cached_property
    def page(self) -> FeedPage:
        return feed(
            self.about,
            limit=self.limit,
            collapse=self.times.timezone,
            bound=BOUND,
        )

    @property
    def is_worth_showing(self) -> bool:
        """Tell whether there is something to read, or may be further back. Reads the log."""
        return bool(self.lines or self.page.older)

    @property
    def more_url(self) -> str | None:
        """The address of all activity, for those who may go there."""
        if getSecurityManager().checkPermission("View", self.about):
            return f"{self.about.absolute_url()}/@@activity"
        return None

    def _state_of(self, context):
        return getMultiAdapter((context, self.request), name="plone_context_state")
