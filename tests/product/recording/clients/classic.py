"""The pages, menus and forms of Plone's Classic UI."""

from .client import Client
from .client import EMAIL
from .client import OWN_FIELDS
from .client import PIXEL
from plone.uuid.interfaces import IUUID
from tests.product.people import PASSWORD

import io
import transaction


class ClassicClient(Client):
    def __init__(self, *args):
        super().__init__(*args)
        # Rendering the page that a form leads to takes time, and no test looks at it.
        self.browser.followRedirects = False

    def open(self, path, view=""):
        url = "/".join(filter(None, (self.url(path), view)))
        transaction.commit()
        self.browser.open(url)

    def open_form(self, path, view):
        """Open a form as Plone's dialogs do: without the page around it, which takes time."""
        separator = "&" if "?" in view else "?"
        self.open(path, f"{view}{separator}ajax_load=1")

    def fill(self, button, **values):
        for name, value in values.items():
            self.browser.getControl(name=f"form.widgets.{name}").value = value
        self.browser.getControl(name=f"form.buttons.{button}").click()

    def _press(self, path, view, button, **values):
        self.open_form(path, view)
        for name, value in values.items():
            self.browser.getControl(name=name).value = value
        self.browser.getControl(name=f"form.button.{button}").click()

    def _add(self, folder, portal_type, **values):
        self.open_form(folder, f"++add++{portal_type}")
        self.fill("save", **values)

    def add_page(self, folder, title, text="<p>Hello</p>"):
        values = {"IDublinCore.title": title, "IRichTextBehavior.text": text}
        self._add(folder, "Document", **values)

    def add_folder(self, folder, title):
        self._add(folder, "Folder", **{"IDublinCore.title": title})

    def add_file(self, folder, name):
        self.open_form(folder, "++add++File")
        self._upload("file", b"one", "text/plain", name)
        self.fill("save", title=name)

    def add_image(self, folder, name):
        self.open_form(folder, "++add++Image")
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
            "changeNote": "IVersionable.changeNote",
        }
        self.open_form(path, "edit")
        self.fill("save", **{names[name]: value for name, value in fields.items()})

    def replace_file(self, path, data):
        self.open_form(path, "edit")
        self.browser.getControl(name="form.widgets.file.action").value = ["replace"]
        self._upload("file", data, "text/plain", self.obj(path).getId())
        self.fill("save")

    def save_unchanged(self, path):
        self.edit(path)

    def rename(self, path, new_id, title=None):
        self.open_form(path, "object_rename")
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
        self.open_form(path, "delete_confirmation")
        self.fill("Delete")

    def transition(self, path, transition, comment=""):
        if not comment:
            self.open(path, "view")
            self.browser.getLink(id=f"workflow-transition-{transition}").click()
            return
        values = {"workflow_action": [transition], "comment": comment}
        self._press(path, "content_status_history", "Publish", **values)

    def share(self, path):
        self._press(
            path, "sharing", "Save", **{"entries.role_Reader:records": ["True"]}
        )

    def share_unchanged(self, path):
        self._press(path, "sharing", "Save")

    def block_inheritance(self, path):
        self._press(path, "sharing", "Save", **{"inherit:boolean": []})

    def status(self, path, action, **dates):
        """Use the form of the state menu's *Advanced …*."""
        values = {f"form.widgets.{name}": value for name, value in dates.items()}
        values["workflow_action"] = [action]
        self._press(path, "content_status_history", "Publish", **values)

    def set_default_page(self, folder, name):
        self.open_form(folder, "select_default_page")
        self.browser.getControl(name="objectId").value = [name]
        self.browser.getControl(name="form.buttons.Save").click()

    def set_layout(self, folder, layout):
        self._press(folder, "select_default_view", "Save", templateId=[layout])

    def change_own_data(self, **values):
        self.open_form("", "@@personal-information")
        self.fill("save", **values)

    def change_user(self, userid, **values):
        self.open_form("", f"@@user-information?userid={userid}")
        self.fill("save", **values)

    def check_out(self, path):
        self._press(path, "content-checkout", "Checkout")

    def check_in(self, path, message=""):
        self._press(path, "content-checkin", "Checkin", checkin_message=message)

    def cancel_checkout(self, path):
        self._press(path, "content-cancel-checkout", "Cancel")

    def revert(self, path, version):
        # The button of the history, whose page is put together by a script.
        self.open(path, "view")
        token = self.browser.getLink(id="plone-contentmenu-actions-delete").url
        token = token.partition("_authenticator=")[2]
        self.open(path, f"revertversion?version_id={version}&_authenticator={token}")

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
        self.open_form(path, "edit")
        self.fill("save", **{field.control: str(field.value)})

    def replace_image(self, path):
        self.open_form(path, "edit")
        self.browser.getControl(name="form.widgets.image.action").value = ["replace"]
        self._upload("image", PIXEL, "image/png", "other.png")
        self.fill("save")

    def translate(self, path, title):
        obj = self.obj(path)
        self.open_form("de", f"++addtranslation++{IUUID(obj)}")
        names = {"IDublinCore.title": title, "IShortName.id": obj.getId()}
        self.fill("save", **names)

    def link(self, path, other):
        self.open_form(path, "connect_translation?language=de")
        values = {"language:list": ["de"], "content": IUUID(self.obj(other))}
        self.fill("connect_translation", **values)

    def unlink(self, path):
        uid = IUUID(self.obj(path))
        self.open_form(path, f"disconnect_translation?language=de&came_from={uid}")
        self.browser.getControl("Disconnect").click()

    def comment(self, path, text, **values):
        self.open(path, "view")
        self.fill("comment", text=text, **values)

    def reply(self, path, number, text):
        # As the script of the page does.
        self.comment(path, text, in_reply_to=str(number))

    def edit_comment(self, path, number, text):
        self.open_form(path, f"++conversation++default/{number}/@@edit-comment")
        self.fill("comment", text=text)

    def moderate(self, path, number, transition):
        self._submit(path, f"{transition}-{number}", "TransmitComment")

    def moderate_several(self, path, numbers, transition):
        comments = (
            f"{'/'.join(self.obj(path).getPhysicalPath())}/++conversation++default"
        )
        values = {
            "form.select.BulkAction": [transition],
            "paths:list": [f"{comments}/{number}" for number in numbers],
        }
        self._press("", "moderate-comments", "BulkAction", **values)

    def remove_comment(self, path, number):
        self._submit(path, f"delete-{number}", "DeleteComment")

    def remove_several(self, path, numbers):
        self.moderate_several(path, numbers, "delete")

    def _submit(self, path, form, button):
        self.open(path, "view")
        form = self.browser.getForm(id=form)
        form.getControl(name=f"form.button.{button}").click()

    def add_user(self, name):
        self.open_form("", "new-user")
        values = {"email": EMAIL, "password": PASSWORD, "password_ctl": PASSWORD}
        self.fill("register", username=name, **values)

    def remove_user(self, name):
        self.open_form("", "usergroup-userprefs")
        self._tick("delete:list", name, "Modify")

    def add_group(self, name):
        self._press("", "usergroup-groupdetails", "Save", addname=name)

    def remove_group(self, name):
        self.open_form("", "usergroup-groupprefs")
        self._tick("delete:list", name, "Modify")

    def join(self, name, group):
        self.open_form("", f"usergroup-groupmembership?groupname={group}")
        self.browser.getControl(name="form.button.FindAll").click()
        self._tick("add:list", name, "Add")

    def leave(self, name, group):
        self.open_form("", f"usergroup-groupmembership?groupname={group}")
        self._tick("delete:list", name, "Edit")

    def _tick(self, box, name, button):
        self.browser.getControl(name=box).getControl(value=name).selected = True
        self.browser.getControl(name=f"form.button.{button}").click()
