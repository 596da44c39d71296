"""``@activity-filters``: the saved filters of the current user.

``GET`` lists them, ``POST`` on content saves one for the activity there, ``DELETE`` removes one.
"""

from AccessControl import Unauthorized
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed import read_parameters
from collective.appendonly.feed.places import viewable_content
from collective.appendonly.feed.saved import CannotSave
from collective.appendonly.feed.saved import own_filters
from collective.appendonly.feed.saved import remove_filter
from collective.appendonly.feed.saved import save_filter
from collective.appendonly.feed.saved import SavedFilter
from collective.appendonly.guard import printable
from collective.appendonly.presentation.times import Times
from collective.appendonly.presentation.wording import title_of
from collective.appendonly.services.activity.query import error_body
from collective.appendonly.services.base import changing_body
from plone import api
from plone.restapi.exceptions import DeserializationError
from plone.restapi.services import Service
from typing import Any
from zope.i18n import translate


class _FiltersService(Service):
    """Base class. Users have the filters that they saved, and no others."""

    def reply(self) -> Any:
        self.request.response.setHeader("Cache-Control", "private, no-store")
        if api.user.is_anonymous():
            raise Unauthorized("Log in to save filters.")
        return self.respond()

    def respond(self) -> Any:
        """Return the response to a member."""
        raise NotImplementedError

    def refuse(self, status: int, message: str, type: str) -> dict[str, str]:
        """Return the body of an error. An exception would be in the error log of the site."""
        self.request.response.setStatus(status)
        return {"type": type, "message": message}


class FiltersGet(_FiltersService):
    """The list."""

    def respond(self) -> dict[str, Any]:
        return listed(self.request["ACTUAL_URL"].rstrip("/"))


class _ChangingService(_FiltersService):
    """Base class of services with a JSON object in the request."""

    def respond(self) -> Any:
        try:
            sent = changing_body(self.request)
        except DeserializationError as error:
            return self.refuse(400, error.msg, "BadRequest")
        return self.change(sent)

    def change(self, sent: dict[str, Any]) -> Any:
        """Return the response after a change."""
        raise NotImplementedError


class FiltersPost(_ChangingService):
    """Saves ``filters``, an object with the parameters of ``@activity``, under ``name``."""

    def change(self, sent: dict[str, Any]) -> dict[str, Any]:
        name, form = sent.get("name"), sent.get("filters")
        name = name if isinstance(name, str) else ""
        timezone = Times(self.context, self.request).timezone
        try:
            filters = read_parameters(form if isinstance(form, dict) else {}, timezone)
            saved = save_filter(self.context, name, filters, timezone)
        except InvalidFilter as error:
            return self.refuse(400, **error_body(error, self.request))
        except CannotSave as error:
            message = translate(error.message, context=self.request)
            return self.refuse(400, message, "BadRequest")
        self.request.response.setStatus(201)
        return _record(saved)


class FiltersDelete(_ChangingService):
    """Removes the saved filter with the ``name``."""

    def change(self, sent: dict[str, Any]) -> Any:
        if not remove_filter(sent.get("name")):
            return self.refuse(
                404, "There is no saved filter of this name.", "NotFound"
            )
        return self.reply_no_content()


def listed(url: str) -> dict[str, Any]:
    """Return the saved filters of the current user. *url* is the URL of the list."""
    return {"@id": url, "items": [_record(saved) for saved in own_filters()]}


def _record(saved: SavedFilter) -> dict[str, Any]:
    place = viewable_content(saved.place)
    url = None if place is None else place.absolute_url()
    return {
        "name": printable(saved.name),
        "title": None if place is None else title_of(place),
        "query": saved.query,
        "activity": url and f"{url}/@activity?{saved.query}",
        "page": url and f"{url}/@@activity?{saved.query}",
    }
