"""``@activity-of/<user>`` and ``@my-activity``: the activity of one user on the whole site."""

from collective.appendonly.feed.access import has_page
from collective.appendonly.feed.parameters import MAX_LENGTH
from collective.appendonly.i18n import _
from collective.appendonly.permissions import unauthorized
from collective.appendonly.presentation.line_records import LineRecords
from collective.appendonly.services.activity.query import Query
from collective.appendonly.services.activity.representation import as_json
from collective.appendonly.services.base import FilteringService
from collective.appendonly.services.digests.representation import listed as own_digests
from collective.appendonly.services.feeds import personal_feed
from collective.appendonly.services.filters import listed as own_filters
from dataclasses import replace
from plone import api
from typing import Any
from zExceptions import NotFound


class _PersonService(FilteringService):
    """Base class. ``person`` is the id of the user."""

    person: str | None = None

    def respond(self, query: Query) -> dict[str, Any]:
        filters = replace(query.filters, actor=self.person, others=False)
        url = f"{self.context.absolute_url()}/@activity"
        query = query._replace(filters=filters)
        activity = as_json(self.context, self.request, query, url)
        activity["filters"] = list(_without_person(activity["filters"]))
        return {
            "@id": self.url,
            "person": LineRecords(self.context, self.request).person(self.person),
            "activity": activity,
        }


def _without_person(labels):
    """Yield the *labels* of all other filters. That one can't be cleared here."""
    for label in labels:
        parameters = dict(label["parameters"])
        if parameters.pop("actor", None) is not None:
            yield {**label, "parameters": parameters}


class ActivityOfGet(_PersonService):
    """The activity of the user whose id follows in the URL, or is in the parameter ``actor``."""

    def publishTraverse(self, request, name):
        # An id can have slashes.
        self.person = name if self.person is None else f"{self.person}/{name}"
        if len(self.person) > MAX_LENGTH:
            raise NotFound(self, name, request)
        return self

    def respond(self, query: Query) -> dict[str, Any]:
        if self.person is None:
            self.person = query.filters.actor
        if not has_page(self.person):
            raise NotFound(self.context, self.person or "", self.request)
        return super().respond(query)


class MyActivityGet(_PersonService):
    """The activity of the current user, with their digests, saved filters and feed URL."""

    def answer(self) -> dict[str, Any]:
        if api.user.is_anonymous():
            raise unauthorized(_("Log in to view your activity."))
        self.person = api.user.get_current().getId()
        return super().answer()

    def respond(self, query: Query) -> dict[str, Any]:
        return {
            **super().respond(query),
            "digests": own_digests(self.context),
            "filters": own_filters(f"{self.context.absolute_url()}/@activity-filters"),
            "feed": personal_feed(),
        }
