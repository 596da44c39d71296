"""What a page asks again and again: has something happened since?

The page does it with ``pat-inject``, which Plone ships: an element that loads the answer into
its own place after a while. Nothing new: the answer is such an element again. Something new: it
is a link that loads the list into the page, and with it the next element that asks.
"""

from collective.appendonly.browser.filtered import Filtered
from collective.appendonly.feed import check_may_read
from collective.appendonly.feed import InvalidCursor
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed import News
from collective.appendonly.feed import news
from collective.appendonly.i18n import _
from collective.appendonly.i18n import counted
from html import escape
from Products.Five.browser import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.i18nmessageid import Message


#: Seconds between two questions, and after one that was not answered.
PATIENCE = 30
AFTER_FAILURE = 300

_PLACE = "activity-news"
# No answer at all, and those of a server that is about to come back.
_FAILURES = (0, 502, 503, 504)
# Gone, broken, or no longer for this person: not to be asked for again.
_REFUSALS = (401, 403, 404, 500)


class Poll:
    """The question at an address, for ``pat-inject``."""

    def __init__(self, url: str):
        # The fragment says which part of the answer takes the place of which of the page.
        self.url = f"{url}#{_PLACE}"
        #: Options of the pattern.
        self.options = _options(PATIENCE)

    @property
    def otherwise(self) -> list[tuple[str, str]]:
        """What the pattern puts in place of an answer that failed, as metadata of the page.

        Without it, it would reload the page at the next click anywhere in it.
        """
        again = (
            f'<a hidden class="pat-inject" href="{escape(self.url)}"'
            f' data-pat-inject="{_options(AFTER_FAILURE)}"></a>'
        )
        contents = dict.fromkeys(_FAILURES, again) | dict.fromkeys(_REFUSALS, "")
        return [
            (f"pat-inject-status-{status}", f"{_document(content)}#{_PLACE}")
            for status, content in contents.items()
        ]


def _options(delay):
    return f"trigger: autoload; delay: {delay}s"


def _document(content):
    markup = f'<p id="{_PLACE}">{content}</p>'
    return "data:text/html," + markup.replace("%", "%25").replace("#", "%23")


class ActivityNews(Filtered, BrowserView):
    """Answers with a small document, which is no page of the site.

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
            latest = self.read_cursors("latest").get("latest", "")
            self.news = news(self.context, latest, self.filters)
        except InvalidFilter as error:
            self.error = error.message
        except InvalidCursor:
            self.error = _("The list is of an earlier log of this site, which is gone.")
        if self.error is not None:
            response.setStatus(400)
        return self.index()

    @property
    def poll(self) -> Poll | None:
        """The next question, as long as there is nothing new."""
        if self.news.count or self.news.latest is None:
            return None
        return Poll(self.address("@@activity-news", latest=self.news.latest))

    @property
    def said(self) -> Message:
        """How much is new."""
        number = self.news.count
        if self.news.is_more:
            return counted(
                "More than ${count} new change",
                "More than ${count} new changes",
                number,
            )
        return counted("${count} new change", "${count} new changes", number)
