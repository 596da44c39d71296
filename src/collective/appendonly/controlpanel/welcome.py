"""The note about what to do next, which a new site shows its administrators until one dismisses it."""

from collective.appendonly.controlpanel.backfill import refusal
from collective.appendonly.i18n import _
from plone.app.layout.viewlets import ViewletBase
from plone.protect import CheckAuthenticator
from Products.Five.browser import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from typing import NamedTuple
from zope.annotation.interfaces import IAnnotations
from zope.i18nmessageid import Message


#: The annotation of a site that shows the note; see docs/storage-format.rst.
WELCOME = "collective.appendonly.welcome"


class Step(NamedTuple):
    """Something to do next.

    ``page`` is the page of the site for it, ``command`` what does it in a shell; both if there are.
    """

    text: Message
    page: str | None = None
    command: str | None = None


TITLE = _("Changes are recorded from now on")
LEAD = _("Recent activity is ready to use. You can do more when you like:")
_BACKFILL = "@@activity-backfill"
_STEPS = (
    Step(_("View the activity"), "@@activity"),
    Step(_("Add earlier changes"), _BACKFILL, "activitylog backfill"),
    Step(
        _("Choose what is recorded, who can view it, and how long it is kept"),
        "@@activity-controlpanel",
    ),
    Step(
        _(
            "If several servers share the database, check the log status in the settings."
        ),
        command="activitylog doctor",
    ),
    Step(
        _(
            "Before you limit what is kept, or members subscribe to digests, have"
            " “activitylog maintain” run every night."
        )
    ),
)


def steps(site) -> list[Step]:
    """Return what can be done next in *site*."""
    return [step for step in _STEPS if step.page != _BACKFILL or refusal(site) is None]


def welcome(site) -> None:
    """Show the note in *site* from now on."""
    IAnnotations(site)[WELCOME] = True


def is_new(site) -> bool:
    """Return whether *site* shows the note."""
    return WELCOME in IAnnotations(site)


def dismiss(site) -> None:
    """No longer show the note in *site*."""
    IAnnotations(site).pop(WELCOME, None)


class WelcomeNote(ViewletBase):
    """The note, on the pages where an administrator is after installing the add-on."""

    index = ViewPageTemplateFile("welcome.pt")

    title, lead = TITLE, LEAD

    @property
    def steps(self) -> list[Step]:
        return steps(self.context)

    def render(self) -> str:
        return self.index() if is_new(self.context) else ""


class WelcomeView(BrowserView):
    """``@@activity-welcome``: dismisses the note on POST."""

    def __call__(self) -> str:
        response = self.request.response
        if self.request.method != "POST":
            response.setStatus(405)
            response.setHeader("Allow", "POST")
            return ""
        CheckAuthenticator(self.request)
        dismiss(self.context)
        response.redirect(f"{self.context.absolute_url()}/@@activity-controlpanel")
        return ""
