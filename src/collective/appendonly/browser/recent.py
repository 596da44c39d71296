"""The base class of viewlet and portlet: the most recent activity.

Most pages are read again and again before anything is changed. So the markup is remembered in the
process, for each reader, until the next transaction, and no longer than to the end of the minute:
content becomes effective, and expires, without a transaction.
"""

from AccessControl import getSecurityManager
from collective.appendonly import clock
from collective.appendonly.browser.listing import ActivityListing
from collective.appendonly.feed import feed
from collective.appendonly.feed import FeedPage
from collective.appendonly.feed.scan import PART_BOUND
from functools import cached_property
from plone import api
from plone.memoize.ram import RAMCacheAdapter
from plone.memoize.volatile import cache
from plone.memoize.volatile import DontCache
from typing import Any
from ZODB.interfaces import IMVCCStorage
from zope.component import getMultiAdapter
from zope.i18n.interfaces import IUserPreferredLanguages
from zope.ramcache.ram import RAMCache


#: A cache of its own, so that it takes no room from other packages. Between two times that it cleans
#: up, it grows without a limit: each page, reader and host that a client asks for is an entry.
REMEMBERED = RAMCache()
REMEMBERED.update(maxEntries=500, maxAge=120, cleanupInterval=1)


def _key(render: Any, part: "RecentActivity") -> tuple:
    """Return all that the markup of *part* depends on.

    Raises DontCache if the request has changed something itself.
    """
    about = part.about
    user = getSecurityManager().getUser()
    catalog = api.portal.get_tool("portal_catalog")
    return (
        _states_read(about._p_jar),
        about.getPhysicalPath(),
        about.absolute_url(),
        user.getId(),
        sorted(catalog._listAllowedRolesAndUsers(user)),
        # Not each domain of texts has the first of them.
        IUserPreferredLanguages(part.request).getPreferredLanguages(),
        clock.utc_now().replace(second=0, microsecond=0),
        part.icons.prefix,
        part.variant,
    )


def _states_read(connection: Any) -> list[tuple[str, bytes]]:
    """Return what identifies the states of all databases that a transaction reads.

    A folder, or the catalog, can be in another database than the rest of the site.
    """
    connections = {} if connection is None else connection.connections
    states = [(name, _state_read(each)) for name, each in sorted(connections.items())]
    if not states or None in dict(states).values():
        raise DontCache
    return states


def _state_read(connection: Any) -> bytes | None:
    """Return what identifies the state of the database that a connection reads.

    None if it has changes of its own. A connection sees what was committed before its transaction
    began. ZODB has no public name for that point in time.
    """
    if not connection._needs_to_join:
        return None
    storage = connection._normal_storage
    if IMVCCStorage.providedBy(storage):
        return storage.lastTransaction()
    return getattr(storage, "_start", None)


#: Remember what a method without arguments renders.
remembered = cache(_key, lambda *_: RAMCacheAdapter(REMEMBERED, "activity"))


class RecentActivity(ActivityListing):
    """Mix-in for a part of a page with the recent activity of the context and below it."""

    @property
    def limit(self) -> int:
        """The maximum number of lines."""
        raise NotImplementedError

    #: What distinguishes parts that are about the same object.
    variant: Any = None

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
            bound=PART_BOUND,
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
