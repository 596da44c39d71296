"""Comments of plone.app.discussion. Only loaded if that is installed.

Its own events differ from form to form, in number and in their object. The events of the comments
themselves are always the same.
"""

from Acquisition import aq_parent
from collective.appendonly.recording.collector import note
from collective.appendonly.recording.comment_story import CommentStory
from collective.appendonly.recording.comment_story import principals_of_comment
from collective.appendonly.recording.handlers import recorder


def _note(log, comment, action, **details):
    note(log, comment, action, story=CommentStory, **details)


@recorder
def added(log, comment, event):
    _note(log, comment, "replied" if comment.in_reply_to else "commented")


@recorder
def edited(log, comment, event):
    _note(log, comment, "comment_edited")


@recorder
def transitioned(log, comment, event):
    # Without a transition, this is the initial state of a new comment.
    if event.transition is not None:
        states = {"old_state": event.old_state.id, "new_state": event.new_state.id}
        workflow = getattr(event.workflow, "id", None)
        _note(log, comment, "transitioned", workflow=workflow, **states)


@recorder
def removed(log, comment, event):
    # Its principals are only known while it has a place.
    details = {"principals": principals_of_comment(comment)}
    answered = aq_parent(comment).get(comment.in_reply_to or 0)
    if answered is None:
        _note(log, comment, "removed", **details)
    else:
        _note(log, comment, "gone", root=answered, **details)
