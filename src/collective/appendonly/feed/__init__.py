"""The read side: what the current user can view of the log. All outputs read it through this."""

from collective.appendonly.feed.access import check_may_read
from collective.appendonly.feed.access import is_readable
from collective.appendonly.feed.counts import count
from collective.appendonly.feed.counts import Counts
from collective.appendonly.feed.cursor import InvalidCursor
from collective.appendonly.feed.filters import Filters
from collective.appendonly.feed.filters import InvalidFilter
from collective.appendonly.feed.items import FeedItem
from collective.appendonly.feed.items import FeedPage
from collective.appendonly.feed.items import VisibleEntry
from collective.appendonly.feed.news import News
from collective.appendonly.feed.news import news
from collective.appendonly.feed.pages import everything
from collective.appendonly.feed.pages import feed
from collective.appendonly.feed.pages import last
from collective.appendonly.feed.pages import TooMuchActivity
from collective.appendonly.feed.parameters import read_parameters
from collective.appendonly.feed.parameters import to_parameters
from collective.appendonly.feed.scan import Bound
from collective.appendonly.permissions import may_list_members
from collective.appendonly.permissions import may_look_up
from collective.appendonly.permissions import may_read
from collective.appendonly.permissions import may_see_names


__all__ = [
    "Bound",
    "check_may_read",
    "count",
    "Counts",
    "everything",
    "feed",
    "FeedItem",
    "FeedPage",
    "Filters",
    "InvalidCursor",
    "InvalidFilter",
    "is_readable",
    "last",
    "may_list_members",
    "may_look_up",
    "may_read",
    "may_see_names",
    "News",
    "news",
    "read_parameters",
    "to_parameters",
    "TooMuchActivity",
    "VisibleEntry",
]
