"""The body of a digest: the new activity for one member, as HTML and as plain text."""

from collective.appendonly.bounds import bounded_id
from collective.appendonly.digests.filters import undated
from collective.appendonly.digests.headers import one_line
from collective.appendonly.digests.new_activity import NewActivity
from collective.appendonly.digests.schedule import AT_ONCE
from collective.appendonly.digests.schedule import DAILY
from collective.appendonly.digests.schedule import WEEKLY
from collective.appendonly.digests.subscriptions import Subscription
from collective.appendonly.feed import Filters
from collective.appendonly.feed import to_parameters
from collective.appendonly.feed.places import WHOLE_SITE
from collective.appendonly.i18n import _
from collective.appendonly.i18n import counted
from collective.appendonly.presentation.actors import Actors
from collective.appendonly.presentation.conditions import condition_texts
from collective.appendonly.presentation.days import by_day
from collective.appendonly.presentation.days import Day
from collective.appendonly.presentation.lines import Line
from collective.appendonly.presentation.lines import Presenter
from collective.appendonly.presentation.lines import Subject
from collective.appendonly.presentation.numbers import folded
from collective.appendonly.presentation.times import Times
from collective.appendonly.presentation.translator import Translator
from collective.appendonly.presentation.wording import as_text
from collective.appendonly.presentation.wording import message_parts
from collective.appendonly.presentation.wording import Part
from collective.appendonly.presentation.wording import title_of
from dataclasses import replace
from datetime import datetime
from datetime import timezone
from functools import cached_property
from plone import api
from Products.Five.browser import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from typing import Any
from urllib.parse import urlencode
from zope.i18nmessageid import Message


# An email can be read on any day: the text must not say "Today".
_NOT_TODAY = datetime.fromtimestamp(0, timezone.utc)

# The length of a line above which details are left out, in characters: a mail server may refuse a
# large email, and a line can stand for hundreds of edits with notes.
_LONGEST = 5000
# What is left out of its objects, until it is short enough.
_LEFT_OUT: tuple[dict[str, Any], ...] = (
    {},
    {"remarks": ("…",), "changes": ()},
    {"url": None},
)

_ABOUT_SITE = {
    AT_ONCE: _(
        "You receive this email because you subscribed to emails about new activity on"
        " “${site}”, at most one an hour."
    ),
    DAILY: _(
        "You receive this email because you subscribed to a daily digest of"
        " activity on “${site}”. On days without activity, no email is sent."
    ),
    WEEKLY: _(
        "You receive this email because you subscribed to a weekly digest of"
        " activity on “${site}”. In weeks without activity, no email is sent."
    ),
}
_ABOUT_CONTENT = {
    AT_ONCE: _(
        "You receive this email because you subscribed to emails about new activity in"
        " “${title}” on “${site}”, at most one an hour."
    ),
    DAILY: _(
        "You receive this email because you subscribed to a daily digest of"
        " activity in “${title}” on “${site}”. On days without activity, no email"
        " is sent."
    ),
    WEEKLY: _(
        "You receive this email because you subscribed to a weekly digest of"
        " activity in “${title}” on “${site}”. In weeks without activity, no"
        " email is sent."
    ),
}


