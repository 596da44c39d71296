"""A JavaScript front end such as Volto, through the REST API."""

from .client import Client
from .client import EMAIL
from .client import OWN_FIELDS
from .client import PIXEL
from .client import Refused
from tests.product.people import PASSWORD
from webtest.app import AppError

import base64
import transaction


class RestClient(Client):
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

    def add_page(self, folder, title, text="<p>Hello</p>", **fields):
        self._add(folder, "Document", title, text=text, **fields)

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

    def block_inheritance(self, path):
        self._send("post", path, "@sharing", entries=[], inherit=False)

    def set_layout(self, folder, layout):
        self.edit(folder, layout=layout)

    def sort(self, folder):
        self.edit(folder, sort={"on": "sortable_title", "order": "ascending"})

    def check_out(self, path):
        self._send("post", path, "@workingcopy")

    def check_in(self, path):
        self._send("patch", path, "@workingcopy")

    def cancel_checkout(self, path):
        self._send("delete", path, "@workingcopy")

    def revert(self, path, version):
        self._send("patch", path, "@history", version=version)

    def edit_own_field(self, path, portal_type):
        field = OWN_FIELDS[portal_type]
        self.edit(path, **{field.name: field.value})

    def replace_image(self, path):
        self.edit(path, image=self._upload(PIXEL, "other.png", "image/png"))

    def translate(self, path, title):
        obj = self.obj(path)
        self._add(
            "de",
            obj.portal_type,
            title,
            id=obj.getId(),
            language="de",
            translation_of=f"/{path}",
        )

    def link(self, path, other):
        self._send("post", path, "@translations", id=f"/{other}")

    def unlink(self, path):
        self._send("delete", path, "@translations", language="de")

    def comment(self, path, text):
        self._send("post", path, "@comments", text=text)

    def reply(self, path, number, text):
        self._send("post", path, f"@comments/{number}", text=text)

    def edit_comment(self, path, number, text):
        self._send("patch", path, f"@comments/{number}", text=text)

    def remove_comment(self, path, number):
        self._send("delete", path, f"@comments/{number}")

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
