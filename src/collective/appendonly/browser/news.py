"""Polling for new activity: ``@@activity-news``.

The activity page polls with ``pat-inject``, which Plone ships: an element that is replaced by
the response after a while. Without new activity the response is another such element. With new
activity it is a link that loads the list into the page, and the next polling element with it.
"""

from collective.appendonly.browser.filtered import Filtered
from collective.appendonly.feed import check_may_read
from collective.appendonly.feed import InvalidCursor
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed import News
from collective.appendonly.feed import news
from collective.appendonly.feed.parameters import read_size
from collective.appendonly.i18n import _
from collective.appendonly.presentation.numbers import new_changes
from html import escape
from Products.Five.browser import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.i18nmessageid import Message


#: Seconds between two requests, and after a failed one.
INTERVAL = 30
INTERVAL_AFTER_FAILURE = 300

_ELEMENT = "activity-news"
# No response, and the responses of a server that is being restarted: retry.
_RETRIED = (0, 502, 503, 504)
# Removed, broken, or no longer allowed: stop polling.
_FINAL = (401, 403, 404, 500)


class Poll:
    """A polling request to *url*, for ``pat-inject``."""

    def __init__(self, url: str):
        # The fragment names the element of the response that replaces the one in the page.
        self.url = f"{url}#{_ELEMENT}"
        #: The options of the pattern.
        self.options = _options(INTERVAL)

    @property
    def fallbacks(self) -> list[tuple[str, str]]:
        """Metadata of the page: what the pattern inserts after a failed request.

        Without it, the pattern would reload the page at the next click anywhere in it.
        """
        retry = (
            f'<a hidden class="pat-inject" href="{escape(self.url)}"'
            f' data-pat-inject="{_options(INTERVAL_AFTER_FAILURE)}"></a>'
        )
        contents = dict.fromkeys(_RETRIED, retry) | dict.fromkeys(_FINAL, "")
        return [
            (f"pat-inject-status-{status}", f"{_document(content)}#{_ELEMENT}")
            for status, content in contents.items()
        ]


def _options(delay):
    return f"trigger: autoload; delay: {delay}s"


def _document(content):
    markup = f'<p id="{_ELEMENT}">{content}</p>'
    return "data:text/html," + markup.replace("%", "%25").replace("#", "%23")


class ActivityNews(Filtered, BrowserView):
    """A small document with the number of new changes, outside the theme of the site.

    The parameter ``latest`` is a cursor, all others are filters.
    """

    index = ViewPageTemplateFile("news.pt")

    news = News()
    error: Message | None = None

    def __call__(self) -> str:
        check_may_read(self.context)
        response = self.request.response
        response.setHeader("Cache-Control", "private, no-store")
        response.setHeader("X-Theme-Disabled", "1")
        try:
            self.filters = self.read_filters()
            self.size = read_size(self.request.form)
            latest = self.read_cursors("latest").get("latest", "")
            timezone = self.times.timezone
            self.news = news(self.context, latest, self.filters, timezone)
        except InvalidFilter as error:
            self.error = error.message
        except InvalidCursor:
            self.error = _(
                "This list belongs to an earlier log of this site that no longer exists."
            )
        if self.error is not None:
            response.setStatus(400)
        return self.index()

    @property
    def poll(self) -> Poll | None:
        """The next request, as long as there is no new activity."""
        if self.news.count or self.news.latest is None:
            return None
        return Poll(self.list_url("@@activity-news", latest=self.news.latest))

    @property
    def label(self) -> Message:
        """The number of new changes."""
        return new_changes(self.news)