class DigestMessage(BrowserView):
    """The new activity for the current user.

    Context and request come from a
    :func:`~collective.appendonly.digests.rendering.rendering_context`. *filters* are those of the
    subscription that still exist. *key* is the key in the URL that ends the subscription.
    """

    html = ViewPageTemplateFile("message.pt")

    # Texts of both formats.
    text_more = _(
        "There are more changes than this email can list. See “All activity” for"
        " the rest."
    )
    label_activity = _("All activity")
    label_settings = _("Manage your digests")
    label_unsubscribe = _("Unsubscribe")

    def __init__(
        self,
        context,
        request,
        subscription: Subscription,
        filters: Filters,
        new: NewActivity,
        times: Times,
        key: str,
    ):
        super().__init__(context, request)
        self._subscription = subscription
        self._filters = filters
        self._new = new
        self.times = times
        self.site_url = api.portal.get().absolute_url()
        #: Identifies the place in the ``List-ID`` header.
        self.list_label = subscription.uid or "site"
        query = urlencode({"key": key})
        #: The URL that ends the subscription without a login.
        self.unsubscribe_url = f"{self.site_url}/@@activity-unsubscribe?{query}"

    @cached_property
    def translate(self) -> Translator:
        return Translator(self.request)

    @property
    def language(self) -> str:
        return self.request["LANGUAGE"]

    @cached_property
    def _is_about_site(self):
        return self._subscription.uid == WHOLE_SITE

    @cached_property
    def title(self) -> str:
        """The title of the site or the content."""
        if self._is_about_site:
            return self.site_title
        return bounded_id(one_line(title_of(self.context)))

    @cached_property
    def site_title(self) -> str:
        return bounded_id(one_line(title_of(api.portal.get())))

    @property
    def heading(self) -> Message:
        """The number of changes, and where they are."""
        where = {"title": self.title}
        if self._new.is_more:
            return counted(
                "More than ${count} change in “${title}”",
                "More than ${count} changes in “${title}”",
                self._new.count,
                **where,
            )
        return counted(
            "${count} change in “${title}”",
            "${count} changes in “${title}”",
            self._new.count,
            **where,
        )

    def parts(self, message: Message | str) -> tuple[Part, ...]:
        """Return *message* in parts, of which the page isolates the names and titles."""
        return message_parts(message, self.translate)

    @cached_property
    def days(self) -> list[Day]:
        """The lines, grouped by day."""
        presenter = Presenter(self.request, times=self.times)
        lines = [self._within(presenter.line(item)) for item in self._new.items]
        return by_day(lines, self.times, _NOT_TODAY)

    def _within(self, line: Line) -> Line:
        """Return *line*, without what makes it longer than a line of an email can be."""
        for without in _LEFT_OUT:
            shown = tuple(replace(subject, **without) for subject in line.shown)
            line = replace(line, shown=shown)
            if len(self._text_of(line)) <= _LONGEST:
                break
        return line

    def time(self, line: Line) -> str:
        """Return the time of day of *line*, or the range if it stands for several changes."""
        end = self.times.time_of_day(line.time)
        begin = end if line.began is None else self.times.time_of_day(line.began)
        return end if begin == end else f"{begin}–{end}"

    def remarks(self, line: Line) -> list[str]:
        """Return the remarks on *line*; those on an object only if it is the only one."""
        subject = line.subject
        remarks = list(subject.remarks) if subject else []
        if subject and subject.is_missing:
            remarks.append(self.translate(_("since removed")))
        if line.began is not None:
            remarks.append(self.translate(line.number))
        if line.backfilled:
            text = _("from the catalog, before recording began")
            remarks.append(self.translate(text))
        return remarks

    def more(self, line: Line) -> str:
        """Return how many objects of *line* are not named."""
        return self.translate(folded(line))

    def note(self, named: Subject) -> str:
        """Return the remarks on one of several objects, in one line."""
        notes = [named.actions]
        if named.actor is not None:
            by = _("by ${actor}", mapping={"actor": named.actor.name})
            notes.append(self.translate(by))
        if named.is_missing:
            notes.append(self.translate(_("since removed")))
        return one_line(", ".join(filter(None, [*notes, *named.notes])))

    @property
    def is_more(self) -> bool:
        """Whether there are more new changes than are listed."""
        return self._new.is_more

    @cached_property
    def activity_url(self) -> str:
        url = f"{self.context.absolute_url()}/@@activity"
        query = to_parameters(undated(self._filters), self.times.timezone)
        return f"{url}?{urlencode(query)}" if query else url

    @property
    def settings_url(self) -> str:
        """The URL of all subscriptions of the member."""
        return f"{self.site_url}/@@my-activity#digests"

    @property
    def reason(self) -> Message:
        """Why the member receives this email."""
        reasons = _ABOUT_SITE if self._is_about_site else _ABOUT_CONTENT
        names = {"title": self.title, "site": self.site_title}
        return Message(reasons[self._subscription.frequency], mapping=names)

    @cached_property
    def limits(self) -> list[Message]:
        """Messages about activity that the member does not want."""
        limits = []
        texts = condition_texts(
            undated(self._filters), self.translate, self.times, Actors(self.request)
        )
        if texts:
            filters = {"filters": one_line(", ".join(texts))}
            limits.append(_("Filters: ${filters}", mapping=filters))
        if self._filters.others:
            limits.append(_("Your own changes are not included."))
        return limits

    def text(self) -> str:
        """Return the message as plain text."""
        heading = one_line(self.translate(self.heading))
        pieces = [f"{heading}\n{'=' * min(len(heading), 72)}"]
        for day in self.days:
            pieces.append(f"{day.heading}\n{'-' * len(day.heading)}")
            pieces += [self._text_of(line) for line in day.lines]
        if self.is_more:
            pieces.append(self.translate(self.text_more))
        pieces.append(f"{self.translate(self.label_activity)}\n{self.activity_url}")
        pieces.append("-- ")
        pieces += map(self.translate, [self.reason, *self.limits])
        pieces.append(f"{self.translate(self.label_settings)}\n{self.settings_url}")
        pieces.append(
            f"{self.translate(self.label_unsubscribe)}\n{self.unsubscribe_url}"
        )
        return "\n\n".join(pieces) + "\n"

    def _text_of(self, line):
        subject = line.subject
        lines = [f"* {one_line(line.text)} ({self.time(line)})"]
        changes = map(as_text, subject.changes) if subject else ()
        lines += map(one_line, (*changes, *self.remarks(line)))
        for named in () if subject else line.shown:
            title, note = one_line(named.title), self.note(named)
            lines.append(f"- {title} ({note})" if note else f"- {title}")
            lines += [named.url] if named.url else []
        if not subject and (line.folded or line.unnamed):
            lines.append(self.more(line))
        if subject and subject.url:
            lines.append(subject.url)
        return "\n  ".join(lines)
