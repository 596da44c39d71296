"""``@@activity-changes``: the words that an edit changed, as a page or within the activity page."""

from collective.appendonly.feed import check_may_read
from collective.appendonly.i18n import _
from collective.appendonly.presentation.changes import Comparison
from collective.appendonly.presentation.changes import requested_comparison
from collective.appendonly.presentation.translator import Translator
from collective.appendonly.presentation.wording import message_parts
from collective.appendonly.presentation.wording import Part
from collective.appendonly.presentation.wording import title_of
from Products.Five.browser import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


class ActivityChanges(BrowserView):
    """The differences between two versions of the context, for users who can view its history.

    The parameters ``from`` and ``to`` are the numbers of the versions. The activity page loads the
    element ``activity-changes`` into its list.
    """

    index = ViewPageTemplateFile("changes.pt")
    heading = _("What changed")

    comparison: Comparison

    def __call__(self) -> str:
        check_may_read(self.context)
        response = self.request.response
        response.setHeader("Cache-Control", "private, no-store")
        self.comparison = requested_comparison(self.context, self.request)
        return self.index()

    @property
    def description(self) -> tuple[Part, ...]:
        """A sentence below the heading, in parts."""
        title = title_of(self.context)
        message = _("Differences in “${title}”", mapping={"title": title})
        return message_parts(message, Translator(self.request))
