"""The base class of all clients, and the data that they send.

Each action is committed as in production: by the publisher, or by the caller of ``plone.api``.
Places are paths relative to the site. Comments are named by the path of their page and their id.
"""

from plone.app.testing import TEST_USER_NAME
from plone.app.testing import TEST_USER_PASSWORD
from plone.app.textfield.value import RichTextValue
from plone.testing.zope import Browser
from typing import Any
from typing import NamedTuple
from zope.component import createObject
from zope.event import notify
from zope.lifecycleevent import ObjectModifiedEvent

import base64


# The smallest possible image.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ"
    "RU5ErkJggg=="
)
EMAIL = "somebody@example.org"


class OwnField(NamedTuple):
    """A field of a type, a value for it, and the name of its control in the form."""

    name: str
    value: Any
    control: str


OWN_FIELDS = {
    "Document": OwnField("text", "<p>Come all</p>", "IRichTextBehavior.text"),
    "News Item": OwnField("image_caption", "Cake", "ILeadImageBehavior.image_caption"),
    "Event": OwnField("location", "Garden", "IEventLocation.location"),
    "Link": OwnField("remoteUrl", "https://zope.dev", "remoteUrl.external"),
    "Folder": OwnField("description", "All that is new", "IDublinCore.description"),
    "Collection": OwnField("limit", 7, "ICollection.limit"),
    "Plant": OwnField("habitat", "Shade", "habitat"),
}
# Required fields without a default.
_PAGES = {
    "i": "portal_type",
    "o": "plone.app.querystring.operation.selection.any",
    "v": ["Document"],
}
REQUIRED = {
    "Link": {"remoteUrl": "https://plone.org"},
    "Collection": {"query": [_PAGES]},
}


class Refused(Exception):
    """The site rejected the action."""


def html(text):
    return RichTextValue(text, "text/html", "text/x-html-safe")


def new_comment(text, **attributes):
    """Return a comment that is not yet on a page."""
    comment = createObject("plone.Comment")
    comment.text = text
    for name, value in attributes.items():
        setattr(comment, name, value)
    return comment


def rewrite(comment, text):
    """Give *comment* another text, in the transaction at hand."""
    comment.text = text
    notify(ObjectModifiedEvent(comment))


class Client:
    def __init__(self, portal, app, login=TEST_USER_NAME, password=TEST_USER_PASSWORD):
        self.portal = portal
        self.browser = Browser(app)
        self.browser.addHeader("Authorization", f"Basic {login}:{password}")
        self.credentials = f"Basic {login}:{password}"

    def obj(self, path):
        return self.portal.unrestrictedTraverse(path) if path else self.portal

    def url(self, path):
        return self.obj(path).absolute_url()

    def add(self, folder, portal_type, title):
        if portal_type == "File":
            self.add_file(folder, title)
        elif portal_type == "Image":
            self.add_image(folder, title)
        else:
            self._add(folder, portal_type, title, **REQUIRED.get(portal_type, {}))
