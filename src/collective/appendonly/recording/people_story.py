"""What the notes of one user, one group or one membership come to."""

from collective.appendonly.entry import Entry
from collective.appendonly.entry import GROUP
from collective.appendonly.entry import USER
from collective.appendonly.people import MANAGE_PEOPLE
from collective.appendonly.recording.snapshot import holders
from collective.appendonly.recording.story import Story
from plone import api
from typing import NamedTuple


class Principal(NamedTuple):
    """A user or a group. ``kind`` is USER or GROUP."""

    kind: str
    id: str


class Membership(NamedTuple):
    """That somebody, or a group, belongs to a group."""

    # Tuples are told apart by their values: a principal has fewer of them.
    kind: str
    member: str
    group: str


class PrincipalStory(Story):
    """The story of a user or a group."""

    @property
    def portal_type(self) -> str:
        return self.notes[-1].obj.kind

    def entry(self, left_out=frozenset()) -> Entry | None:
        first, last = self.notes[0].action, self.notes[-1].action
        came_and_went = first.endswith("_created") and last.endswith("_removed")
        if came_and_went or last in left_out:
            return None
        return _entry(last, self.notes[-1].obj.id, self.portal_type, self.actor)


class MembershipStory(Story):
    """The story of a membership. It is told of the member."""

    @property
    def portal_type(self) -> str:
        return GROUP if _is_group(self.notes[-1].obj.member) else USER

    def entry(self, left_out=frozenset()) -> Entry | None:
        first, last = self.notes[0].action, self.notes[-1].action
        # Joined and left again, or the other way round.
        if first != last or last in left_out:
            return None
        membership = self.notes[-1].obj
        # Where one of them is gone, so are its memberships.
        if not (_exists(membership.member) and _is_group(membership.group)):
            return None
        return _entry(
            last, membership.member, self.portal_type, self.actor, membership.group
        )


def _entry(action, name, kind, actor, group=None):
    return Entry(
        actions=(action,),
        actor=actor,
        uid="",
        path="",
        title=name,
        portal_type=kind,
        principals=holders(MANAGE_PEOPLE, api.portal.get()),
        group=group,
    )


def _exists(name):
    members = api.portal.get_tool("portal_membership")
    return members.getMemberById(name) is not None or _is_group(name)


def _is_group(name):
    return api.portal.get_tool("portal_groups").getGroupById(name) is not None
