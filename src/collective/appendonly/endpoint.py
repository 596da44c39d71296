"""The base class of all services of the REST API."""

from plone.restapi.services import Service
from zExceptions import NotFound
from zope.interface import implementer
from zope.publisher.interfaces import IPublishTraverse


@implementer(IPublishTraverse)
class Endpoint(Service):
    """Base class of services whose URL ends with their name."""

    def publishTraverse(self, request, name):
        # Otherwise Zope would look for attributes and views of the service, and find some that break,
        # or that lead on to any content.
        raise NotFound(self, name, request)

    def refuse(self, status: int, body: dict[str, str]) -> dict[str, str]:
        """Return the *body* of an error. An exception would be in the error log of the site."""
        self.content_type = "application/json"
        self.request.response.setStatus(status)
        return body
