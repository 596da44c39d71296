"""Users, groups and memberships. No personal data but the ids is recorded."""

from collective.appendonly.entry import GROUP
from collective.appendonly.entry import USER
from collective.appendonly.recording.collector import note
from collective.appendonly.recording.handlers import site_recorder
from collective.appendonly.recording.people_story import Membership
from collective.appendonly.recording.people_story import MembershipStory
from collective.appendonly.recording.people_story import Principal
from collective.appendonly.recording.people_story import PrincipalStory


@site_recorder
def user_created(log, event):
    # The only event with the user, and not the id.
    user = Principal(USER, event.principal.getId())
    note(log, user, "user_created", story=PrincipalStory)


@site_recorder
def user_removed(log, event):
    user = Principal(USER, event.principal)
    note(log, user, "user_removed", story=PrincipalStory)


@site_recorder
def group_created(log, event):
    group = Principal(GROUP, event.principal)
    note(log, group, "group_created", story=PrincipalStory)


@site_recorder
def group_removed(log, event):
    group = Principal(GROUP, event.principal)
    note(log, group, "group_removed", story=PrincipalStory)


@site_recorder
def joined(log, event):
    membership = Membership("membership", event.principal, event.group_id)
    note(log, membership, "group_joined", story=MembershipStory)


@site_recorder
def left(log, event):
    membership = Membership("membership", event.principal, event.group_id)
    note(log, membership, "group_left", story=MembershipStory)
