"""The Contents view of the Classic UI, whose buttons act on the selection."""

from .classic import ClassicClient
from .client import Refused
from plone.uuid.interfaces import IUUID
from posixpath import dirname

import json
import transaction


class ContentsClient(ClassicClient):
    def _token(self):
        self.open("", "@@authenticator/token")
        return self.browser.contents

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
