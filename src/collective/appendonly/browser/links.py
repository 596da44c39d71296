"""Viewlets with a link to the activity, on pages of Plone."""

from collective.appendonly.browser.icons import Icons
from collective.appendonly.feed import may_read
from collective.appendonly.feed.access import has_page
from collective.appendonly.feed.access import may_view_activity
from collective.appendonly.i18n import _
from plone import api
from plone.app.layout.viewlets import ViewletBase
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from urllib.parse import urlencode
from zope.i18nmessageid import Message


class Link(ViewletBase):
    """A link with an icon."""

    index = ViewPageTemplateFile("link.pt")

    label: Message

    @property
    def icon(self) -> str:
        return Icons(self.context, self.request).tag("clock-history", "me-1")

    @property
    def url(self) -> str | None:
        """The URL of the activity, None if the current user cannot open it."""
        raise NotImplementedError


class LinkOnAuthorPage(Link):
    """On the author page: to the activity of the author."""

    label = _("Activity of this user")

    @property
    def url(self) -> str | None:
        site = api.portal.get()
        person = self.view.username
        if may_read(site) and has_page(person):
            query = urlencode({"actor": person})
            return f"{site.absolute_url()}/@@activity-of?{query}"
        return None


class LinkOnHistoryPage(Link):
    """On the history of content: to its activity."""

    label = _("Activity of this item")

    @property
    def url(self) -> str | None:
        if may_view_activity(self.context):
            return f"{self.context.absolute_url()}/@@activity"
        return None
