"""The stories of users, groups, memberships and logins."""

from collections.abc import Callable
from collections.abc import Set
from collective.appendonly.entry import Entry
from collective.appendonly.entry import GROUP
from collective.appendonly.entry import USER
from collective.appendonly.recording.snapshot import site_facts
from collective.appendonly.recording.story import Story
from collective.appendonly.recording.story import without_superseded
from functools import wraps
from plone import api
from typing import NamedTuple

import transaction


# Each account gets this role when it is created. That needs no entry of its own.
_ROLE_OF_MEMBERS = "Member"


class Principal(NamedTuple):
    """A user or a group. ``kind`` is USER or GROUP."""

    kind: str
    id: str


class Login(NamedTuple):
    """A login, a logout or a failed login of a user. ``id`` is empty if there is no such user."""

    kind: str
    id: str
    # Tuples are compared by their values: a third one distinguishes it from a principal. Logins are
    # discarded earlier than other activity, so they have entries of their own.
    what: str = "login"


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

    @property
    def actor(self) -> str | None:
        # Changes of roles are found at the end of the transaction.
        return (self._events or self.notes)[-1].actor

    @property
    def _events(self):
        return [note for note in self.notes if note.action != "roles_changed"]

    def entry(self, excluded: Set[str] = frozenset()) -> Entry | None:
        events = [note.action for note in self._events]
        is_new = bool(events) and events[0].endswith("_created")
        if is_new and events[-1].endswith("_removed"):
            return None
        done, roles = set(events[-1:]), {}
        for change in self.details("roles_changed")[-1:]:
            lost, got = change["lost"], change["got"]
            if is_new:
                # Others may have been left by an earlier user with the same id.
                lost, got = [], [role for role in got if role != _ROLE_OF_MEMBERS]
            if lost or got:
                done.add("roles_changed")
                roles[self.obj.id] = [lost, got]
        actions = set(without_superseded(done)) - excluded
        if not actions:
            return None
        [action] = actions
        return Entry(
            actions=(action,),
            actor=self.actor,
            **site_facts(self.portal_type, self.obj.id)._asdict(),
            roles={} if action.endswith("_removed") else roles,
        )


class LoginStory(Story):
    """The story of a login, a logout, or a failed login."""

    @property
    def portal_type(self) -> str:
        return self.obj.kind

    @property
    def actor(self) -> str | None:
        # The request of a login begins as that of an anonymous user.
        return None if self._action == "login_failed" else self.obj.id

    @property
    def _action(self):
        return self.notes[-1].action

    def entry(self, excluded: Set[str] = frozenset()) -> Entry | None:
        if self._action in excluded:
            return None
        return Entry(
            actions=(self._action,),
            actor=self.actor,
            **site_facts(self.portal_type, self.obj.id)._asdict(),
            details=self.details(self._action)[-1]["details"],
        )


class MembershipStory(Story):
    """The story of a membership. Its entry is about the member."""

    @property
    def portal_type(self) -> str:
        return GROUP if is_group(self.obj.member) else USER

    def entry(self, excluded: Set[str] = frozenset()) -> Entry | None:
        first, last = self.notes[0].action, self.notes[-1].action
        # Joined and left again, or the other way round.
        if first != last or last in excluded:
            return None
        # Where one of them is gone, so are its memberships.
        member, group = self.obj.member, self.obj.group
        if not (is_group(member) or _is_user(member)) or not is_group(group):
            return None
        return Entry(
            actions=(last,),
            actor=self.actor,
            **site_facts(self.portal_type, member)._asdict(),
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
def is_group(name: str) -> bool:
    """Return whether there is a group with the id *name*."""
    return api.portal.get_tool("portal_groups").getGroupById(name) is not None
