"""What viewlet, portlet and page have in common: the list of lines."""

from collections.abc import Callable
from collective.appendonly.browser.avatar import avatar
from collective.appendonly.entry import GROUP
from collective.appendonly.entry import USER
from collective.appendonly.feed import FeedPage
from collective.appendonly.i18n import _
from collective.appendonly.i18n import counted
from collective.appendonly.presentation.actors import Actor
from collective.appendonly.presentation.lines import Line
from collective.appendonly.presentation.lines import Presenter
from collective.appendonly.presentation.lines import Subject
from collective.appendonly.presentation.times import Times
from functools import cache
from functools import cached_property
from functools import partial
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.component import getMultiAdapter
from zope.i18nmessageid import Message


# Of what is no content. All others have the icon of their type.
_ICONS = {USER: "person", GROUP: "people"}


class ActivityListing:
    """Mix-in of a view that lists a page of the feed.

    The view has the ``page``, and renders ``listing`` where the list shall be: of all lines,
    or of some of them given as ``lines``.
    """

    page: FeedPage

    listing = ViewPageTemplateFile("listing.pt")
    avatar = staticmethod(avatar)
    subject = ViewPageTemplateFile("subject.pt")
    subjects = ViewPageTemplateFile("subjects.pt")

    #: Whether a line has the time of day. Else it says how long ago it was.
    within_days = False

    @cached_property
    def lines(self) -> list[Line]:
        """The lines of the page, newest first."""
        presenter = self._presenter()
        return [presenter.line(item) for item in self.page.items]

    def _presenter(self):
        return Presenter(self.request)

    def actor_url(self, actor: Actor) -> str | None:
        """Return the address of what else *actor* did, if the name shall lead there."""
        return None

    @cached_property
    def icon(self) -> Callable[[str], str]:
        """A function that returns the icon of a type, as markup."""
        return cache(self._icon)

    def _icon(self, portal_type):
        plone_view = getMultiAdapter((self.context, self.request), name="plone")
        resolver = getMultiAdapter((self.context, self.request), name="iconresolver")
        name = f"contenttype/{plone_view.normalizeString(portal_type)}"
        return resolver.tag(_ICONS.get(portal_type, name), tag_class="me-1")

    @cached_property
    def action_icon(self) -> Callable[[str], str]:
        """A function that returns an icon for what was done, as markup."""
        resolver = getMultiAdapter((self.context, self.request), name="iconresolver")
        return cache(partial(resolver.tag, tag_class="align-text-bottom"))

    @cached_property
    def times(self) -> Times:
        """Tells times to the reader."""
        return Times(self.context, self.request)

    def edits(self, line: Line) -> Message:
        """Say how many edits *line* stands for, and between which times of the day."""
        begin = self.times.time_of_day(line.began)
        end = self.times.time_of_day(line.time)
        if begin == end:
            return counted("${count} edit", "${count} edits", line.edits)
        return counted(
            "${count} edit between ${begin} and ${end}",
            "${count} edits between ${begin} and ${end}",
            line.edits,
            begin=begin,
            end=end,
        )

    def compares(self, subject: Subject) -> Message:
        """Say what the link to the comparison of versions of *subject* leads to."""
        return _("Compare versions of “${title}”", mapping={"title": subject.title})

    def more(self, line: Line) -> Message:
        """Say how many objects of *line* are folded away."""
        number = len(line.folded) + line.unnamed
        return counted("${count} more", "${count} more", number)

    def unnamed(self, line: Line) -> Message:
        """Say how many objects of *line* are not listed at all."""
        return counted(
            "${count} other is not listed.",
            "${count} others are not listed.",
            line.unnamed,
        )
