"""``@@activity.atom`` and ``@@activity.rss``: the first page of the activity as a feed."""

from collective.appendonly.actions import find_action
from collective.appendonly.entry import to_iso
from collective.appendonly.feed import check_may_read
from collective.appendonly.feed import feed
from collective.appendonly.feed import FeedItem
from collective.appendonly.feed import Filters
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed import read_parameters
from collective.appendonly.feed import to_parameters
from collective.appendonly.guard import shown
from collective.appendonly.guard import text_of
from collective.appendonly.guard import xml_text
from collective.appendonly.i18n import _
from collective.appendonly.presentation.lines import Presenter
from collective.appendonly.presentation.times import Times
from collective.appendonly.presentation.wording import activity_description
from collective.appendonly.presentation.wording import searched_back
from collective.appendonly.presentation.wording import title_of
from dataclasses import dataclass
from datetime import datetime
from datetime import timezone
from email.utils import format_datetime
from functools import cached_property
from hashlib import sha256
from plone import api
from plone.uuid.interfaces import IUUID
from Products.CMFPlone.utils import getSiteLogo
from Products.Five.browser import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from urllib.parse import urlencode
from uuid import NAMESPACE_OID
from uuid import uuid5
from zope.i18n import translate
from zope.i18nmessageid import Message


#: The maximum number of entries in a feed.
ENTRIES = 30

# Required in a feed, also in an empty one.
_NEVER = datetime.fromtimestamp(0, timezone.utc)


@dataclass(frozen=True)
class FeedEntry:
    """An entry, as both formats need it.

    ``content`` is HTML, ``categories`` are pairs of the id and the title of an action.
    """

    id: str
    title: str
    url: str
    time: datetime
    author: str
    categories: tuple[tuple[str, str], ...]
    content: str


class ActivityFeed(BrowserView):
    """The newest activity of the context and below it, with the filters of the page.

    Changes are grouped as on the page. An entry has the id of its newest change set. So entries never
    change, and what happens later is in an entry with another id. Plone's syndication is not used:
    it is enabled for each folder, and open to anonymous users.
    """

    name: str
    content_type: str
    cache_control = "private, no-cache"

    filters: Filters
    entries: list[FeedEntry]
    reached: datetime | None

    content = ViewPageTemplateFile("content.pt")

    def __call__(self) -> str:
        check_may_read(self.context)
        return self.respond()

    def respond(self) -> str:
        """Return the feed for the current user, who can view it."""
        self.set_headers()
        try:
            self.filters = read_parameters(self.request.form, self._times.timezone)
            page = feed(
                self.context,
                self.filters,
                limit=ENTRIES,
                collapse=self._times.timezone,
            )
        except InvalidFilter as error:
            return self.refuse(400, error.message)
        presenter = Presenter(self.request, times=self._times)
        self.reached = page.reached
        self.entries = [self._entry(item, presenter) for item in page.items]
        document = xml_text(self.index())
        tag = entity_tag(document)
        self.request.response.setHeader("ETag", tag)
        if is_known(tag, self.request.getHeader("If-None-Match")):
            self.request.response.setStatus(304)
            return ""
        self.request.response.setHeader("Content-Type", self.content_type)
        return document

    def refuse(self, status: int, message: Message) -> str:
        """Return *message* with *status*. An exception would be logged."""
        self.set_headers()
        self.request.response.setStatus(status)
        self.request.response.setHeader("Content-Type", "text/plain; charset=utf-8")
        return self._text(message)

    def set_headers(self) -> None:
        """Set the headers that all responses have."""
        self.request.response.setHeader("Cache-Control", self.cache_control)
        self.request.response.setHeader("X-Content-Type-Options", "nosniff")

    def _entry(self, item: FeedItem, presenter: Presenter) -> FeedEntry:
        line = presenter.line(item)
        subject = line.subject
        return FeedEntry(
            id=item.id,
            title=line.text,
            url=subject and subject.url or self.page_url,
            time=item.time,
            author=line.actor.name,
            categories=tuple(
                (action, self._action_title(action)) for action in _actions(item)
            ),
            content=self.content(line=line).strip(),
        )

    def _action_title(self, action):
        found = find_action(action)
        return self._text(found.title) if found else action

    @cached_property
    def _times(self):
        return Times(self.context, self.request)

    @cached_property
    def page_url(self) -> str:
        """The URL of the page with the same activity."""
        return f"{self.context.absolute_url()}/@@activity{self._query}"

    @cached_property
    def feed_url(self) -> str | None:
        """The URL of this feed, None if it must not be shown."""
        return f"{self.context.absolute_url()}/@@{self.name}{self._query}"

    @cached_property
    def _query(self):
        parameters = to_parameters(self.filters, self._times.timezone)
        return parameters and f"?{urlencode(parameters)}" or ""

    @property
    def id(self) -> str:
        """The id of the feed, which depends on the object and the filters only."""
        return uuid5(NAMESPACE_OID, f"{IUUID(self.context)}{self._query}").urn

    @property
    def title(self) -> str:
        """The title of the feed."""
        return self._text(
            _("Activity: ${title}", mapping={"title": title_of(self.context)})
        )

    @property
    def description(self) -> str:
        """A description of what the feed contains."""
        description = self._text(
            activity_description(self.context, title_of(self.context))
        )
        if self.reached is None:
            return description
        # A client goes on at the page. A cursor would make each response another one.
        return (
            f"{description} {self._text(searched_back(self._times.day(self.reached)))}"
        )

    def _text(self, message):
        return translate(message, context=self.request)

    @property
    def updated(self) -> datetime:
        """The time of the newest entry."""
        return max((entry.time for entry in self.entries), default=_NEVER)

    @property
    def language(self) -> str:
        return text_of(
            shown(
                lambda: api.portal.get_current_language(self.context),
                "",
                "The language of a feed is not known.",
            )
        )

    @property
    def icon(self) -> str:
        return f"{api.portal.get().absolute_url()}/favicon.ico"

    @property
    def logo(self) -> str:
        logo = shown(
            lambda: getSiteLogo(api.portal.get()), "", "The logo could not be read."
        )
        return text_of(logo)


class AtomFeed(ActivityFeed):
    """RFC 4287."""

    name = "activity.atom"
    content_type = "application/atom+xml; charset=utf-8"
    index = ViewPageTemplateFile("atom.xml")

    format_time = staticmethod(to_iso)


class RSSFeed(ActivityFeed):
    """RSS 2.0, https://www.rssboard.org/rss-specification."""

    name = "activity.rss"
    content_type = "application/rss+xml; charset=utf-8"
    index = ViewPageTemplateFile("rss.xml")

    @staticmethod
    def format_time(time: datetime) -> str:
        """Return *time* in the format of email."""
        return format_datetime(time.astimezone(timezone.utc), usegmt=True)


def _actions(item):
    """Return the actions of all entries, each of them once."""
    return dict.fromkeys(action for entry in item.entries for action in entry.actions)


def entity_tag(document: str) -> str:
    """Return the ETag of *document*: its digest, which discloses nothing else."""
    return f'"{sha256(document.encode("utf-8")).hexdigest()[:32]}"'


def is_known(tag: str, if_none_match: str | None) -> bool:
    """Return whether the header *if_none_match* contains *tag*."""
    known = {
        each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")
    }
    return not known.isdisjoint({tag, "*"})
