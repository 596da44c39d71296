"""The list of activity in viewlet, portlet and page."""

from collections.abc import Iterable
from collective.appendonly.browser.icons import avatar
from collective.appendonly.browser.icons import Icons
from collective.appendonly.browser.template import Template
from collective.appendonly.entry import ADDON
from collective.appendonly.entry import GROUP
from collective.appendonly.entry import SETTING
from collective.appendonly.entry import TYPE
from collective.appendonly.entry import USER
from collective.appendonly.entry import WORKFLOW
from collective.appendonly.feed import FeedPage
from collective.appendonly.i18n import _
from collective.appendonly.presentation.actors import Actor
from collective.appendonly.presentation.lines import Line
from collective.appendonly.presentation.lines import Presenter
from collective.appendonly.presentation.lines import Subject
from collective.appendonly.presentation.numbers import folded
from collective.appendonly.presentation.numbers import not_listed
from collective.appendonly.presentation.times import Times
from collective.appendonly.presentation.translator import Translator
from functools import cached_property
from itertools import count
from typing import NamedTuple
from zope.i18nmessageid import Message


_LISTING = Template("listing.pt")

# Content has the icon of its type.
_ICONS = {
    USER: "person",
    GROUP: "people",
    SETTING: "gear",
    ADDON: "plug",
    TYPE: "file-earmark-code",
    WORKFLOW: "diagram-3",
}


class Preview(NamedTuple):
    """A place in the list for what changed, and the options of ``pat-inject`` to load it there."""

    target: str
    options: str


class ActivityListing:
    """Mix-in for a view that lists a page of the feed.

    The view provides ``page`` and inserts ``listing`` into its template.
    """

    page: FeedPage

    avatar = staticmethod(avatar)

    #: Whether lines show the time of day. Otherwise they show how long ago it was.
    within_days = False

    def listing(self, lines: Iterable[Line] | None = None) -> str:
        """Return *lines*, by default all lines of the page, as markup."""
        return _LISTING.render(
            view=self,
            lines=self.lines if lines is None else lines,
            translate=self.translate,
        )

    @cached_property
    def translate(self) -> Translator:
        """The translator for the reader."""
        return Translator(self.request)

    @cached_property
    def lines(self) -> list[Line]:
        """The lines of the page, newest first."""
        presenter = self._presenter()
        return [presenter.line(item) for item in self.page.items]

    def _presenter(self):
        return Presenter(self.request, translate=self.translate, times=self.times)

    def actor_url(self, actor: Actor) -> str | None:
        """Return the URL of the activity of *actor*, None if the name is not a link."""
        return None

    def icon(self, portal_type: str) -> str:
        """Return the icon of a content type as markup."""
        if portal_type in _ICONS:
            return self.icons.tag(_ICONS[portal_type], "me-1")
        return self.icons.of_type(portal_type, "me-1")

    def action_icon(self, name: str, tag_class: str = "") -> str:
        """Return the icon of an action as markup."""
        return self.icons.tag(name, f"align-text-bottom {tag_class}".rstrip())

    @cached_property
    def icons(self) -> Icons:
        """The icons of the page."""
        return Icons(self.context, self.request)

    @cached_property
    def times(self) -> Times:
        """The formatter of times for the reader."""
        return Times(self.context, self.request)

    def changes(self, line: Line) -> Message:
        """Return how many changes *line* stands for, and their times of day."""
        begin = self.times.time_of_day(line.began)
        end = self.times.time_of_day(line.time)
        return line.number if begin == end else line.number_between(begin, end)

    def comparison_label(self, subject: Subject) -> Message:
        """Return the label of the link to the versions of *subject*."""
        return _("Compare versions of “${title}”", mapping={"title": subject.title})

    def preview(self, url: str) -> Preview:
        """Return a new place for the preview at *url*."""
        target = f"activity-preview-{next(self._previews)}"
        return Preview(
            target,
            f"url: {url}&ajax_load=1; source: #activity-changes; target: #{target}",
        )

    @cached_property
    def _previews(self):
        return count(1)

    def preview_label(self, subject: Subject) -> Message:
        """Return the label of the link to the preview of *subject*."""
        title = subject.title
        return _("Show what changed in “${title}”", mapping={"title": title})

    def story_url(self, subject: Subject) -> str | None:
        """Return the URL of the activity of *subject*, None if this is its activity."""
        return None if subject.story == self._own_story else subject.story

    @cached_property
    def _own_story(self):
        return f"{self.about.absolute_url()}/@@activity"

    @property
    def about(self):
        """The object whose activity is listed."""
        return self.context

    def story_label(self, subject: Subject) -> Message:
        """Return the label of the link to the activity of *subject*."""
        return _("All changes to “${title}”", mapping={"title": subject.title})

    def revert_label(self, subject: Subject) -> Message:
        """Return the label of the link to an earlier version of *subject*."""
        return _(
            "Revert to this version of “${title}”", mapping={"title": subject.title}
        )

    def more(self, line: Line) -> Message:
        """Return how many objects of *line* are folded."""
        return folded(line)

    def unnamed(self, line: Line) -> Message:
        """Return how many objects of *line* are not listed at all."""
        return not_listed(line)
