"""The base classes of services, and the body of requests that change something."""

from collective.appendonly.endpoint import Endpoint
from collective.appendonly.feed import check_may_read
from collective.appendonly.feed import InvalidCursor
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.permissions import unauthorized
from collective.appendonly.presentation.times import Times
from collective.appendonly.services.activity.query import error_body
from collective.appendonly.services.activity.query import Query
from collective.appendonly.services.activity.query import read_query
from plone import api
from plone.protect.interfaces import IDisableCSRFProtection
from plone.restapi.deserializer import json_body
from plone.restapi.exceptions import DeserializationError
from typing import Any
from zope.i18nmessageid import Message
from zope.interface import alsoProvides


class OwnService(Endpoint):
    """Base class of services for what members own: each what is theirs, and nothing else."""

    #: The error message for anonymous users.
    log_in: Message

    def reply(self) -> Any:
        self.request.response.setHeader("Cache-Control", "private, no-store")
        if api.user.is_anonymous():
            raise unauthorized(self.log_in)
        try:
            return self.respond()
        except DeserializationError as error:
            return self.refuse(400, {"type": "BadRequest", "message": error.msg})

    def respond(self) -> Any:
        """Return the response to a member. Errors of :func:`changing_body` may pass."""
        raise NotImplementedError


class ReadingService(Endpoint):
    """Base class of services for users who can view the activity."""

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
            return self.refuse(400, error_body(error, self.request))

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
    try:
        body = json_body(request)
    except RecursionError:
        # It is nested too deeply. For the decoder of Python this is not an invalid value.
        raise DeserializationError("No JSON object could be decoded") from None
    alsoProvides(request, IDisableCSRFProtection)
    return body
