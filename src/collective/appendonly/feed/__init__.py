"""The read side: what one person may see of the log. The only way it is read for a person."""

from collective.appendonly.feed.access import may_read
from collective.appendonly.feed.cursor import InvalidCursor
from collective.appendonly.feed.pages import feed
from collective.appendonly.feed.pages import FeedItem
from collective.appendonly.feed.pages import FeedPage
from collective.appendonly.feed.visibility import VisibleEntry


__all__ = ["feed", "FeedItem", "FeedPage", "InvalidCursor", "may_read", "VisibleEntry"]
