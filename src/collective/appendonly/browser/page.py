"""The activity page: the whole story of the site, of a folder or of a page, by and by."""

from collective.appendonly.browser.digest_form import DigestForm
from collective.appendonly.browser.filtered import FilteredPage
from collective.appendonly.browser.listing import ActivityListing
from collective.appendonly.browser.news import Poll
from collective.appendonly.browser.outputs import outputs
from collective.appendonly.feed import feed
from collective.appendonly.feed import is_readable
from collective.appendonly.feed import may_look_up
from collective.appendonly.i18n import _
from collective.appendonly.presentation.about import about
from collective.appendonly.presentation.days import by_day
from collective.appendonly.presentation.days import Day
from collective.appendonly.presentation.lines import Presenter
from collective.appendonly.presentation.versions import Versions
from collective.appendonly.recording import clock
from dataclasses import replace
from functools import cache
from functools import cached_property
from plone import api
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.component import getMultiAdapter


#: How many lines a page has, at most.
LINES = 20
MANAGE_ACTIVITY = "collective.appendonly: Manage activity"


class ActivityPage(ActivityListing, FilteredPage):
    """Lists what happened to the context and below it, with links to older and newer.

    The parameters ``older`` and ``newer`` are cursors, all others are filters.
    """

    index = ViewPageTemplateFile("page.pt")
    digest_form = ViewPageTemplateFile("digest_form.pt")

    within_days = True
    heading = _("Activity")
    #: The address of a picture beside it.
    portrait: str | None = None
    #: What is said where there is nothing at all.
    nothing = _(
        "Nothing has happened here yet that you may see. As soon as somebody creates, edits,"
        " moves, publishes or removes something, it is listed on this page."
    )

    def find(self) -> None:
        self.page = feed(
            self.context,
            self.filters,
            limit=LINES,
            collapse=self.times.timezone,
            **self.read_cursors("older", "newer"),
        )

    def _presenter(self):
        return Presenter(
            self.request, Versions(self.request), self.actors, self.translate
        )

    @cached_property
    def days(self) -> list[Day]:
        """The lines of the page, by day."""
        return by_day(self.lines, self.times, clock.utc_now())

    @cached_property
    def _may_look_up(self):
        return cache(may_look_up)

    def actor_url(self, actor):
        if actor.id in (None, self.filters.actor) or not self._may_look_up(actor.id):
            return None
        return self.own_address(replace(self.filters, actor=actor.id))

    @cached_property
    def poll(self) -> Poll | None:
        """What asks for news, where there can be some."""
        if self.page.latest is None or self.filters.until is not None:
            return None
        return Poll(self.address("@@activity-news", latest=self.page.latest))

    @cached_property
    def outputs(self):
        """The other ways to see what is shown here, as far as the reader may go them."""
        return outputs(self)

    @cached_property
    def digest(self) -> DigestForm | None:
        """The subscription to what is shown here, for those to whom it is offered."""
        return None if self.person is not None else DigestForm.offered(self)

    @property
    def is_broken(self) -> bool:
        """Tell whether there is nothing to see because the log is broken."""
        return not self.page.items and not is_readable()

    @property
    def is_managed(self) -> bool:
        """Tell whether the reader is one who could do something about it."""
        return api.user.has_permission(MANAGE_ACTIVITY, obj=api.portal.get())

    @property
    def description(self):
        """What the page is about, in a sentence."""
        state = getMultiAdapter(
            (self.context, self.request), name="plone_context_state"
        )
        return about(self.context, state.object_title())
