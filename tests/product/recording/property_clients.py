"""Clients with actions without events, and with actions on the site itself."""

from .clients import ApiClient
from .clients import ClassicClient
from .clients import ContentsClient
from .clients import RestClient
from posixpath import dirname

import transaction


class ApiPropertyClient(ApiClient):
    def tag(self, path, add=(), remove=()):
        obj = self.obj(path)
        tags = [tag for tag in obj.Subject() if tag not in remove]
        obj.setSubject([*tags, *add])
        obj.reindexObject()
        transaction.commit()

    def set_properties(self, path, **values):
        obj = self.obj(path)
        for name, value in values.items():
            setattr(obj, name, value)
        obj.reindexObject()
        transaction.commit()

    def grant(self, path, principal, *roles):
        obj = self.obj(path)
        obj.manage_setLocalRoles(principal, roles)
        obj.reindexObjectSecurity()
        transaction.commit()

    def revoke(self, path, principal):
        obj = self.obj(path)
        obj.manage_delLocalRoles([principal])
        obj.reindexObjectSecurity()
        transaction.commit()

    def block_inheritance(self, path):
        obj = self.obj(path)
        obj.__ac_local_roles_block__ = True
        obj.reindexObjectSecurity()
        transaction.commit()

    def set_default_page(self, folder, name):
        self.obj(folder).setDefaultPage(name)
        transaction.commit()

    def set_layout(self, folder, layout):
        self.obj(folder).setLayout(layout)
        transaction.commit()

    def sort(self, folder):
        self.obj(folder).orderObjects("Title")
        transaction.commit()


class RestPropertyClient(RestClient):
    def block_inheritance(self, path):
        self._send("post", path, "@sharing", entries=[], inherit=False)

    def set_layout(self, folder, layout):
        self.edit(folder, layout=layout)

    def sort(self, folder):
        self.edit(folder, sort={"on": "sortable_title", "order": "ascending"})


class ClassicPropertyClient(ClassicClient):
    def share_unchanged(self, path):
        self.open(path, "sharing")
        self.browser.getControl(name="form.button.Save").click()

    def block_inheritance(self, path):
        self.open(path, "sharing")
        self.browser.getControl(name="inherit:boolean").value = []
        self.browser.getControl(name="form.button.Save").click()

    def status(self, path, action, **dates):
        """Use the form of the state menu's *Advanced …*."""
        self.open(path, "content_status_history")
        self.browser.getControl(name="workflow_action").value = [action]
        for name, value in dates.items():
            control = self.browser.getControl(name=f"form.widgets.{name}")
            control.value = value
        self.browser.getControl(name="form.button.Publish").click()

    def set_default_page(self, folder, name):
        self.open(folder, "select_default_page")
        self.browser.getControl(name="objectId").value = [name]
        self.browser.getControl(name="form.buttons.Save").click()

    def set_layout(self, folder, layout):
        self.open(folder, "select_default_view")
        self.browser.getControl(name="templateId").value = [layout]
        self.browser.getControl(name="form.button.Save").click()

    def change_own_data(self, **values):
        self.open("", "@@personal-information")
        self.fill("save", **values)

    def change_user(self, userid, **values):
        self.open("", f"@@user-information?userid={userid}")
        self.fill("save", **values)


class ContentsPropertyClient(ContentsClient):
    def tag(self, path, add=(), remove=()):
        self.press(
            "tags",
            dirname(path),
            [path],
            toadd=",".join(add),
            toremove=",".join(remove),
        )

    def set_properties(self, path, **values):
        self.press("properties", dirname(path), [path], **values)

    def sort(self, folder):
        self.press("rearrange", folder, rearrange_on="sortable_title")


PROPERTY_CLIENTS = {
    "api": ApiPropertyClient,
    "rest": RestPropertyClient,
    "classic": ClassicPropertyClient,
    "contents": ContentsPropertyClient,
}
