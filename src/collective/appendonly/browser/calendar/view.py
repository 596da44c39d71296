"""The activity calendar: heat maps of a year and of the hours of the week."""

from collective.appendonly import clock
from collective.appendonly.browser.calendar.days import Days
from collective.appendonly.browser.calendar.hours import Hours
from collective.appendonly.browser.calendar.period import Period
from collective.appendonly.browser.calendar.texts import CalendarTexts
from collective.appendonly.browser.filtered import FilteredPage
from collective.appendonly.feed import count
from collective.appendonly.i18n import _
from functools import partial
from plone.app.event.base import first_weekday
from Products.CMFCore.interfaces import ISiteRoot
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


class CalendarView(FilteredPage):
    """Counts the changes to the context and below it that the current user can view.

    The parameters are those of the activity page. If the log is too long for one request, the
    page counts the newest part, says so, and links to the rest: ``to`` is then the day to
    continue from. If even one day is too long, the cursor ``older`` is used.
    """

    index = ViewPageTemplateFile("calendar.pt")
    macros = ViewPageTemplateFile("macros.pt")

    heading = _("Activity calendar")
    view_name = "@@activity-calendar"
    days = hours = None
    reached = rest = year_before = year_after = None

    def find(self) -> None:
        timezone = self.times.timezone
        today = clock.utc_now().astimezone(timezone).date()
        period = Period(self.filters, today, timezone, first_weekday())
        cursors = self.read_cursors("older")
        counts = count(self.context, timezone, period.filters, **cursors)
        texts = CalendarTexts(self.times, self.request)
        if counts.older is not None:
            self.reached = texts.day(counts.reached)
            self.rest = self._rest(period, counts)
        self.year_before = self._year_url(period.year_before())
        self.year_after = self._year_url(period.year_after())
        if counts.days:
            began = self._began(period, counts) if cursors else None
            url_of = partial(self._url_of_day, period)
            self.days = Days(counts, period, texts, url_of, began)
            self.hours = Hours(counts, period.year.weekdays, texts)

    def _rest(self, period, counts):
        """Return the URL of a page that counts the rest."""
        # Count a partly counted day again, as a whole. Continue within the day only if this
        # page has already tried that.
        earlier = period.up_to(counts.reached)
        if earlier is not None:
            return self.own_url(earlier)
        return self.own_url(period.pinned, older=counts.older)

    def _began(self, period, counts):
        # A cursor has no date. The cursors that this page creates belong to the last day.
        return period.last if self.filters.until else max(counts.days)

    def _year_url(self, filters):
        return None if filters is None else self.own_url(filters)

    def _url_of_day(self, period, day):
        return self.url_of("@@activity", period.on(day))

    @property
    def description(self):
        """A sentence below the heading."""
        if ISiteRoot.providedBy(self.context):
            return _("Activity on this site by day and by hour.")
        return _(
            "Activity in “${title}” by day and by hour.",
            mapping={"title": self.context_title},
        )
