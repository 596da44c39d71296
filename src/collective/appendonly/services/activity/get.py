"""The services: ``@activity``, ``@activity-news`` and ``@activity-changes``."""

from collective.appendonly.feed import check_may_read
from collective.appendonly.feed import InvalidCursor
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed import news
from collective.appendonly.i18n import _
from collective.appendonly.presentation.changes import requested_comparison
from collective.appendonly.presentation.times import Times
from collective.appendonly.services.activity.negotiation import JSON
from collective.appendonly.services.activity.negotiation import media_type
from collective.appendonly.services.activity.query import error_body
from collective.appendonly.services.activity.query import Query
from collective.appendonly.services.activity.query import read_cursor
from collective.appendonly.services.activity.query import read_query
from collective.appendonly.services.activity.representation import as_activity_streams
from collective.appendonly.services.activity.representation import as_changes
from collective.appendonly.services.activity.representation import as_json
from collective.appendonly.services.activity.representation import news_url
from plone.restapi.services import Service
from typing import Any
from zExceptions import NotFound
from zope.interface import implementer
from zope.publisher.interfaces import IPublishTraverse


@implementer(IPublishTraverse)
class _Service(Service):
    """Base class of all."""

    def publishTraverse(self, request, name):
        # Otherwise Zope would look for views of the service, and find some that break.
        raise NotFound(self, name, request)

    def reply(self) -> dict[str, Any]:
        # The response is for this user only, and the next one may be different.
        self.request.response.setHeader("Cache-Control", "private, no-store")
        self.request.response.appendHeader("Vary", "Accept")
        check_may_read(self.context)
        return self.answer()

    def answer(self) -> dict[str, Any]:
        """Return the response to a user who can view the activity."""
        raise NotImplementedError

    @property
    def url(self) -> str:
        """The URL of the service as it was called, for links to more pages."""
        return self.request["ACTUAL_URL"].rstrip("/")


class _ActivityService(_Service):
    """Base class of those with filters. Invalid ones get a response with status 400."""

    def answer(self) -> dict[str, Any]:
        timezone = Times(self.context, self.request).timezone
        try:
            return self.respond(read_query(self.request.form, timezone))
        except (InvalidCursor, InvalidFilter) as error:
            self.content_type = JSON
            self.request.response.setStatus(400)
            return error_body(error, self.request)

    def respond(self, query: Query) -> dict[str, Any]:
        """Return the response to *query*. Raises the errors of the feed."""
        raise NotImplementedError


class ActivityGet(_ActivityService):
    """A page of the activity of the context and below it, newest first."""

    def respond(self, query: Query) -> dict[str, Any]:
        self.content_type = media_type(self.request)
        represent = as_json if self.content_type == JSON else as_activity_streams
        return represent(self.context, self.request, query, self.url)


class ActivityNewsGet(_ActivityService):
    """The number of items since the cursor ``latest``. Cheap if there is none."""

    def respond(self, query: Query) -> dict[str, Any]:
        latest = read_cursor(self.request.form, "latest")
        if latest is None:
            raise InvalidFilter(
                "latest", _("Use the URL from a first page of results.")
            )
        found = news(self.context, latest, query.filters, query.timezone)
        return {
            "@id": query.url(self.url, latest=latest),
            "count": found.count,
            "is_more": found.is_more,
            "news": news_url(query, self.url, found.latest),
        }


class ActivityChangesGet(_Service):
    """The words that differ between the versions ``from`` and ``to`` of the context."""

    def answer(self) -> dict[str, Any]:
        comparison = requested_comparison(self.context, self.request)
        return as_changes(comparison, self.url, self.request.form)
