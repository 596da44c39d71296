"""Users, groups and memberships. No personal data but the ids is recorded."""

from collections.abc import Callable
from collective.appendonly.entry import GROUP
from collective.appendonly.entry import USER
from collective.appendonly.recording.collector import note
from collective.appendonly.recording.handlers import current_log
from collective.appendonly.recording.people_story import Membership
from collective.appendonly.recording.people_story import MembershipStory
from collective.appendonly.recording.people_story import Principal
from collective.appendonly.recording.people_story import PrincipalStory
from collective.appendonly.transactions import errors_logged
from functools import wraps


def _recorder(subscriber: Callable) -> Callable:
    """Turn *subscriber*, which takes ``(log, event)``, into an event handler."""

    @wraps(subscriber)
    def handler(event):
        with errors_logged("%s could not be recorded.", type(event).__name__):
            log = current_log()
            if log is not None:
                subscriber(log, event)

    return handler


@_recorder
def user_created(log, event):
    # The only event with the user, and not the id.
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
