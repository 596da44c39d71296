"""The base classes of services that read the activity, and the body of requests that change it."""

from collective.appendonly.feed import check_may_read
from collective.appendonly.feed import InvalidCursor
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.presentation.times import Times
from collective.appendonly.services.activity.query import error_body
from collective.appendonly.services.activity.query import Query
from collective.appendonly.services.activity.query import read_query
from plone.protect.interfaces import IDisableCSRFProtection
from plone.restapi.deserializer import json_body
from plone.restapi.exceptions import DeserializationError
from plone.restapi.services import Service
from typing import Any
from zExceptions import NotFound
from zope.interface import alsoProvides
from zope.interface import implementer
from zope.publisher.interfaces import IPublishTraverse


@implementer(IPublishTraverse)
class ReadingService(Service):
    """Base class of services for users who can view the activity."""

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


class FilteringService(ReadingService):
    """Base class of those with filters. Invalid ones get a response with status 400."""

    def answer(self) -> dict[str, Any]:
        timezone = Times(self.context, self.request).timezone
        try:
            return self.respond(read_query(self.request.form, timezone))
        except (InvalidCursor, InvalidFilter) as error:
            self.content_type = "application/json"
            self.request.response.setStatus(400)
            return error_body(error, self.request)

    def respond(self, query: Query) -> dict[str, Any]:
        """Return the response to *query*. Raises the errors of the feed."""
        raise NotImplementedError


def changing_body(request) -> dict[str, Any]:
    """Return the JSON object in *request*, and allow the request to write.

    Raises DeserializationError for other content types, which forms on other sites could send.
    """
    kind = (request.getHeader("Content-Type") or "").partition(";")[0]
    if kind.strip().lower() != "application/json":
        raise DeserializationError("Send JSON, as Content-Type: application/json.")
    body = json_body(request)
    alsoProvides(request, IDisableCSRFProtection)
    return body
