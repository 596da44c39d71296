"""Personal feed URLs: feeds for programs that cannot log in, with a key in the URL."""

from collective.appendonly.feed.access import may_view_activity
from collective.appendonly.feed.keys import credentials_of
from collective.appendonly.feed.keys import is_valid
from collective.appendonly.i18n import _
from collective.appendonly.syndication.feeds import AtomFeed
from collective.appendonly.syndication.feeds import RSSFeed
from plone import api


class Personal:
    """Mix-in for a feed as the owner of the key can view it, with their permissions.

    The view is public. Without the key of a user who can view the activity, the response is a
    404, always with the same message.
    """

    cache_control = "private, no-store"

    # The key was removed from the request, and must not be in a response.
    feed_url = None

    def __call__(self) -> str:
        owner = self._owner()
        if owner is not None:
            with api.env.adopt_user(user=owner):
                if may_view_activity(self.context):
                    return self.respond()
        return self.refuse(
            404, _("There is no feed at this URL, or it no longer exists.")
        )

    def _owner(self):
        credentials = credentials_of(self.request)
        if credentials is None or not is_valid(credentials):
            return None
        return api.portal.get_tool("acl_users").getUserById(credentials.user_id)

    def set_headers(self) -> None:
        super().set_headers()
        self.request.response.setHeader("Referrer-Policy", "no-referrer")
        self.request.response.setHeader("X-Robots-Tag", "noindex")


class PersonalAtomFeed(Personal, AtomFeed):
    """``@@activity-personal.atom``"""


class PersonalRSSFeed(Personal, RSSFeed):
    """``@@activity-personal.rss``"""
