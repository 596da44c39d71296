"""Clients of a site: one class for each kind of client, one method for each action.

Each action is committed as in production: by the publisher, or by the caller of ``plone.api``. Places
are paths relative to the site.
"""

from plone import api
from plone.app.testing import TEST_USER_NAME
from plone.app.testing import TEST_USER_PASSWORD
from plone.app.textfield.value import RichTextValue
from plone.namedfile.file import NamedBlobFile
from plone.namedfile.file import NamedBlobImage
from plone.testing.zope import Browser
from plone.uuid.interfaces import IUUID
from posixpath import dirname
from webtest.app import AppError
from zope.event import notify
from zope.lifecycleevent import modified
from zope.lifecycleevent import ObjectModifiedEvent

import base64
import io
import json
import re
import transaction


# The smallest image there is.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ"
    "RU5ErkJggg=="
)


class Refused(Exception):
    """The site rejected the action."""


def html(text):
    return RichTextValue(text, "text/html", "text/x-html-safe")


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


class ApiClient(Client):
    """Python code: an import, a script, an add-on."""

    def _add(self, folder, portal_type, title, **fields):
        api.content.create(self.obj(folder), portal_type, title=title, **fields)
        transaction.commit()

    def add_page(self, folder, title, text="<p>Hello</p>"):
        self._add(folder, "Document", title, text=html(text))

    def add_folder(self, folder, title):
        self._add(folder, "Folder", title)

    def add_file(self, folder, name):
        self._add(folder, "File", name, file=NamedBlobFile(b"one", filename=name))

    def add_image(self, folder, name):
        self._add(folder, "Image", name, image=NamedBlobImage(PIXEL, filename=name))

    def edit(self, path, **fields):
        obj = self.obj(path)
        for name, value in fields.items():
            setattr(obj, name, html(value) if name == "text" else value)
        modified(obj)
        transaction.commit()

    def replace_file(self, path, data):
        obj = self.obj(path)
        obj.file = NamedBlobFile(data, filename=obj.getId())
        modified(obj)
        transaction.commit()

    def save_unchanged(self, path):
        self.edit(path)

    def rename(self, path, new_id, title=None):
        obj = self.obj(path)
        if title is not None:
            obj.title = title
            notify(ObjectModifiedEvent(obj))
        api.content.rename(obj, new_id)
        transaction.commit()

    def move(self, path, folder):
        api.content.move(self.obj(path), self.obj(folder))
        transaction.commit()

    def copy(self, path, folder):
        api.content.copy(self.obj(path), self.obj(folder))
        transaction.commit()

    def delete(self, path):
        api.content.delete(self.obj(path), check_linkintegrity=False)
        transaction.commit()

    def transition(self, path, transition, comment=""):
        api.content.transition(self.obj(path), transition, comment=comment)
        transaction.commit()

    def transition_several(self, paths, transition):
        for path in paths:
            api.content.transition(self.obj(path), transition)
        transaction.commit()

    def transition_with_content(self, path, transition):
        folder = self.obj(path)
        for obj in (folder, *folder.contentValues()):
            api.content.transition(obj, transition)
        transaction.commit()

    def share(self, path):
        obj = self.obj(path)
        obj.manage_setLocalRoles("AuthenticatedUsers", ["Reader"])
        obj.reindexObjectSecurity()
        transaction.commit()

    def move_to_top(self, folder, name):
        self.obj(folder).moveObjectsToTop([name])
        transaction.commit()


class RestClient(Client):
    """A JavaScript front end such as Volto, through the REST API."""

    def _send(self, method, path, endpoint="", **body):
        send = getattr(self.browser.testapp, f"{method}_json")
        headers = {"Accept": "application/json", "Authorization": self.credentials}
        url = "/".join(filter(None, (self.url(path), endpoint)))
        transaction.commit()
        try:
            send(url, body, headers=headers)
        except AppError as error:
            raise Refused(str(error)) from error

    def _add(self, folder, portal_type, title, **fields):
        self._send("post", folder, **{"@type": portal_type, "title": title}, **fields)

    def add_page(self, folder, title, text="<p>Hello</p>"):
        self._add(folder, "Document", title, text=text)

    def add_folder(self, folder, title):
        self._add(folder, "Folder", title)

    def add_file(self, folder, name):
        self._add(folder, "File", name, file=self._upload(b"one", name, "text/plain"))

    def add_image(self, folder, name):
        self._add(folder, "Image", name, image=self._upload(PIXEL, name, "image/png"))

    def _upload(self, data, name, content_type):
        return {
            "data": base64.b64encode(data).decode(),
            "encoding": "base64",
            "filename": name,
            "content-type": content_type,
        }

    def edit(self, path, **fields):
        self._send("patch", path, **fields)

    def replace_file(self, path, data):
        name = self.obj(path).getId()
        self.edit(path, file=self._upload(data, name, "text/plain"))

    def save_unchanged(self, path):
        obj = self.obj(path)
        self.edit(path, title=obj.title, description=obj.description, text=obj.text.raw)

    def rename(self, path, new_id, title=None):
        self.edit(path, id=new_id, **({} if title is None else {"title": title}))

    def move(self, path, folder):
        self._send("post", folder, "@move", source=f"/{path}")

    def copy(self, path, folder):
        self._send("post", folder, "@copy", source=f"/{path}")

    def delete(self, path):
        self._send("delete", path)

    def transition(self, path, transition, comment="", **dates):
        body = {"comment": comment, **dates}
        self._send("post", path, f"@workflow/{transition}", **body)

    def transition_with_content(self, path, transition):
        self._send("post", path, f"@workflow/{transition}", include_children=True)

    def share(self, path):
        reader = {
            "id": "AuthenticatedUsers",
            "type": "group",
            "roles": {"Reader": True},
        }
        self._send("post", path, "@sharing", entries=[reader], inherit=True)

    def move_to_top(self, folder, name):
        self.edit(folder, ordering={"obj_id": name, "delta": "top"})


