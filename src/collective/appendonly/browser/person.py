"""The activity of one person: one's own, for every member, and that of others."""

from AccessControl import Unauthorized
from collective.appendonly.browser.digest_list import own_digests
from collective.appendonly.browser.digest_list import OwnDigest
from collective.appendonly.browser.page import ActivityPage
from collective.appendonly.feed import Filters
from collective.appendonly.feed import may_look_up
from collective.appendonly.feed import may_read
from collective.appendonly.i18n import _
from collective.appendonly.presentation.actors import Actor
from functools import cached_property
from plone import api
from plone.app.layout.viewlets import ViewletBase
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from urllib.parse import quote
from zope.i18nmessageid import Message
from zope.interface import implementer
from zope.publisher.interfaces import IPublishTraverse
from zope.publisher.interfaces import NotFound


def has_page(user_id: str | None) -> bool:
    """Tell whether there is a page about the user *user_id*, for the current user."""
    # Who may not look somebody up is not told whether there is such a user.
    return bool(user_id and may_look_up(user_id) and api.user.get(userid=user_id))


class PersonPage(ActivityPage):
    """Lists what one ``person`` did anywhere on the site, to whoever may see it."""

    nothing = _("There is nothing yet that you may see.")

    @property
    def no_filters(self) -> Filters:
        return Filters(actor=self.person)

    @cached_property
    def actor(self) -> Actor:
        """The person, as the reader may see them."""
        return self.actors.actor(self.person)

    @property
    def portrait(self) -> str | None:
        return self.actor.portrait


class MyActivity(PersonPage):
    """Lists what the current user did."""

    view_name = "@@my-activity"
    heading = _("My activity")
    description = _("What you did on this site, newest first.")
    nothing = _("You have not changed anything yet that you may still see.")
    digest_form = ViewPageTemplateFile("digest_list.pt")

    def __call__(self) -> str:
        if api.user.is_anonymous():
            raise Unauthorized("Log in to see what you did.")
        self.person = api.user.get_current().getId()
        return super().__call__()

    @cached_property
    def digests(self) -> list[OwnDigest]:
        """What they get digests of."""
        return own_digests(self.context, self.times)

    def is_offered(self) -> bool:
        """Tell whether the current user finds it in their menu."""
        return not api.user.is_anonymous() and may_read(self.context)


@implementer(IPublishTraverse)
class ActivityOf(PersonPage):
    """Lists what the user did whose id comes next in the address."""

    def publishTraverse(self, request, name):
        # An id may have slashes.
        self.person = name if self.person is None else f"{self.person}/{name}"
        return self

    def __call__(self) -> str:
        # Who may read nothing is told so, whoever it is about.
        if may_read(self.context) and not has_page(self.person):
            raise NotFound(self.context, self.person or "", self.request)
        return super().__call__()

    @property
    def view_name(self) -> str:
        return f"@@activity-of/{quote(self.person)}"

    @property
    def heading(self) -> Message:
        return _("Activity of ${name}", mapping={"name": self.actor.name})

    @property
    def description(self) -> Message:
        name = {"name": self.actor.name}
        return _("What ${name} did on this site, newest first.", mapping=name)


class LinkOnAuthorPage(ViewletBase):
    """Leads from Plone's page about a person to what they did."""

    index = ViewPageTemplateFile("author.pt")

    @property
    def url(self) -> str | None:
        """The address of the activity, for those who may go there."""
        site = api.portal.get()
        person = self.view.username
        if may_read(site) and has_page(person):
            return f"{site.absolute_url()}/@@activity-of/{quote(person)}"
        return None
