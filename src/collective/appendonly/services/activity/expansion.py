"""The activity as a component of content, listed with it and expandable (``expand=activity``)."""

from AccessControl import getSecurityManager
from Acquisition import aq_base
from collections.abc import Mapping
from collective.appendonly.digests.recipients import may_subscribe
from collective.appendonly.feed import InvalidCursor
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed import may_look_up
from collective.appendonly.feed import may_read
from collective.appendonly.feed.access import may_view_activity
from collective.appendonly.interfaces import IActivityLayer
from collective.appendonly.permissions import EXPORT_ACTIVITY
from collective.appendonly.permissions import MANAGE_ACTIVITY
from collective.appendonly.presentation.times import Times
from collective.appendonly.services.activity.query import error_body
from collective.appendonly.services.activity.query import read_query
from collective.appendonly.services.activity.representation import as_json
from collective.appendonly.settings import activity_settings
from collective.appendonly.settings import shows_recent_activity
from plone import api
from plone.restapi.interfaces import IExpandableElement
from Products.CMFCore.interfaces import IContentish
from typing import Any
from zope.component import adapter
from zope.interface import implementer


_PREFIX = "expand.activity."


@implementer(IExpandableElement)
@adapter(IContentish, IActivityLayer)
class ActivityElement:
    """The component, for users who can view the activity.

    Expanded, it has what the settings say about the place, and what the user can do there. It reads
    the log only where the recent activity is shown, or if the request has parameters for it. And
    only for the content that the request is for: with ``fullobjects``, plone.restapi expands the
    components of everything in a folder too.
    """

    def __init__(self, context, request):
        self._context = context
        self._request = request

    def __call__(self, expand: bool = False) -> dict[str, Any]:
        if not may_read(self._context):
            return {}
        url = f"{self._context.absolute_url()}/@activity"
        component = {"@id": url}
        if expand:
            lines = activity_settings().viewlet_lines
            is_shown = shows_recent_activity(self._context)
            component |= {"shown": is_shown, "lines": lines, "may": self._may()}
            if self._is_requested():
                component |= self._activity(url, is_shown, lines)
        return {"activity": component}

    def _is_requested(self) -> bool:
        requested = getattr(self._request.get("PUBLISHED"), "context", None)
        return aq_base(requested) is aq_base(self._context)

    def _may(self) -> dict[str, bool]:
        allows, context = getSecurityManager().checkPermission, self._context
        return {
            "view": may_view_activity(context),
            "subscribe": may_subscribe(context),
            "export": bool(allows(EXPORT_ACTIVITY, context)),
            "manage": bool(allows(MANAGE_ACTIVITY, api.portal.get())),
            # No user has this id.
            "see_people": may_look_up(""),
        }

    def _activity(self, url, is_shown, lines) -> dict[str, Any]:
        form = {
            name.removeprefix(_PREFIX): value
            for name, value in self._request.form.items()
            if name.startswith(_PREFIX)
        }
        if form:
            return self._page(url, form)
        if is_shown:
            return self._page(url, {"b_size": str(lines)}, in_brief=True)
        return {}

    def _page(self, url, form: Mapping[str, Any], in_brief=False) -> dict[str, Any]:
        try:
            timezone = Times(self._context, self._request).timezone
            query = read_query(form, timezone)
            return as_json(self._context, self._request, query, url, in_brief)
        except (InvalidCursor, InvalidFilter) as error:
            # The request is for the content, so the response is not an error.
            return error_body(error, self._request)
