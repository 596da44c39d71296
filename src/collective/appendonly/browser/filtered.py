"""The base classes of views that show a part of the activity: filters in the URL."""

from collective.appendonly.browser.filter_form import FilterForm
from collective.appendonly.browser.saved_filters import SavingForm
from collective.appendonly.browser.template import Template
from collective.appendonly.feed import check_may_read
from collective.appendonly.feed import FeedPage
from collective.appendonly.feed import Filters
from collective.appendonly.feed import InvalidCursor
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed import read_parameters
from collective.appendonly.feed import to_parameters
from collective.appendonly.feed.filters import NO_FILTERS
from collective.appendonly.feed.parameters import SIZE
from collective.appendonly.feed.parameters import size_parameters
from collective.appendonly.presentation.actors import Actors
from collective.appendonly.presentation.times import Times
from collective.appendonly.presentation.translator import Translator
from collective.appendonly.presentation.wording import message_parts
from collective.appendonly.presentation.wording import Part
from collective.appendonly.presentation.wording import title_of
from dataclasses import replace
from functools import cached_property
from Products.Five.browser import BrowserView
from urllib.parse import urlencode
from zope.component import getMultiAdapter
from zope.i18nmessageid import Message


_FORM = Template("filter_form.pt")


class Filtered:
    """Mix-in for a view that reads filters from its URL and writes them into others."""

    #: The name of the view in a URL below the context.
    view_name = "@@activity"
    #: The id of the user whose activity the view shows, if it is about one user.
    person: str | None = None
    #: Whether this user is in the parameter ``actor``.
    is_about_actor = False

    filters: Filters = NO_FILTERS
    no_filters = NO_FILTERS
    #: The number of lines on a page, and the numbers that the filter form offers.
    size = SIZE
    sizes: tuple[int, ...] = ()

    def read_filters(self) -> Filters:
        """Return the filters in the request, limited to ``person`` if set.

        Raises :class:`~collective.appendonly.feed.InvalidFilter`.
        """
        filters = read_parameters(self.request.form, self.times.timezone)
        if self.person is None:
            return filters
        return replace(filters, actor=self.person, others=False)

    def read_cursors(self, *names: str) -> dict[str, str]:
        """Return those of the parameters *names* that are given, at most one.

        Raises :class:`~collective.appendonly.feed.InvalidCursor`.
        """
        form = self.request.form
        cursors = {name: form[name] for name in names if name in form}
        if len(cursors) > 1 or not all(isinstance(c, str) for c in cursors.values()):
            raise InvalidCursor(f"Give one cursor, once: {' or '.join(names)}.")
        return cursors

    @cached_property
    def times(self) -> Times:
        """The formatter of times for the reader."""
        return Times(self.context, self.request)

    @cached_property
    def translate(self) -> Translator:
        """The translator for the reader."""
        return Translator(self.request)

    @cached_property
    def actors(self) -> Actors:
        """The users whose names the reader can view."""
        return Actors(self.request)

    def url_of(self, view: str, filters: Filters | None = None, **others: str) -> str:
        """Return the URL of a view of the context, with *filters*, by default the current."""
        shown = self.filters if filters is None else filters
        pairs = [*to_parameters(shown, self.times.timezone), *others.items()]
        query = f"?{urlencode(pairs)}" if pairs else ""
        return f"{self.context.absolute_url()}/{view}{query}"

    def list_url(
        self, view: str, filters: Filters | None = None, **cursors: str
    ) -> str:
        """Return the same for a view that lists as many lines on a page as this one."""
        return self.url_of(view, filters, **size_parameters(self.size), **cursors)

    def own_url(self, filters: Filters | None = None, **cursors: str) -> str:
        """Return the URL of this view with *filters*, by default the current ones."""
        return self.list_url(self.view_name, filters, **cursors)


class FilteredPage(Filtered, BrowserView):
    """A page with the filter form.

    An invalid parameter leads to a page with a message and status 400, not to an exception: the
    error page of Plone shows members no message, and the server log would get a traceback.
    """

    heading: Message
    #: The form to save the filters, if the reader can save them.
    saving: SavingForm | None = None

    page = FeedPage()
    is_cursor_invalid = False

    def __call__(self) -> str:
        check_may_read(self.context)
        self.update()
        return self.index()

    def update(self) -> None:
        """Read the request and find the activity."""
        error = None
        try:
            self.filters = self.read_filters()
            self.find()
        except InvalidCursor:
            self.is_cursor_invalid = True
        except InvalidFilter as invalid:
            error = invalid
            self.filters = self.no_filters
        if error or self.is_cursor_invalid:
            self.request.response.setStatus(400)
        self.form = FilterForm(self, error)

    def filter_form(self) -> str:
        """Return the filter form as markup."""
        return _FORM.render(view=self, translate=self.translate)

    @property
    def authenticator(self) -> str:
        """The hidden field with the token that Plone asks for."""
        view = getMultiAdapter((self.context, self.request), name="authenticator")
        return view.authenticator()

    def parts(self, message: Message | str) -> tuple[Part, ...]:
        """Return *message* in parts, of which the page isolates the names and titles."""
        return message_parts(message, self.translate)

    @property
    def context_title(self) -> str:
        """The title of the object whose activity the page shows."""
        return title_of(self.context)

    def find(self) -> None:
        """Find the activity that matches ``filters``. The exceptions of the feed may pass."""
        raise NotImplementedError
