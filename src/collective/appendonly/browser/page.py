"""The activity page: all activity of the site, of a folder or of a page, in batches."""

from collective.appendonly import clock
from collective.appendonly.browser.digest_form import DigestForm
from collective.appendonly.browser.filtered import FilteredPage
from collective.appendonly.browser.listing import ActivityListing
from collective.appendonly.browser.news import Poll
from collective.appendonly.browser.outputs import outputs
from collective.appendonly.browser.saved_filters import saving_form
from collective.appendonly.browser.saved_filters import SavingForm
from collective.appendonly.feed import feed
from collective.appendonly.feed import is_readable
from collective.appendonly.feed.access import may_view_activity
from collective.appendonly.feed.parameters import read_size
from collective.appendonly.i18n import _
from collective.appendonly.permissions import has_content_menus
from collective.appendonly.permissions import lookup_check
from collective.appendonly.permissions import MANAGE_ACTIVITY
from collective.appendonly.presentation.actors import Actor
from collective.appendonly.presentation.days import by_day
from collective.appendonly.presentation.days import Day
from collective.appendonly.presentation.lines import Presenter
from collective.appendonly.presentation.restoring import Restoring
from collective.appendonly.presentation.versions import Versions
from collective.appendonly.presentation.wording import activity_description
from collective.appendonly.presentation.wording import searched_back
from collective.appendonly.settings import shows_recent_activity
from dataclasses import replace
from functools import cached_property
from plone import api
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.component import getMultiAdapter
from zope.i18nmessageid import Message


#: The numbers of lines on a page that the form offers.
SIZES = (10, 20, 50, 100)


class ActivityPage(ActivityListing, FilteredPage):
    """The activity of the context and below it, with links to older and newer activity.

    The parameters ``older`` and ``newer`` are cursors, ``b_size`` is the number of lines, all
    others are filters.
    """

    sizes = SIZES
    index = ViewPageTemplateFile("page.pt")
    digest_form = ViewPageTemplateFile("digest_form.pt")
    #: The list of saved filters, on the page of their owner.
    saved_filters = ""

    within_days = True
    heading = _("Activity")
    #: The URL of a portrait beside the heading.
    portrait: str | None = None
    #: The message on a page without any activity.
    empty_message = _(
        "No activity you can see here yet. This page lists content that is"
        " created, edited, moved, published or removed."
    )

    def is_offered_in_toolbar(self) -> bool:
        """Return whether the toolbar of the context has a link to this page."""
        return has_content_menus(self.context) and may_view_activity(self.context)

    def is_offered_below(self) -> bool:
        """Return whether there is a link to this page below the content instead.

        The viewlet there has one itself, except on a default page: it is about the folder.
        """
        state = getMultiAdapter(
            (self.context, self.request), name="plone_context_state"
        )
        return (
            not has_content_menus(self.context)
            and (state.is_default_page() or not shows_recent_activity(self.context))
            and may_view_activity(self.context)
        )

    def find(self) -> None:
        self.size = read_size(self.request.form)
        self.page = feed(
            self.context,
            self.filters,
            limit=self.size,
            collapse=self.times.timezone,
            **self.read_cursors("older", "newer"),
        )

    def _presenter(self):
        return Presenter(
            self.request,
            Versions(self.request),
            self.actors,
            self.translate,
            self.times,
            Restoring(),
        )

    @cached_property
    def days(self) -> list[Day]:
        """The lines of the page, by day."""
        return by_day(self.lines, self.times, clock.utc_now())

    @cached_property
    def _may_look_up(self):
        return lookup_check()

    def actor_url(self, actor: Actor) -> str | None:
        if actor.id in (None, self.filters.actor) or not self._may_look_up(actor.id):
            return None
        return self.own_url(replace(self.filters, actor=actor.id, others=False))

    @cached_property
    def poll(self) -> Poll | None:
        """The polling request, if there can be new activity."""
        if self.page.latest is None or self.filters.until is not None:
            return None
        return Poll(self.list_url("@@activity-news", latest=self.page.latest))

    @cached_property
    def saving(self) -> SavingForm | None:
        return saving_form(self)

    @cached_property
    def outputs(self):
        """The links to other formats that the reader is allowed to open."""
        return outputs(self)

    @cached_property
    def digest(self) -> DigestForm | None:
        """The subscription form, if the reader can subscribe to this activity."""
        return None if self.person is not None else DigestForm.offered(self)

    @property
    def is_broken(self) -> bool:
        """Whether the page is empty because the log is broken."""
        return not self.page.items and not is_readable()

    @property
    def searched_back(self) -> Message:
        """The day back to which the log was searched, if the page was not full then."""
        return searched_back(self.times.day(self.page.reached))

    @property
    def is_manager(self) -> bool:
        """Whether the reader can manage the activity log."""
        return api.user.has_permission(MANAGE_ACTIVITY, obj=api.portal.get())

    @property
    def description(self):
        """A sentence below the heading."""
        return activity_description(self.context, self.context_title)
