"""The page with the picture: a calendar of the year, and the hours of the week."""

from collective.appendonly.browser.calendar.days import Days
from collective.appendonly.browser.calendar.hours import Hours
from collective.appendonly.browser.calendar.period import Period
from collective.appendonly.browser.calendar.words import Words
from collective.appendonly.browser.filtered import FilteredPage
from collective.appendonly.feed import count
from collective.appendonly.i18n import _
from collective.appendonly.recording import clock
from functools import partial
from plone.app.event.base import first_weekday
from Products.CMFCore.interfaces import ISiteRoot
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.component import getMultiAdapter


class CalendarView(FilteredPage):
    """Counts what happened to the context and below it, of what the current user may see.

    Its parameters are those of the activity page. Of a log that is too long for one request
    it counts the newest part, says so, and leads on: ``to`` is then the day to go on from.
    Where one day is too much, it is ``older``, a cursor.
    """

    index = ViewPageTemplateFile("calendar.pt")
    macros = ViewPageTemplateFile("macros.pt")

    view_name = "@@activity-calendar"
    days = hours = None
    reached = rest = year_before = year_after = None

    def find(self) -> None:
        timezone = self.times.timezone
        today = clock.utc_now().astimezone(timezone).date()
        period = Period(self.filters, today, timezone, first_weekday())
        cursors = self.read_cursors("older")
        counts = count(self.context, timezone, period.filters, **cursors)
        words = Words(self.times, self.request)
        if counts.older is not None:
            self.reached = words.day(counts.reached)
            self.rest = self._rest(period, counts)
        self.year_before = self._address_of(period.year_before())
        self.year_after = self._address_of(period.year_after())
        if counts.days:
            began = self._began(period, counts) if cursors else None
            address = partial(self._address_of_day, period)
            self.days = Days(counts, period, words, address, began)
            self.hours = Hours(counts, period.year.weekdays, words)

    def _rest(self, period, counts):
        """Return the address of a picture of what was not counted."""
        # A day of which a part was counted is counted again, as a whole. Only if that is what
        # was tried already, it goes on within the day.
        earlier = period.up_to(counts.reached)
        if earlier is not None:
            return self.own_address(earlier)
        return self.own_address(period.pinned, older=counts.older)

    def _began(self, period, counts):
        # A cursor doesn't tell which day it is of. Those from here are of the last day.
        return period.last if self.filters.until else max(counts.days)

    def _address_of(self, filters):
        return None if filters is None else self.own_address(filters)

    def _address_of_day(self, period, day):
        return self.address("@@activity", period.on(day))

    @property
    def description(self):
        """What the page is about, in a sentence."""
        if ISiteRoot.providedBy(self.context):
            return _("How much happened on this site, by day and by hour.")
        state = getMultiAdapter(
            (self.context, self.request), name="plone_context_state"
        )
        return _(
            "How much happened in “${title}”, by day and by hour.",
            mapping={"title": state.object_title()},
        )