class ClassicClient(Client):
    """The pages, menus and forms of Plone's Classic UI."""

    def __init__(self, *args):
        super().__init__(*args)
        # Rendering the page that a form leads to takes time, and no test looks at it.
        self.browser.followRedirects = False

    def open(self, path, view=""):
        url = "/".join(filter(None, (self.url(path), view)))
        transaction.commit()
        self.browser.open(url)

    def fill(self, button, **values):
        for name, value in values.items():
            self.browser.getControl(name=f"form.widgets.{name}").value = value
        self.browser.getControl(name=f"form.buttons.{button}").click()

    def _add(self, folder, portal_type, **values):
        self.open(folder, f"++add++{portal_type}")
        self.fill("save", **values)

    def add_page(self, folder, title, text="<p>Hello</p>"):
        values = {"IDublinCore.title": title, "IRichTextBehavior.text": text}
        self._add(folder, "Document", **values)

    def add_folder(self, folder, title):
        self._add(folder, "Folder", **{"IDublinCore.title": title})

    def add_file(self, folder, name):
        self.open(folder, "++add++File")
        self._upload("file", b"one", "text/plain", name)
        self.fill("save", title=name)

    def add_image(self, folder, name):
        self.open(folder, "++add++Image")
        self._upload("image", PIXEL, "image/png", name)
        self.fill("save", title=name)

    def _upload(self, field, data, content_type, name):
        control = self.browser.getControl(name=f"form.widgets.{field}")
        control.add_file(io.BytesIO(data), content_type, name)

    def edit(self, path, **fields):
        names = {
            "title": "IDublinCore.title",
            "description": "IDublinCore.description",
            "text": "IRichTextBehavior.text",
            "id": "IShortName.id",
        }
        self.open(path, "edit")
        self.fill("save", **{names[name]: value for name, value in fields.items()})

    def replace_file(self, path, data):
        self.open(path, "edit")
        self.browser.getControl(name="form.widgets.file.action").value = ["replace"]
        self._upload("file", data, "text/plain", self.obj(path).getId())
        self.fill("save")

    def save_unchanged(self, path):
        self.edit(path)

    def rename(self, path, new_id, title=None):
        self.open(path, "object_rename")
        values = {"new_id": new_id} | ({} if title is None else {"new_title": title})
        self.fill("Rename", **values)

    def click_action(self, path, action):
        self.open(path, "view")
        self.browser.getLink(id=f"plone-contentmenu-actions-{action}").click()

    def move(self, path, folder):
        self.click_action(path, "cut")
        self.click_action(folder, "paste")

    def copy(self, path, folder):
        self.click_action(path, "copy")
        self.click_action(folder, "paste")

    def delete(self, path):
        self.open(path, "delete_confirmation")
        self.fill("Delete")

    def transition(self, path, transition, comment=""):
        if not comment:
            self.open(path, "view")
            self.browser.getLink(id=f"workflow-transition-{transition}").click()
            return
        self.open(path, "content_status_history")
        self.browser.getControl(name="workflow_action").value = [transition]
        self.browser.getControl(name="comment").value = comment
        self.browser.getControl(name="form.button.Publish").click()

    def share(self, path):
        self.open(path, "sharing")
        self.browser.getControl(name="entries.role_Reader:records").value = ["True"]
        self.browser.getControl(name="form.button.Save").click()


class ContentsClient(ClassicClient):
    """The Contents view of the Classic UI, whose buttons act on the selection."""

    #: Any page that holds a token for this person.
    token_page = ("", "folder_contents")

    def _token(self):
        self.open(*self.token_page)
        return re.search(r"_authenticator=(\w+)", self.browser.contents).group(1)

    def press(self, button, folder, paths=(), **form):
        """Press a button as the script of the page does."""
        body = {
            "_authenticator": self._token(),
            "folder": f"/{folder}",
            "selection": json.dumps([IUUID(self.obj(path)) for path in paths]),
            **form,
        }
        headers = {"Authorization": self.credentials}
        url = f"{self.url(folder)}/@@fc-{button}"
        transaction.commit()
        answer = self.browser.testapp.post(url, body, headers=headers).json
        if answer["status"] != "success":
            raise Refused(answer["msg"])

    def rename(self, path, new_id, title=None):
        obj = self.obj(path)
        self.press(
            "rename",
            dirname(path),
            UID_0=IUUID(obj),
            newid_0=new_id,
            newtitle_0=obj.title if title is None else title,
        )

    def move(self, path, folder):
        self.press("cut", dirname(path), [path])
        self.press("paste", folder)

    def copy(self, path, folder):
        self.press("copy", dirname(path), [path])
        self.press("paste", folder)

    def delete(self, *paths):
        self.press("delete", dirname(paths[0]), paths)

    def transition(self, path, transition, comment=""):
        self.press(
            "workflow", dirname(path), [path], transition=transition, comments=comment
        )

    def transition_several(self, paths, transition):
        self.press("workflow", dirname(paths[0]), paths, transition=transition)

    def transition_with_content(self, path, transition):
        self.press(
            "workflow", dirname(path), [path], transition=transition, recurse="yes"
        )

    def move_to_top(self, folder, name):
        names = json.dumps(self.obj(folder).objectIds())
        self.press("itemOrder", folder, id=name, delta="top", subsetIds=names)


CLIENTS = {
    "api": ApiClient,
    "rest": RestClient,
    "classic": ClassicClient,
    "contents": ContentsClient,
}
