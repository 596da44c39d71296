"""The mail: what is new in one place, for one member, as HTML and as text."""

from collective.appendonly.digests.fresh import Fresh
from collective.appendonly.digests.headers import one_line
from collective.appendonly.digests.schedule import WEEKLY
from collective.appendonly.digests.subscriptions import Subscription
from collective.appendonly.digests.subscriptions import WHOLE_SITE
from collective.appendonly.i18n import _
from collective.appendonly.i18n import counted
from collective.appendonly.presentation.days import by_day
from collective.appendonly.presentation.days import Day
from collective.appendonly.presentation.lines import Line
from collective.appendonly.presentation.lines import Presenter
from collective.appendonly.presentation.lines import Subject
from collective.appendonly.presentation.times import Times
from collective.appendonly.presentation.translator import Translator
from datetime import datetime
from datetime import timezone
from functools import cached_property
from plone import api
from Products.Five.browser import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from urllib.parse import urlencode
from zope.i18nmessageid import Message


# A mail is read on any day: none of them is today.
_NO_DAY = datetime.fromtimestamp(0, timezone.utc)


class Letter(BrowserView):
    """Tells the current user what is new.

    Context and request are those of the site as seen from outside; *key* is that in the
    address at which the subscription is ended.
    """

    html = ViewPageTemplateFile("letter.pt")

    # What both forms say.
    said_of_more = _(
        "There is more than a mail can list. The page with all activity has it."
    )
    said_of_activity = _("All activity")
    said_of_settings = _("Change or end your digests")
    said_of_end = _("Get no more of these mails")

    def __init__(
        self,
        context,
        request,
        subscription: Subscription,
        new: Fresh,
        times: Times,
        key: str,
    ):
        super().__init__(context, request)
        self._subscription = subscription
        self._new = new
        self.times = times
        self.site_url = api.portal.get().absolute_url()
        #: What lists call this.
        self.list_label = subscription.folder or "site"
        query = urlencode({"key": key})
        #: Where the subscription is ended, without logging in.
        self.unsubscribe_url = f"{self.site_url}/@@activity-unsubscribe?{query}"

    @cached_property
    def translate(self) -> Translator:
        return Translator(self.request)

    @property
    def language(self) -> str:
        return self.request["LANGUAGE"]

    @cached_property
    def _is_about_site(self):
        return self._subscription.folder == WHOLE_SITE

    @cached_property
    def title(self) -> str:
        """What the place is called that this is about."""
        if self._is_about_site:
            return self.site_title
        return one_line(self.context.Title() or self.context.getId())

    @cached_property
    def site_title(self) -> str:
        title = api.portal.get_registry_record("plone.site_title", default=None)
        return one_line(title or "")

    @property
    def heading(self) -> Message:
        """How much happened, and where."""
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

    @cached_property
    def days(self) -> list[Day]:
        """The lines, by day."""
        presenter = Presenter(self.request)
        lines = [presenter.line(item) for item in self._new.items]
        return by_day(lines, self.times, _NO_DAY)

    def time(self, line: Line) -> str:
        """Return when that was, as there is a day above it."""
        end = self.times.time_of_day(line.time)
        begin = end if line.began is None else self.times.time_of_day(line.began)
        return end if begin == end else f"{begin}–{end}"

    def remarks(self, line: Line) -> list[str]:
        """Return what else is to be said of *line*, if it is about one object."""
        subject = line.subject
        remarks = list(subject.remarks) if subject else []
        if subject and subject.is_missing:
            remarks.append(self.translate(_("removed since")))
        if line.edits > 1:
            edits = counted("${count} edit", "${count} edits", line.edits)
            remarks.append(self.translate(edits))
        if line.backfilled:
            said = _("from the catalog, before the log began")
            remarks.append(self.translate(said))
        return remarks

    def more(self, line: Line) -> str:
        """Say how many objects of *line* are not named."""
        number = len(line.folded) + line.unnamed
        return self.translate(counted("${count} more", "${count} more", number))

    def note(self, named: Subject) -> str:
        """Return what is to be said of one of several objects."""
        notes = [named.words]
        if named.actor is not None:
            by = _("by ${actor}", mapping={"actor": named.actor.name})
            notes.append(self.translate(by))
        if named.is_missing:
            notes.append(self.translate(_("removed since")))
        return one_line(", ".join(filter(None, [*notes, *named.remarks])))

    @property
    def is_more(self) -> bool:
        """Tell whether more is new than what is listed."""
        return self._new.is_more

    @cached_property
    def activity_url(self) -> str:
        return f"{self.context.absolute_url()}/@@activity"

    @property
    def settings_url(self) -> str:
        """Where members find all that they subscribed to."""
        return f"{self.site_url}/@@my-activity#digests"

    @property
    def reason(self) -> Message:
        """Why somebody gets this."""
        names = {"title": self.title, "site": self.site_title}
        if self._subscription.frequency == WEEKLY:
            if self._is_about_site:
                return _(
                    "You get this mail because you subscribed to a weekly digest of what"
                    " happens on “${site}”. In a week in which nothing happens there is"
                    " none.",
                    mapping=names,
                )
            return _(
                "You get this mail because you subscribed to a weekly digest of what"
                " happens in “${title}” on “${site}”. In a week in which nothing happens"
                " there is none.",
                mapping=names,
            )
        if self._is_about_site:
            return _(
                "You get this mail because you subscribed to a daily digest of what happens"
                " on “${site}”. On a day on which nothing happens there is none.",
                mapping=names,
            )
        return _(
            "You get this mail because you subscribed to a daily digest of what happens in"
            " “${title}” on “${site}”. On a day on which nothing happens there is none.",
            mapping=names,
        )

    def text(self) -> str:
        """Return the mail without markup."""
        heading = one_line(self.translate(self.heading))
        pieces = [f"{heading}\n{'=' * min(len(heading), 72)}"]
        for day in self.days:
            pieces.append(f"{day.heading}\n{'-' * len(day.heading)}")
            pieces += [self._told(line) for line in day.lines]
        if self.is_more:
            pieces.append(self.translate(self.said_of_more))
        pieces.append(f"{self.translate(self.said_of_activity)}\n{self.activity_url}")
        pieces.append("-- ")
        pieces.append(self.translate(self.reason))
        pieces.append(f"{self.translate(self.said_of_settings)}\n{self.settings_url}")
        pieces.append(f"{self.translate(self.said_of_end)}\n{self.unsubscribe_url}")
        return "\n\n".join(pieces) + "\n"

    def _told(self, line):
        subject = line.subject
        told = [f"* {one_line(line.text)} ({self.time(line)})"]
        told += [one_line(remark) for remark in self.remarks(line)]
        for named in () if subject else line.shown:
            title, note = one_line(named.title), self.note(named)
            told.append(f"- {title} ({note})" if note else f"- {title}")
            told += [named.url] if named.url else []
        if not subject and (line.folded or line.unnamed):
            told.append(self.more(line))
        if subject and subject.url:
            told.append(subject.url)
        return "\n  ".join(told)
