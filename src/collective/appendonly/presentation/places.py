"""The titles and URLs of content in lists of subscriptions and of saved filters.

A list outlives the content, and the permission to view it. Then only the entry itself is known.
"""

from collective.appendonly.feed.places import viewable_content
from collective.appendonly.feed.places import WHOLE_SITE
from collective.appendonly.i18n import _
from collective.appendonly.presentation.wording import title_of
from typing import NamedTuple
from zope.i18nmessageid import Message


class ListedPlace(NamedTuple):
    """A title, and the URL of the activity page, None if the current user cannot view the place."""

    title: Message | str
    url: str | None


def listed_place(uid: str, query: str) -> ListedPlace:
    """Return how content with *uid*, or the site, is listed for the current user.

    *query* has the filters of the activity page, as in a URL. It may be empty.
    """
    place = viewable_content(uid)
    if uid == WHOLE_SITE:
        title = _("The whole site")
    elif place is not None:
        title = title_of(place)
    else:
        title = _("Content that no longer exists or that you cannot view")
    url = None if place is None else f"{place.absolute_url()}/@@activity"
    return ListedPlace(title, f"{url}?{query}" if url and query else url)
