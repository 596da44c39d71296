"""The stories of users, groups and memberships."""

from collections.abc import Callable
from collections.abc import Set
from collective.appendonly.entry import Entry
from collective.appendonly.entry import GROUP
from collective.appendonly.entry import USER
from collective.appendonly.permissions import MANAGE_USERS
from collective.appendonly.recording.snapshot import holders
from collective.appendonly.recording.story import Story
from functools import wraps
from plone import api
from typing import NamedTuple

import transaction


class Principal(NamedTuple):
    """A user or a group. ``kind`` is USER or GROUP."""

    kind: str
    id: str


class Membership(NamedTuple):
    """The membership of a user, or a group, in a group."""

    # Tuples are compared by their values: a third one distinguishes it from a principal.
    kind: str
    member: str
    group: str


class PrincipalStory(Story):
    """The story of a user or a group."""

    @property
    def portal_type(self) -> str:
        return self.obj.kind

    def entry(self, excluded: Set[str] = frozenset()) -> Entry | None:
        first, last = self.notes[0].action, self.notes[-1].action
        came_and_went = first.endswith("_created") and last.endswith("_removed")
        if came_and_went or last in excluded:
            return None
        return _entry(last, self.obj.id, self.portal_type, self.actor)


class MembershipStory(Story):
    """The story of a membership. Its entry is about the member."""

    @property
    def portal_type(self) -> str:
        return GROUP if _is_group(self.obj.member) else USER

    def entry(self, excluded: Set[str] = frozenset()) -> Entry | None:
        first, last = self.notes[0].action, self.notes[-1].action
        # Joined and left again, or the other way round.
        if first != last or last in excluded:
            return None
        # Where one of them is gone, so are its memberships.
        member, group = self.obj.member, self.obj.group
        if not (_is_group(member) or _is_user(member)) or not _is_group(group):
            return None
        return _entry(last, member, self.portal_type, self.actor, group)


def _entry(action, name, kind, actor, group=None):
    return Entry(
        actions=(action,),
        actor=actor,
        uid="",
        path="",
        title=name,
        portal_type=kind,
        principals=holders(MANAGE_USERS, api.portal.get()),
        group=group,
    )


def _asked_once(question: Callable[[str], bool]) -> Callable[[str], bool]:
    """Ask *question* about each principal once per transaction.

    Plone collects all groups of a user to answer, and a user may join hundreds of them at once.
    """
    key = object()

    @wraps(question)
    def answer(name):
        current = transaction.get()
        try:
            answers = current.data(key)
        except KeyError:
            answers = {}
            current.set_data(key, answers)
        if name not in answers:
            answers[name] = question(name)
        return answers[name]

    return answer


@_asked_once
def _is_user(name):
    return api.portal.get_tool("portal_membership").getMemberById(name) is not None


@_asked_once
def _is_group(name):
    return api.portal.get_tool("portal_groups").getGroupById(name) is not None
