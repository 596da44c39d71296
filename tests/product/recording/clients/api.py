"""Python code: an import, a script, an add-on."""

from .client import Client
from .client import EMAIL
from .client import html
from .client import new_comment
from .client import OWN_FIELDS
from .client import PIXEL
from .client import rewrite
from functools import wraps
from plone import api
from plone.app.discussion.interfaces import IConversation
from plone.app.discussion.interfaces import IReplies
from plone.app.iterate.interfaces import ICheckinCheckoutPolicy
from plone.app.multilingual.interfaces import ITranslationManager
from plone.app.versioningbehavior.behaviors import IVersionable
from plone.namedfile.file import NamedBlobFile
from plone.namedfile.file import NamedBlobImage
from tests.product.people import PASSWORD
from zope.event import notify
from zope.lifecycleevent import modified
from zope.lifecycleevent import ObjectModifiedEvent

import transaction


def comment_on(page, number):
    return IConversation(page)[number]


def committing(action):
    @wraps(action)
    def commit_afterwards(*arguments, **options):
        action(*arguments, **options)
        transaction.commit()

    return commit_afterwards


def each_action_commits(client):
    """Commit after each action of a client, as callers of ``plone.api`` do."""
    for name, action in list(vars(client).items()):
        if callable(action) and not name.startswith("__"):
            setattr(client, name, committing(action))
    return client


@each_action_commits
class ApiClient(Client):
    def _add(self, folder, portal_type, title, **fields):
        api.content.create(self.obj(folder), portal_type, title=title, **fields)

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
            holder = IVersionable(obj) if name == "changeNote" else obj
            setattr(holder, name, html(value) if name == "text" else value)
        modified(obj)

    def replace_file(self, path, data):
        obj = self.obj(path)
        obj.file = NamedBlobFile(data, filename=obj.getId())
        modified(obj)

    def save_unchanged(self, path):
        self.edit(path)

    def rename(self, path, new_id, title=None):
        obj = self.obj(path)
        if title is not None:
            obj.title = title
            notify(ObjectModifiedEvent(obj))
        api.content.rename(obj, new_id)

    def move(self, path, folder):
        api.content.move(self.obj(path), self.obj(folder))

    def copy(self, path, folder):
        api.content.copy(self.obj(path), self.obj(folder))

    def delete(self, path):
        api.content.delete(self.obj(path), check_linkintegrity=False)

    def transition(self, path, transition, comment=""):
        api.content.transition(self.obj(path), transition, comment=comment)

    def transition_several(self, paths, transition):
        for path in paths:
            api.content.transition(self.obj(path), transition)

    def transition_with_content(self, path, transition):
        folder = self.obj(path)
        for obj in (folder, *folder.contentValues()):
            api.content.transition(obj, transition)

    def share(self, path):
        obj = self.obj(path)
        obj.manage_setLocalRoles("AuthenticatedUsers", ["Reader"])
        obj.reindexObjectSecurity()

    def move_to_top(self, folder, name):
        self.obj(folder).moveObjectsToTop([name])

    def tag(self, path, add=(), remove=()):
        obj = self.obj(path)
        tags = [tag for tag in obj.Subject() if tag not in remove]
        obj.setSubject([*tags, *add])
        obj.reindexObject()

    def set_properties(self, path, **values):
        obj = self.obj(path)
        for name, value in values.items():
            setattr(obj, name, value)
        obj.reindexObject()

    def grant(self, path, principal, *roles):
        obj = self.obj(path)
        obj.manage_setLocalRoles(principal, roles)
        obj.reindexObjectSecurity()

    def revoke(self, path, principal):
        obj = self.obj(path)
        obj.manage_delLocalRoles([principal])
        obj.reindexObjectSecurity()

    def block_inheritance(self, path):
        obj = self.obj(path)
        obj.__ac_local_roles_block__ = True
        obj.reindexObjectSecurity()

    def set_default_page(self, folder, name):
        self.obj(folder).setDefaultPage(name)

    def set_layout(self, folder, layout):
        self.obj(folder).setLayout(layout)

    def sort(self, folder):
        self.obj(folder).orderObjects("Title")

    def check_out(self, path, folder=None):
        original = self.obj(path)
        container = original.aq_parent if folder is None else self.obj(folder)
        ICheckinCheckoutPolicy(original).checkout(container)

    def check_in(self, path, message=""):
        ICheckinCheckoutPolicy(self.obj(path)).checkin(message)

    def cancel_checkout(self, path):
        ICheckinCheckoutPolicy(self.obj(path)).cancelCheckout()

    def revert(self, path, version):
        repository = api.portal.get_tool("portal_repository")
        repository.revert(self.obj(path), version)

    def edit_own_field(self, path, portal_type):
        field, obj = OWN_FIELDS[portal_type], self.obj(path)
        value = html(field.value) if field.name == "text" else field.value
        setattr(obj, field.name, value)
        modified(obj)

    def replace_image(self, path):
        obj = self.obj(path)
        obj.image = type(obj.image)(PIXEL, filename="other.png")
        modified(obj)

    def translate(self, path, title):
        manager = ITranslationManager(self.obj(path))
        manager.add_translation("de").title = title

    def link(self, path, other):
        manager = ITranslationManager(self.obj(path))
        manager.register_translation("de", self.obj(other))

    def unlink(self, path):
        ITranslationManager(self.obj(path)).remove_translation("de")

    def comment(self, path, text, **attributes):
        IConversation(self.obj(path)).addComment(new_comment(text, **attributes))

    def reply(self, path, number, text):
        IReplies(comment_on(self.obj(path), number)).addComment(new_comment(text))

    def edit_comment(self, path, number, text):
        rewrite(comment_on(self.obj(path), number), text)

    def moderate(self, path, number, transition):
        api.content.transition(comment_on(self.obj(path), number), transition)

    def moderate_several(self, path, numbers, transition):
        for number in numbers:
            api.content.transition(comment_on(self.obj(path), number), transition)

    def remove_comment(self, path, number):
        self.remove_several(path, [number])

    def remove_several(self, path, numbers):
        for number in numbers:
            del IConversation(self.obj(path))[number]

    def add_user(self, name):
        api.user.create(EMAIL, name, PASSWORD)

    def remove_user(self, name):
        api.user.delete(name)

    def add_group(self, name):
        api.group.create(name, title=name.title())

    def remove_group(self, name):
        api.group.delete(name)

    def join(self, name, group):
        api.group.add_user(group, username=name)

    def leave(self, name, group):
        api.group.remove_user(group, username=name)
