"""The activity of one user: the own activity of each member, and that of others."""

from collective.appendonly.browser.digest_list import listed_digests
from collective.appendonly.browser.digest_list import OwnDigest
from collective.appendonly.browser.page import ActivityPage
from collective.appendonly.browser.saved_filters import listed_filters
from collective.appendonly.browser.saved_filters import OwnFilter
from collective.appendonly.feed import Filters
from collective.appendonly.feed import may_read
from collective.appendonly.feed.access import has_page
from collective.appendonly.feed.parameters import MAX_LENGTH
from collective.appendonly.i18n import _
from collective.appendonly.permissions import unauthorized
from collective.appendonly.presentation.actors import Actor
from dataclasses import replace
from functools import cached_property
from plone import api
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.i18nmessageid import Message
from zope.interface import implementer
from zope.publisher.interfaces import IPublishTraverse
from zope.publisher.interfaces import NotFound


class PersonPage(ActivityPage):
    """The activity of one user, ``person``, on the whole site."""

    empty_message = _("No activity you can see yet.")

    @property
    def no_filters(self) -> Filters:
        return Filters(actor=self.person)

    @cached_property
    def actor(self) -> Actor:
        """The user, as shown to the reader."""
        return self.actors.actor(self.person)

    @property
    def portrait(self) -> str | None:
        return self.actor.portrait


class MyActivity(PersonPage):
    """The activity of the current user: ``@@my-activity``."""

    view_name = "@@my-activity"
    heading = _("My activity")
    description = _("Your activity on this site, newest first.")
    empty_message = _("You have made no changes to content you can view.")
    digest_form = ViewPageTemplateFile("digest_list.pt")
    saved_filters = ViewPageTemplateFile("saved_filters.pt")

    def __call__(self) -> str:
        if api.user.is_anonymous():
            raise unauthorized(_("Log in to view your activity."))
        self.person = api.user.get_current().getId()
        return super().__call__()

    @cached_property
    def digests(self) -> list[OwnDigest]:
        """Their subscriptions to digests."""
        return listed_digests(self)

    @cached_property
    def own_filters(self) -> list[OwnFilter]:
        """Their saved filters."""
        return listed_filters()

    def own_url(self, filters: Filters | None = None, **cursors: str) -> str:
        others = replace(self.filters if filters is None else filters, actor=None)
        return super().own_url(others, **cursors)

    def is_offered(self) -> bool:
        """Return whether the user menu has a link to this page."""
        return not api.user.is_anonymous() and may_read(self.context)


@implementer(IPublishTraverse)
class ActivityOf(PersonPage):
    """The activity of the user with the id in the parameter ``actor``: ``@@activity-of``.

    The id can also follow in the URL, as in 1.0.0a1, unless the publisher or a web server takes
    something in it for a part of a path.
    """

    view_name = "@@activity-of"
    is_about_actor = True

    def publishTraverse(self, request, name):
        # An id can have slashes.
        self.person = name if self.person is None else f"{self.person}/{name}"
        if len(self.person) > MAX_LENGTH:
            raise NotFound(self.context, name, request)
        return self

    def __call__(self) -> str:
        asked_for = self.request.form.get("actor")
        if self.person is None and isinstance(asked_for, str):
            self.person = asked_for or None
        # Without the permission the response is the same for all users.
        if may_read(self.context) and not has_page(self.person):
            raise NotFound(self.context, self.person or "", self.request)
        return super().__call__()

    @property
    def heading(self) -> Message:
        return _("Activity of ${name}", mapping={"name": self.actor.name})

    @property
    def description(self) -> Message:
        name = {"name": self.actor.name}
        return _("Activity of ${name} on this site, newest first.", mapping=name)
