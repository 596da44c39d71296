"""The activity portlet: recent activity here or on the whole site.

The dotted path of ``Assignment`` is part of the storage format: databases with placed portlets
contain it.
"""

from collective.appendonly.browser.recent import RecentActivity
from collective.appendonly.browser.recent import remembered
from collective.appendonly.constraints import between
from collective.appendonly.feed import may_read
from collective.appendonly.guard import printable
from collective.appendonly.i18n import _
from collective.appendonly.interfaces import IActivityLayer
from functools import cached_property
from plone import api
from plone.app.portlets.portlets import base
from plone.portlets.interfaces import IPortletDataProvider
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zExceptions import NotFound
from zope.interface import implementer
from zope.schema import Choice
from zope.schema import Int
from zope.schema import TextLine
from zope.schema.vocabulary import SimpleTerm
from zope.schema.vocabulary import SimpleVocabulary


#: The name of the portlet's type.
PORTLET = "collective.appendonly.portlets.activity"
TITLE = _("Recent activity")
DESCRIPTION = _("Lists recent changes to content the reader can view.")

SCOPES = SimpleVocabulary(
    [
        SimpleTerm("here", "here", _("The current location and below")),
        SimpleTerm("site", "site", _("The whole site")),
    ]
)


class IActivityPortlet(IPortletDataProvider):
    """The settings of a placed portlet."""

    heading = TextLine(
        title=_("Heading"),
        description=_("Leave empty to use “Recent activity”."),
        default="",
        missing_value="",
        required=False,
    )

    scope = Choice(
        title=_("Scope"),
        description=_(
            "On a default page, the portlet lists the activity in its folder."
        ),
        vocabulary=SCOPES,
        default="here",
    )

    count = Int(
        title=_("Number of changes"),
        description=_("The maximum number of changes shown."),
        default=5,
        **between(1, 50),
    )


@implementer(IActivityPortlet)
class Assignment(base.Assignment):
    """A placed portlet."""

    heading = ""
    scope = "here"
    count = 5

    def __init__(self, heading="", scope="here", count=5):
        self.heading = heading
        self.scope = scope
        self.count = count

    @property
    def title(self) -> str:
        """The title on the portlet management page."""
        return printable(self.heading) or TITLE


class Renderer(RecentActivity, base.Renderer):
    """Shows the portlet to users who can view some activity."""

    index = ViewPageTemplateFile("activity.pt")

    @property
    def available(self) -> bool:
        """Whether the portlet is shown to the current user."""
        return bool(self._shown)

    def render(self) -> str:
        return self._shown

    @cached_property
    def _shown(self) -> str:
        return self._markup()

    @remembered
    def _markup(self) -> str:
        return self.index() if may_read(self.about) and self.is_worth_showing else ""

    @property
    def variant(self) -> tuple:
        return self.data.heading, self.data.scope, self.data.count

    @property
    def heading(self) -> str:
        return self.data.title

    @property
    def limit(self) -> int:
        return self.data.count

    @cached_property
    def about(self):
        return api.portal.get() if self.data.scope == "site" else super().about


class AddForm(base.AddForm):
    schema = IActivityPortlet
    label = _("Add recent activity portlet")
    description = DESCRIPTION

    def __call__(self):
        # Plone's directive knows no browser layer.
        if not IActivityLayer.providedBy(self.request):
            raise NotFound(self.context, PORTLET, self.request)
        return super().__call__()

    def create(self, data):
        return Assignment(**data)


class EditForm(base.EditForm):
    schema = IActivityPortlet
    label = _("Edit recent activity portlet")
    description = DESCRIPTION
