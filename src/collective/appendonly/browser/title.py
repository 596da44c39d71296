"""The title of the browser window on the pages for readers."""

from html import escape
from plone.app.layout.viewlets.common import TitleViewlet
from zope.i18n import translate


class PageTitle(TitleViewlet):
    """The ``heading`` of the view, in front of the title of the content and of the site.

    Plone has these alone, so that tabs, bookmarks and the history could not be told apart.
    """

    def update(self) -> None:
        super().update()
        heading = translate(self.view.heading, context=self.request)
        self.site_title = self.sep.join([escape(heading), self.site_title])
