"""Clients for any content type."""

from .clients import ApiClient
from .clients import ClassicClient
from .clients import html
from .clients import PIXEL
from .clients import RestClient
from typing import Any
from typing import NamedTuple
from zope.lifecycleevent import modified

import transaction


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
# What isn't filled in by itself.
_PAGES = {
    "i": "portal_type",
    "o": "plone.app.querystring.operation.selection.any",
    "v": ["Document"],
}
_REQUIRED = {
    "Link": {"remoteUrl": "https://plone.org"},
    "Collection": {"query": [_PAGES]},
}


class ApiTypeClient(ApiClient):
    def add(self, folder, portal_type, title):
        if portal_type == "File":
            self.add_file(folder, title)
        elif portal_type == "Image":
            self.add_image(folder, title)
        else:
            self._add(folder, portal_type, title, **_REQUIRED.get(portal_type, {}))

    def edit_own_field(self, path, portal_type):
        field, obj = OWN_FIELDS[portal_type], self.obj(path)
        value = html(field.value) if field.name == "text" else field.value
        setattr(obj, field.name, value)
        modified(obj)
        transaction.commit()

    def replace_image(self, path):
        obj = self.obj(path)
        obj.image = type(obj.image)(PIXEL, filename="other.png")
        modified(obj)
        transaction.commit()


class RestTypeClient(RestClient):
    add = ApiTypeClient.add

    def edit_own_field(self, path, portal_type):
        field = OWN_FIELDS[portal_type]
        self.edit(path, **{field.name: field.value})

    def replace_image(self, path):
        self.edit(path, image=self._upload(PIXEL, "other.png", "image/png"))


class ClassicTypeClient(ClassicClient):
    def add(self, folder, portal_type, title):
        if portal_type == "File":
            self.add_file(folder, title)
        elif portal_type == "Image":
            self.add_image(folder, title)
        else:
            values = {"IDublinCore.title": title}
            if portal_type == "Link":
                values["remoteUrl.external"] = "https://plone.org"
            self._add(folder, portal_type, **values)

    def edit_own_field(self, path, portal_type):
        field = OWN_FIELDS[portal_type]
        self.open(path, "edit")
        self.fill("save", **{field.control: str(field.value)})

    def replace_image(self, path):
        self.open(path, "edit")
        self.browser.getControl(name="form.widgets.image.action").value = ["replace"]
        self._upload("image", PIXEL, "image/png", "other.png")
        self.fill("save")


TYPE_CLIENTS = {
    "api": ApiTypeClient,
    "rest": RestTypeClient,
    "classic": ClassicTypeClient,
}
