"""The services: ``@activity`` and ``@activity-news``."""

from collective.appendonly.feed import check_may_read
from collective.appendonly.feed import InvalidCursor
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed import news
from collective.appendonly.i18n import _
from collective.appendonly.presentation.times import Times
from collective.appendonly.services.activity.negotiation import JSON
from collective.appendonly.services.activity.negotiation import media_type
from collective.appendonly.services.activity.query import Query
from collective.appendonly.services.activity.query import read_cursor
from collective.appendonly.services.activity.query import read_query
from collective.appendonly.services.activity.query import refusal
from collective.appendonly.services.activity.representation import as_activity_streams
from collective.appendonly.services.activity.representation import as_json
from collective.appendonly.services.activity.representation import news_address
from plone.restapi.services import Service
from typing import Any
from zExceptions import NotFound
from zope.interface import implementer
from zope.publisher.interfaces import IPublishTraverse


@implementer(IPublishTraverse)
class _ActivityService(Service):
    """Answers those who may read the activity. What can't be asked for gets status 400."""

    def publishTraverse(self, request, name):
        # Else Zope would look for a view of the service, and find some that break.
        raise NotFound(self, name, request)

    def reply(self) -> dict[str, Any]:
        # What one person may see is nobody else's, and another thing a moment later.
        self.request.response.setHeader("Cache-Control", "private, no-store")
        self.request.response.appendHeader("Vary", "Accept")
        check_may_read(self.context)
        timezone = Times(self.context, self.request).timezone
        try:
            return self.answer(read_query(self.request.form, timezone))
        except (InvalidCursor, InvalidFilter) as error:
            self.content_type = JSON
            self.request.response.setStatus(400)
            return refusal(error, self.request)

    def answer(self, query: Query) -> dict[str, Any]:
        """Return the answer to *query*. May raise what the feed raises."""
        raise NotImplementedError

    @property
    def url(self) -> str:
        """The address of the service as it was called, so that its links work the same way."""
        return self.request["ACTUAL_URL"].rstrip("/")


class ActivityGet(_ActivityService):
    """A page of what happened to the context and below it, newest first."""

    def answer(self, query: Query) -> dict[str, Any]:
        self.content_type = media_type(self.request)
        represent = as_json if self.content_type == JSON else as_activity_streams
        return represent(self.context, self.request, query, self.url)


class ActivityNewsGet(_ActivityService):
    """How much is new since the cursor ``latest``. Cheap when there is nothing."""

    def answer(self, query: Query) -> dict[str, Any]:
        latest = read_cursor(self.request.form, "latest")
        if latest is None:
            raise InvalidFilter("latest", _("Take this address from a first page."))
        found = news(self.context, latest, query.filters)
        return {
            "@id": query.address(self.url, latest=latest),
            "count": found.count,
            "is_more": found.is_more,
            "news": news_address(query, self.url, found.latest),
        }
