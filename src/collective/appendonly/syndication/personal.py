"""Personal addresses: feeds for programs that can't log in, with a key in the address."""

from AccessControl import getSecurityManager
from collective.appendonly.feed import may_read
from collective.appendonly.feed_keys import claim_of
from collective.appendonly.feed_keys import is_valid
from collective.appendonly.i18n import _
from collective.appendonly.syndication.feeds import AtomFeed
from collective.appendonly.syndication.feeds import RSSFeed
from plone import api


class Personal:
    """Mix-in of a feed that is told to the owner of the key, with their rights, whoever asks.

    Anybody may call it. Without a key of somebody who may read this, it is as if it were not
    there, and always in the same words.
    """

    cache_control = "private, no-store"

    # The key is not known here any more, and shall be in no answer.
    feed_url = None

    def __call__(self) -> str:
        owner = self._owner()
        if owner is not None:
            with api.env.adopt_user(user=owner):
                if self._may_be_told():
                    return self.answer()
        return self.refuse(
            404, _("There is no feed at this address, or there is none any more.")
        )

    def _owner(self):
        claim = claim_of(self.request)
        if claim is None or not is_valid(claim):
            return None
        return api.portal.get_tool("acl_users").getUserById(claim.user_id)

    def _may_be_told(self):
        # What the publisher asks before a view that is not for everybody.
        may_view = getSecurityManager().checkPermission("View", self.context)
        return bool(may_view) and may_read(self.context)

    def set_headers(self) -> None:
        super().set_headers()
        self.request.response.setHeader("Referrer-Policy", "no-referrer")
        self.request.response.setHeader("X-Robots-Tag", "noindex")


class PersonalAtomFeed(Personal, AtomFeed):
    """``@@activity-personal.atom``"""


class PersonalRSSFeed(Personal, RSSFeed):
    """``@@activity-personal.rss``"""
