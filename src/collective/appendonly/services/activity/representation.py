"""A page of the feed as an answer: JSON in the manner of plone.restapi, or Activity Streams."""

from collective.appendonly.feed import feed
from collective.appendonly.feed import FeedPage
from collective.appendonly.presentation.activity_streams import CONTEXT
from collective.appendonly.presentation.activity_streams import Streams
from collective.appendonly.presentation.records import Records
from collective.appendonly.services.activity.query import Query
from collective.appendonly.services.activity.query import SIZE
from typing import Any


def as_json(context, request, query: Query, url: str) -> dict[str, Any]:
    """Return the page that *query* asks for; *url* is the address of the service.

    Raises what the feed raises.
    """
    page = _page(context, query)
    records = Records(request)
    return {
        "@id": query.address(url),
        "items": [records.record(item) for item in page.items],
        "batching": {
            "@id": query.own_address(url),
            "first": query.address(url),
            **_neighbours(page, query, url),
        },
        "news": news_address(query, url, page.latest),
    }


def as_activity_streams(context, request, query: Query, url: str) -> dict[str, Any]:
    """Return the same as a collection of W3C Activity Streams 2.0, or as a page of it."""
    page = _page(context, query)
    streams = Streams(request)
    collection = query.address(url)
    leaf = {
        "type": "OrderedCollectionPage",
        "partOf": collection,
        **_neighbours(page, query, url),
        "orderedItems": [streams.activity(item) for item in page.items],
    }
    if not query.is_first:
        return {"@context": CONTEXT, "id": query.own_address(url), **leaf}
    # The first page has no address of its own: it is another one after the next edit.
    return {
        "@context": CONTEXT,
        "id": collection,
        "type": "OrderedCollection",
        "first": leaf,
    }


def news_address(query: Query, url: str, latest: str | None) -> str | None:
    """Return where to ask for what happened since the cursor *latest*."""
    if latest is None:
        return None
    url = f"{url.rpartition('/')[0]}/@activity-news"
    # It counts, so it has no pages.
    return query._replace(size=SIZE).address(url, latest=latest)


def _page(context, query) -> FeedPage:
    return feed(
        context,
        query.filters,
        older=query.older,
        newer=query.newer,
        limit=query.size,
    )


def _neighbours(page, query, url):
    cursors = {"next": ("older", page.older), "prev": ("newer", page.newer)}
    return {
        relation: query.address(url, **{name: cursor})
        for relation, (name, cursor) in cursors.items()
        if cursor is not None
    }
