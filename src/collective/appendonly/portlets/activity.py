"""The portlet: what happened lately, here or on the whole site.

The path of the ``Assignment`` is part of the storage format: it is in the database wherever
somebody placed the portlet.
"""

from collective.appendonly.browser.recent import RecentActivity
from collective.appendonly.feed import may_read
from collective.appendonly.i18n import _
from collective.appendonly.refusals import between
from functools import cached_property
from plone import api
from plone.app.portlets.portlets import base
from plone.portlets.interfaces import IPortletDataProvider
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.interface import implementer
from zope.schema import Choice
from zope.schema import Int
from zope.schema import TextLine
from zope.schema.vocabulary import SimpleTerm
from zope.schema.vocabulary import SimpleVocabulary


#: The name of the portlet's type.
PORTLET = "collective.appendonly.portlets.activity"
TITLE = _("Recent activity")
DESCRIPTION = _("Lists what happened lately, to those who may see it.")

SCOPES = SimpleVocabulary(
    [
        SimpleTerm("here", "here", _("Where the portlet is shown, and below")),
        SimpleTerm("site", "site", _("On the whole site")),
    ]
)


class IActivityPortlet(IPortletDataProvider):
    """What can be said of a portlet where it is placed."""

    heading = TextLine(
        title=_("Heading"),
        description=_("Leave it empty for “Recent activity”."),
        default="",
        missing_value="",
        required=False,
    )

    scope = Choice(
        title=_("What happened"),
        description=_("Of a default page, what happened in its folder."),
        vocabulary=SCOPES,
        default="here",
    )

    count = Int(
        title=_("Lines"),
        description=_("How many changes are shown, at most."),
        default=5,
        **between(1, 50),
    )


@implementer(IActivityPortlet)
class Assignment(base.Assignment):
    """A portlet that somebody has placed."""

    heading = ""
    scope = "here"
    count = 5

    def __init__(self, heading="", scope="here", count=5):
        self.heading = heading
        self.scope = scope
        self.count = count

    @property
    def title(self) -> str:
        """What the management of portlets calls it."""
        return self.heading or TITLE


class Renderer(RecentActivity, base.Renderer):
    """Shows the portlet to whoever has something to read there."""

    render = ViewPageTemplateFile("activity.pt")

    @property
    def available(self) -> bool:
        """Tell whether something is to be told here, to this person."""
        return may_read(self.about) and self.is_worth_showing

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
    label = _("Add a portlet with recent activity")
    description = DESCRIPTION

    def create(self, data):
        return Assignment(**data)


class EditForm(base.EditForm):
    schema = IActivityPortlet
    label = _("Edit the portlet with recent activity")
    description = DESCRIPTION
