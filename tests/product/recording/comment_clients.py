"""Clients that add, edit, moderate and remove comments.

Comments are named by the path of their page and their id.
"""

from .clients import ApiClient
from .clients import ClassicClient
from .clients import RestClient
from plone import api
from plone.app.discussion.interfaces import IConversation
from plone.app.discussion.interfaces import IReplies
from zope.component import createObject
from zope.event import notify
from zope.lifecycleevent import ObjectModifiedEvent

import transaction


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


class ApiCommentClient(ApiClient):
    def _comment(self, path, number):
        return IConversation(self.obj(path))[number]

    def comment(self, path, text, **attributes):
        IConversation(self.obj(path)).addComment(new_comment(text, **attributes))
        transaction.commit()

    def reply(self, path, number, text):
        IReplies(self._comment(path, number)).addComment(new_comment(text))
        transaction.commit()

    def edit_comment(self, path, number, text):
        rewrite(self._comment(path, number), text)
        transaction.commit()

    def moderate(self, path, number, transition):
        api.content.transition(self._comment(path, number), transition)
        transaction.commit()

    def moderate_several(self, path, numbers, transition):
        for number in numbers:
            api.content.transition(self._comment(path, number), transition)
        transaction.commit()

    def remove_comment(self, path, number):
        self.remove_several(path, [number])

    def remove_several(self, path, numbers):
        for number in numbers:
            del IConversation(self.obj(path))[number]
        transaction.commit()


class RestCommentClient(RestClient):
    def comment(self, path, text):
        self._send("post", path, "@comments", text=text)

    def reply(self, path, number, text):
        self._send("post", path, f"@comments/{number}", text=text)

    def edit_comment(self, path, number, text):
        self._send("patch", path, f"@comments/{number}", text=text)

    def remove_comment(self, path, number):
        self._send("delete", path, f"@comments/{number}")


class ClassicCommentClient(ClassicClient):
    def comment(self, path, text, **values):
        self.open(path, "view")
        self.fill("comment", text=text, **values)

    def reply(self, path, number, text):
        # As the script of the page does.
        self.comment(path, text, in_reply_to=str(number))

    def edit_comment(self, path, number, text):
        self.open(path, f"++conversation++default/{number}/@@edit-comment")
        self.fill("comment", text=text)

    def moderate(self, path, number, transition):
        self._press(path, f"{transition}-{number}", "TransmitComment")

    def moderate_several(self, path, numbers, transition):
        self.open("", "moderate-comments")
        comments = (
            f"{'/'.join(self.obj(path).getPhysicalPath())}/++conversation++default"
        )
        values = {
            "form.select.BulkAction": [transition],
            "paths:list": [f"{comments}/{number}" for number in numbers],
        }
        for name, value in values.items():
            self.browser.getControl(name=name).value = value
        self.browser.getControl(name="form.button.BulkAction").click()

    def remove_comment(self, path, number):
        self._press(path, f"delete-{number}", "DeleteComment")

    def remove_several(self, path, numbers):
        self.moderate_several(path, numbers, "delete")

    def _press(self, path, form, button):
        self.open(path, "view")
        form = self.browser.getForm(id=form)
        form.getControl(name=f"form.button.{button}").click()


COMMENT_CLIENTS = {
    "api": ApiCommentClient,
    "rest": RestCommentClient,
    "classic": ClassicCommentClient,
}
