"""The activity page: the whole story of the site, of a folder or of a page, by and by."""

from AccessControl import Unauthorized
from collective.appendonly.browser.listing import ActivityListing
from collective.appendonly.feed import feed
from collective.appendonly.feed import FeedPage
from collective.appendonly.feed import InvalidCursor
from collective.appendonly.feed import may_read
from collective.appendonly.i18n import _
from Products.CMFCore.interfaces import IFolderish
from Products.CMFCore.interfaces import ISiteRoot
from Products.Five.browser import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.component import getMultiAdapter


#: How many lines a page has, at most.
LINES = 20


class ActivityPage(ActivityListing, BrowserView):
    """Lists what happened to the context and below it, with links to older and newer.

    The parameters ``older`` and ``newer`` are cursors. What is none is answered by a page
    that says so with status 400, and not by an exception: Plone's page for those shows
    members no message, and the log of the server a traceback.
    """

    index = ViewPageTemplateFile("page.pt")

    is_lost = False

    def __call__(self) -> str:
        if not may_read(self.context):
            # Plone asks visitors to log in, and tells members that they may not.
            raise Unauthorized("You may not read the activity.")
        try:
            self.page = feed(self.context, limit=LINES, **self._cursors())
        except InvalidCursor:
            self.is_lost = True
            self.page = FeedPage()
            self.request.response.setStatus(400)
        return self.index()

    def _cursors(self):
        form = self.request.form
        cursors = {name: form[name] for name in ("older", "newer") if name in form}
        if len(cursors) > 1 or not all(isinstance(c, str) for c in cursors.values()):
            raise InvalidCursor("Give one cursor, once: either as older or as newer.")
        return cursors

    @property
    def description(self):
        """What the page is about, in a sentence."""
        if ISiteRoot.providedBy(self.context):
            return _("What happened on this site, newest first.")
        state = getMultiAdapter(
            (self.context, self.request), name="plone_context_state"
        )
        title = {"title": state.object_title()}
        if IFolderish.providedBy(self.context):
            return _("What happened in “${title}”, newest first.", mapping=title)
        return _("What happened to “${title}”, newest first.", mapping=title)

    @property
    def url(self) -> str:
        """The address of the first page."""
        return f"{self.context.absolute_url()}/@@activity"
