"""A page of the feed as a response: JSON as in plone.restapi, or Activity Streams."""

from collective.appendonly.entry import to_iso
from collective.appendonly.feed import feed
from collective.appendonly.feed import FeedPage
from collective.appendonly.feed.parameters import SIZE
from collective.appendonly.feed.scan import PART_BOUND
from collective.appendonly.presentation.activity_streams import CONTEXT
from collective.appendonly.presentation.activity_streams import Streams
from collective.appendonly.presentation.changes import Comparison
from collective.appendonly.presentation.line_records import LineRecords
from collective.appendonly.services.activity.query import Query
from typing import Any
from urllib.parse import urlencode


# The options of the feed for a part of a page, as in the viewlet.
_BRIEF: dict[str, Any] = {"bound": PART_BOUND, "values": False}


def as_json(
    context, request, query: Query, url: str, in_brief: bool = False
) -> dict[str, Any]:
    """Return the page for *query*; *url* is the URL of the service.

    *in_brief*, it takes little time: less of the log is searched, entries have no values, roles
    and notes, and lines no links to versions. Raises the errors of the feed.
    """
    page = _page(context, query, **_BRIEF if in_brief else {})
    records = LineRecords(context, request, links=not in_brief)
    return {
        "@id": query.url(url),
        "items": [records.record(item) for item in page.items],
        "batching": {
            "@id": query.own_url(url),
            "first": query.url(url),
            **_neighbours(page, query, url),
        },
        "cursors": {
            "older": page.older,
            "newer": page.newer,
            "latest": page.latest,
        },
        "filters": records.filters(query.filters, page.items),
        "news": news_url(query, url, page.latest),
        "reached": page.reached and to_iso(page.reached),
    }


def as_activity_streams(context, request, query: Query, url: str) -> dict[str, Any]:
    """Return the same as a collection of Activity Streams 2.0, or as a page of it."""
    page = _page(context, query, values=False)
    streams = Streams(request)
    collection = query.url(url)
    leaf = {
        "type": "OrderedCollectionPage",
        "partOf": collection,
        **_neighbours(page, query, url),
        "orderedItems": [streams.activity(item) for item in page.items],
    }
    if not query.is_first:
        return {"@context": CONTEXT, "id": query.own_url(url), **leaf}
    # The first page has no URL of its own: its items change with each edit.
    return {
        "@context": CONTEXT,
        "id": collection,
        "type": "OrderedCollection",
        "first": leaf,
    }


def as_changes(comparison: Comparison, url: str, form) -> dict[str, Any]:
    """Return a comparison of versions; *url* is the URL of the service, *form* its parameters."""
    parameters = {name: form[name] for name in ("from", "to")}
    return {
        "@id": f"{url}?{urlencode(parameters)}",
        "changes": [
            {
                "field": change.field,
                "title": change.title,
                "passages": [
                    [{"text": part.text, "change": part.name} for part in passage]
                    for passage in change.passages
                ],
            }
            for change in comparison.changes
        ],
        "complete": comparison.is_complete,
    }


def news_url(query: Query, url: str, latest: str | None) -> str | None:
    """Return the URL of ``@activity-news`` for the cursor *latest*."""
    if latest is None:
        return None
    url = f"{url.rpartition('/')[0]}/@activity-news"
    # That service has no pages.
    return query._replace(size=SIZE).url(url, latest=latest)


def _page(context, query, **options) -> FeedPage:
    return feed(
        context,
        query.filters,
        older=query.older,
        newer=query.newer,
        limit=query.size,
        collapse=query.timezone,
        **options,
    )


def _neighbours(page, query, url):
    cursors = {"next": ("older", page.older), "prev": ("newer", page.newer)}
    return {
        relation: query.url(url, **{name: cursor})
        for relation, (name, cursor) in cursors.items()
        if cursor is not None
    }
