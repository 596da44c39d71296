"""The services: ``@activity``, ``@activity-news`` and ``@activity-changes``."""

from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed import news
from collective.appendonly.i18n import _
from collective.appendonly.presentation.changes import requested_comparison
from collective.appendonly.presentation.numbers import new_changes
from collective.appendonly.services.activity.negotiation import JSON
from collective.appendonly.services.activity.negotiation import media_type
from collective.appendonly.services.activity.query import Query
from collective.appendonly.services.activity.query import read_cursor
from collective.appendonly.services.activity.representation import as_activity_streams
from collective.appendonly.services.activity.representation import as_changes
from collective.appendonly.services.activity.representation import as_json
from collective.appendonly.services.activity.representation import news_url
from collective.appendonly.services.base import FilteringService
from collective.appendonly.services.base import ReadingService
from typing import Any
from zope.i18n import translate


class ActivityGet(FilteringService):
    """A page of the activity of the context and below it, newest first."""

    def respond(self, query: Query) -> dict[str, Any]:
        self.content_type = media_type(self.request)
        represent = as_json if self.content_type == JSON else as_activity_streams
        return represent(self.context, self.request, query, self.url)


class ActivityNewsGet(FilteringService):
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
            "text": self._text(new_changes(found)) if found.count else None,
            "news": news_url(query, self.url, found.latest),
        }

    def _text(self, message):
        return translate(message, context=self.request)


class ActivityChangesGet(ReadingService):
    """The words that differ between the versions ``from`` and ``to`` of the context."""

    def answer(self) -> dict[str, Any]:
        comparison = requested_comparison(self.context, self.request)
        return as_changes(comparison, self.url, self.request.form)
