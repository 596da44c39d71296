"""What the views have in common that show a part of the activity: filters in their address."""

from collective.appendonly.browser.filter_form import FilterForm
from collective.appendonly.feed import check_may_read
from collective.appendonly.feed import FeedPage
from collective.appendonly.feed import Filters
from collective.appendonly.feed import InvalidCursor
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed import read_parameters
from collective.appendonly.feed import to_parameters
from collective.appendonly.feed.filters import NO_FILTERS
from collective.appendonly.presentation.actors import Actors
from collective.appendonly.presentation.times import Times
from collective.appendonly.presentation.translator import Translator
from dataclasses import replace
from functools import cached_property
from Products.Five.browser import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from urllib.parse import urlencode


class Filtered:
    """Mix-in of a view that reads filters from its address and writes them into others."""

    #: How the view is called in an address below the context.
    view_name = "@@activity"
    #: The id of the one person whose activity it shows, which is then no filter of its own.
    person: str | None = None

    filters: Filters = NO_FILTERS
    no_filters = NO_FILTERS

    def read_filters(self) -> Filters:
        """Return the filters in the request; of the one person, if it is about one.

        Raises :class:`~collective.appendonly.feed.InvalidFilter`.
        """
        filters = read_parameters(self.request.form, self.times.timezone)
        return filters if self.person is None else replace(filters, actor=self.person)

    def read_cursors(self, *names: str) -> dict[str, str]:
        """Return those of the parameters *names* that are given, which may be one.

        Raises :class:`~collective.appendonly.feed.InvalidCursor`.
        """
        form = self.request.form
        cursors = {name: form[name] for name in names if name in form}
        if len(cursors) > 1 or not all(isinstance(c, str) for c in cursors.values()):
            raise InvalidCursor(f"Give one cursor, once: {' or '.join(names)}.")
        return cursors

    @cached_property
    def times(self) -> Times:
        """Tells times to the reader."""
        return Times(self.context, self.request)

    @cached_property
    def translate(self) -> Translator:
        """Translates for the reader."""
        return Translator(self.request)

    @cached_property
    def actors(self) -> Actors:
        """Knows the people that the reader may know."""
        return Actors(self.request)

    def address(self, view: str, filters: Filters | None = None, **others: str) -> str:
        """Return the address of a view of the context: what is shown here, or *filters*."""
        shown = self.filters if filters is None else filters
        pairs = [*to_parameters(shown, self.times.timezone), *others.items()]
        query = f"?{urlencode(pairs)}" if pairs else ""
        return f"{self.context.absolute_url()}/{view}{query}"

    def own_address(self, filters: Filters | None = None, **cursors: str) -> str:
        """Return an address of this view."""
        shown = self.filters if filters is None else filters
        if self.person is not None:
            shown = replace(shown, actor=None)
        return self.address(self.view_name, shown, **cursors)


class FilteredPage(Filtered, BrowserView):
    """A page with the form for filters.

    What is wrong with a parameter is answered by a page that says so with status 400, and not
    by an exception: Plone's page for those shows members no message, and the log of the server
    a traceback.
    """

    filter_form = ViewPageTemplateFile("filter_form.pt")

    page = FeedPage()
    is_lost = False

    def __call__(self) -> str:
        check_may_read(self.context)
        self.update()
        return self.index()

    def update(self) -> None:
        """Find what the request asks for."""
        error = None
        try:
            self.filters = self.read_filters()
            self.find()
        except InvalidCursor:
            self.is_lost = True
        except InvalidFilter as invalid:
            error = invalid
            self.filters = self.no_filters
        if error or self.is_lost:
            self.request.response.setStatus(400)
        self.form = FilterForm(self, error)

    def find(self) -> None:
        """Find what fits ``filters``. May raise what the feed raises."""
        raise NotImplementedError
