"""Comments on content, of plone.app.discussion: only loaded where that is installed.

Its own events differ from form to form, in number and in their object. Those of the comments
themselves are the same from everywhere.
"""

from Acquisition import aq_parent
from collective.appendonly.recording.collector import note
from collective.appendonly.recording.comment_story import CommentStory
from collective.appendonly.recording.comment_story import principals_of_comment
from collective.appendonly.recording.guard import recorder


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
    # Without a transition it is the initial state of something new.
    if event.transition is not None:
        states = {"old_state": event.old_state.id, "new_state": event.new_state.id}
        _note(log, comment, "transitioned", **states)


@recorder
def removed(log, comment, event):
    # Who could see it is only known as long as it has a place.
    details = {"principals": principals_of_comment(comment)}
    answered = aq_parent(comment).get(comment.in_reply_to or 0)
    if answered is None:
        _note(log, comment, "removed", **details)
    else:
        _note(log, comment, "gone", root=answered, **details)
