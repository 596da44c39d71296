"""The base class of viewlet and portlet: the most recent activity."""

from AccessControl import getSecurityManager
from collective.appendonly.browser.listing import ActivityListing
from collective.appendonly.feed import Bound
from collective.appendonly.feed import feed
from collective.appendonly.feed import FeedPage
from functools import cached_property
from zope.component import getMultiAdapter


#: Read little. The linked page searches further back.
BOUND = Bound(records=60, seconds=0.25, entries=250)


class RecentActivity(ActivityListing):
    """Mix-in for a part of a page with the recent activity of the context and below it."""

    @property
    def limit(self) -> int:
        """The maximum number of lines."""
        raise NotImplementedError

    @cached_property
    def about(self):
        """The object whose activity is shown: for a default page, its folder."""
        return self._state_of(self.context).canonical_object()

    @cached_property
    def page(self) -> FeedPage:
        return feed(
            self.about,
            limit=self.limit,
            collapse=self.times.timezone,
            bound=BOUND,
            # They would take room, and more time than a part of a page has.
            values=False,
        )

    @property
    def is_worth_showing(self) -> bool:
        """Whether there is activity, or could be older activity. Reads the log."""
        return bool(self.lines or self.page.older)

    @property
    def more_url(self) -> str | None:
        """The URL of all activity, None if the reader cannot open it."""
        if getSecurityManager().checkPermission("View", self.about):
            return f"{self.about.absolute_url()}/@@activity"
        return None

    def _state_of(self, context):
        return getMultiAdapter((context, self.request), name="plone_context_state")
