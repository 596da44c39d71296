"""The note about what to do next, which a new site shows its administrators until one dismisses it."""

from plone.app.layout.viewlets import ViewletBase
from plone.protect import CheckAuthenticator
from Products.Five.browser import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.annotation.interfaces import IAnnotations


#: The annotation of a site that shows the note; see docs/storage-format.rst.
WELCOME = "collective.appendonly.welcome"


def welcome(site) -> None:
    """Show the note in *site* from now on."""
    IAnnotations(site)[WELCOME] = True


class WelcomeNote(ViewletBase):
    """The note, on the pages where an administrator is after installing the add-on."""

    index = ViewPageTemplateFile("welcome.pt")

    def render(self) -> str:
        return self.index() if WELCOME in IAnnotations(self.context) else ""


class WelcomeView(BrowserView):
    """``@@activity-welcome``: dismisses the note on POST."""

    def __call__(self) -> str:
        response = self.request.response
        if self.request.method != "POST":
            response.setStatus(405)
            response.setHeader("Allow", "POST")
            return ""
        CheckAuthenticator(self.request)
        IAnnotations(self.context).pop(WELCOME, None)
        response.redirect(f"{self.context.absolute_url()}/@@activity-controlpanel")
        return ""
