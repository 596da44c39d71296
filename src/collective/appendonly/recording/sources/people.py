"""Users, groups, and who joins or leaves a group. Nothing of what is known about them."""

from collections.abc import Callable
from collective.appendonly.entry import GROUP
from collective.appendonly.entry import USER
from collective.appendonly.harmless import harmless
from collective.appendonly.recording.collector import current_log
from collective.appendonly.recording.collector import note
from collective.appendonly.recording.people_story import Membership
from collective.appendonly.recording.people_story import MembershipStory
from collective.appendonly.recording.people_story import Principal
from collective.appendonly.recording.people_story import PrincipalStory
from functools import wraps


def _recorder(subscriber: Callable) -> Callable:
    """Make an event subscriber of *subscriber*, which takes ``(log, event)``."""

    @wraps(subscriber)
    def guarded(event):
        with harmless("%s could not be recorded.", type(event).__name__):
            log = current_log()
            if log is not None:
                subscriber(log, event)

    return guarded


@_recorder
def user_created(log, event):
    # The only event that has the user, and not the id.
    user = Principal(USER, event.principal.getId())
    note(log, user, "user_created", story=PrincipalStory)


@_recorder
def user_removed(log, event):
    user = Principal(USER, event.principal)
    note(log, user, "user_removed", story=PrincipalStory)


@_recorder
def group_created(log, event):
    group = Principal(GROUP, event.principal)
    note(log, group, "group_created", story=PrincipalStory)


@_recorder
def group_removed(log, event):
    group = Principal(GROUP, event.principal)
    note(log, group, "group_removed", story=PrincipalStory)


@_recorder
def joined(log, event):
    membership = Membership("membership", event.principal, event.group_id)
    note(log, membership, "group_joined", story=MembershipStory)


@_recorder
def left(log, event):
    membership = Membership("membership", event.principal, event.group_id)
    note(log, membership, "group_left", story=MembershipStory)
