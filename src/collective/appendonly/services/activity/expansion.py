"""The activity as a component of content, listed with it and expandable (``expand=activity``)."""

from collective.appendonly.feed import InvalidCursor
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed import may_read
from collective.appendonly.interfaces import IActivityLayer
from collective.appendonly.presentation.times import Times
from collective.appendonly.services.activity.query import error_body
from collective.appendonly.services.activity.query import read_query
from collective.appendonly.services.activity.representation import as_json
from plone.restapi.interfaces import IExpandableElement
from Products.CMFCore.interfaces import IContentish
from typing import Any
from zope.component import adapter
from zope.interface import implementer


_PREFIX = "expand.activity."


@implementer(IExpandableElement)
@adapter(IContentish, IActivityLayer)
class ActivityElement:
    """The component, for users who can view the activity. Reads the log only if expanded."""

    def __init__(self, context, request):
        self._context = context
        self._request = request

    def __call__(self, expand: bool = False) -> dict[str, Any]:
        if not may_read(self._context):
            return {}
        url = f"{self._context.absolute_url()}/@activity"
        return {"activity": self._expanded(url) if expand else {"@id": url}}

    def _expanded(self, url):
        form = {
            name.removeprefix(_PREFIX): value
            for name, value in self._request.form.items()
            if name.startswith(_PREFIX)
        }
        try:
            timezone = Times(self._context, self._request).timezone
            query = read_query(form, timezone)
            return as_json(self._context, self._request, query, url)
        except (InvalidCursor, InvalidFilter) as error:
            # The request is for the content, so the response is not an error.
            return {"@id": url, **error_body(error, self._request)}
