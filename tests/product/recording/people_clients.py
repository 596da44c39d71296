"""Clients that add and remove users, groups and memberships."""

from .clients import ApiClient
from .clients import ClassicClient
from .clients import RestClient
from plone import api

import transaction


PASSWORD = "correct horse battery"
EMAIL = "somebody@example.org"


class ApiPeopleClient(ApiClient):
    def add_user(self, name):
        api.user.create(EMAIL, name, PASSWORD)
        transaction.commit()

    def remove_user(self, name):
        api.user.delete(name)
        transaction.commit()

    def add_group(self, name):
        api.group.create(name, title=name.title())
        transaction.commit()

    def remove_group(self, name):
        api.group.delete(name)
        transaction.commit()

    def join(self, name, group):
        api.group.add_user(group, username=name)
        transaction.commit()

    def leave(self, name, group):
        api.group.remove_user(group, username=name)
        transaction.commit()


class RestPeopleClient(RestClient):
    def add_user(self, name):
        self._send("post", "", "@users", username=name, email=EMAIL, password=PASSWORD)

    def remove_user(self, name):
        self._send("delete", "", f"@users/{name}")

    def add_group(self, name):
        self._send("post", "", "@groups", groupname=name, title=name.title())

    def remove_group(self, name):
        self._send("delete", "", f"@groups/{name}")

    def join(self, name, group):
        self._send("patch", "", f"@groups/{group}", users={name: True})

    def leave(self, name, group):
        self._send("patch", "", f"@groups/{group}", users={name: False})


class ClassicPeopleClient(ClassicClient):
    """The control panel for users and groups."""

    def add_user(self, name):
        self.open("", "new-user")
        values = {"email": EMAIL, "password": PASSWORD, "password_ctl": PASSWORD}
        self.fill("register", username=name, **values)

    def remove_user(self, name):
        self.open("", "usergroup-userprefs")
        self._tick("delete:list", name, "Modify")

    def add_group(self, name):
        self.open("", "usergroup-groupdetails")
        self.browser.getControl(name="addname").value = name
        self.browser.getControl(name="form.button.Save").click()

    def remove_group(self, name):
        self.open("", "usergroup-groupprefs")
        self._tick("delete:list", name, "Modify")

    def join(self, name, group):
        self.open("", f"usergroup-groupmembership?groupname={group}")
        self.browser.getControl(name="form.button.FindAll").click()
        self._tick("add:list", name, "Add")

    def leave(self, name, group):
        self.open("", f"usergroup-groupmembership?groupname={group}")
        self._tick("delete:list", name, "Edit")

    def _tick(self, box, name, button):
        self.browser.getControl(name=box).getControl(value=name).selected = True
        self.browser.getControl(name=f"form.button.{button}").click()


PEOPLE_CLIENTS = {
    "api": ApiPeopleClient,
    "rest": RestPeopleClient,
    "classic": ClassicPeopleClient,
}
