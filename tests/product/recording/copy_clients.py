"""Clients that check content out and in, and revert it to an earlier version."""

from .clients import ApiClient
from .clients import ClassicClient
from .clients import RestClient
from plone import api
from plone.app.iterate.interfaces import ICheckinCheckoutPolicy

import transaction


class ApiCopyClient(ApiClient):
    def check_out(self, path, folder=None):
        original = self.obj(path)
        container = original.aq_parent if folder is None else self.obj(folder)
        ICheckinCheckoutPolicy(original).checkout(container)
        transaction.commit()

    def check_in(self, path, message=""):
        ICheckinCheckoutPolicy(self.obj(path)).checkin(message)
        transaction.commit()

    def cancel_checkout(self, path):
        ICheckinCheckoutPolicy(self.obj(path)).cancelCheckout()
        transaction.commit()

    def revert(self, path, version):
        repository = api.portal.get_tool("portal_repository")
        repository.revert(self.obj(path), version)
        transaction.commit()


class RestCopyClient(RestClient):
    def check_out(self, path):
        self._send("post", path, "@workingcopy")

    def check_in(self, path):
        self._send("patch", path, "@workingcopy")

    def cancel_checkout(self, path):
        self._send("delete", path, "@workingcopy")

    def revert(self, path, version):
        self._send("patch", path, "@history", version=version)


class ClassicCopyClient(ClassicClient):
    def _press(self, path, view, button, **values):
        self.open(path, view)
        for name, value in values.items():
            self.browser.getControl(name=name).value = value
        self.browser.getControl(name=f"form.button.{button}").click()

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


COPY_CLIENTS = {
    "api": ApiCopyClient,
    "rest": RestCopyClient,
    "classic": ClassicCopyClient,
}
