"""``@activity-filters``: the saved filters of the current user.

``GET`` lists them, ``POST`` on content saves one for the activity there, ``DELETE`` removes one.
"""

from collective.appendonly.feed import Filters
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed import read_parameters
from collective.appendonly.feed.filters import NO_FILTERS
from collective.appendonly.feed.places import viewable_content
from collective.appendonly.feed.saved import CannotSave
from collective.appendonly.feed.saved import own_filters
from collective.appendonly.feed.saved import remove_filter
from collective.appendonly.feed.saved import save_filter
from collective.appendonly.feed.saved import SavedFilter
from collective.appendonly.guard import printable
from collective.appendonly.i18n import _
from collective.appendonly.presentation.times import Times
from collective.appendonly.presentation.wording import title_of
from collective.appendonly.services.activity.query import error_body
from collective.appendonly.services.base import changing_body
from collective.appendonly.services.base import OwnService
from datetime import tzinfo
from typing import Any
from zope.i18n import translate


class _FiltersService(OwnService):
    """Base class."""

    log_in = _("Log in to save filters.")


class FiltersGet(_FiltersService):
    """The list."""

    def respond(self) -> dict[str, Any]:
        return listed(self.request["ACTUAL_URL"].rstrip("/"))


class FiltersPost(_FiltersService):
    """Saves ``filters``, an object with the parameters of ``@activity``, under ``name``."""

    def respond(self) -> dict[str, Any]:
        sent = changing_body(self.request)
        timezone = Times(self.context, self.request).timezone
        try:
            filters = _filters(sent.get("filters"), timezone)
            saved = save_filter(self.context, sent.get("name"), filters, timezone)
        except InvalidFilter as error:
            return self.refuse(400, error_body(error, self.request))
        except CannotSave as error:
            message = translate(error.message, context=self.request)
            return self.refuse(400, {"type": "BadRequest", "message": message})
        self.request.response.setStatus(201)
        return _record(saved)


class FiltersDelete(_FiltersService):
    """Removes the saved filter with the ``name``."""

    def respond(self) -> Any:
        if not remove_filter(changing_body(self.request).get("name")):
            message = "There is no saved filter of this name."
            return self.refuse(404, {"type": "NotFound", "message": message})
        return self.reply_no_content()


def _filters(values: Any, timezone: tzinfo) -> Filters:
    filters = NO_FILTERS
    if isinstance(values, dict):
        filters = read_parameters(values, timezone)
    if filters == NO_FILTERS:
        raise InvalidFilter("filters", _("Send an object with filters."))
    return filters


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
