"""The accounts of user ids: an id that is given away again is another user's from then on.

For each account that was created while the add-on was installed, an annotation of the site has the
position that the log had reached. Positions and not times, since clocks differ, and since imported
activity is that of today's accounts. ``docs/storage-format.rst`` describes the annotation.
"""

from AccessControl import getSecurityManager
from BTrees.OOBTree import OOBTree
from collections.abc import Mapping
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.entry import FORMER_USER
from collective.appendonly.entry import Principals
from collective.appendonly.entry import USER
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import Position
from dataclasses import replace
from plone import api
from typing import Any
from zope.annotation.interfaces import IAnnotations


#: The annotation of the site, by user id.
ACCOUNTS = "collective.appendonly.accounts"

_Begins = Mapping[str, tuple[int, int]]


def begin_account(log: IActivityLog, user_id: str) -> None:
    """Store that nothing in *log* up to now is by the user *user_id*, who is new."""
    newest = log.newest()
    if newest is not None:
        begins = IAnnotations(api.portal.get()).setdefault(ACCOUNTS, OOBTree())
        begins[user_id] = tuple(newest[:2])


def forget_account(user_id: str) -> None:
    """Remove what is stored about the account of *user_id*, if there is anything."""
    begins = _begins()
    if user_id in begins:
        del begins[user_id]


def move_accounts(generations: int) -> None:
    """Follow a log in which everything was moved up by so many *generations*."""
    begins = _begins()
    for user_id, (generation, index) in list(begins.items()):
        begins[user_id] = (generation + generations, index)


class Accounts:
    """Attributes change sets to the accounts of today, for the user of the current request."""

    def __init__(self):
        self._begins = _begins()
        user_id = getSecurityManager().getUser().getId()
        self._reader = f"user:{user_id}"
        self._reader_begin = self._begins.get(user_id) if user_id else None

    def attributed(self, position: Position, change_set: ChangeSet) -> ChangeSet:
        """Return *change_set* without what was by, or for, earlier accounts of the same ids.

        Their actors are ``FORMER_USER``, and the reader is not taken for one of them.
        """
        if not self._begins:
            return change_set
        place = position[:2]
        is_older = self._reader_begin is not None and place <= self._reader_begin
        actor = self._actor(place, change_set.actor)
        entries = change_set.entries
        others = tuple(self._entry(place, entry, is_older) for entry in entries)
        if (actor, others) == (change_set.actor, entries):
            return change_set
        return replace(change_set, actor=actor, entries=others)

    def _entry(self, place: tuple[int, int], entry: Entry, is_older: bool) -> Entry:
        changes: dict[str, Any] = {"actor": self._actor(place, entry.actor)}
        if entry.portal_type == USER and not entry.uid:
            changes["title"] = self._actor(place, entry.title)
        if entry.roles:
            # One pseudonym for each, as they are keys.
            changes["roles"] = {
                user_id
                if self._actor(place, user_id) == user_id
                else f"{FORMER_USER}{number}": pair
                for number, (user_id, pair) in enumerate(entry.roles.items())
            }
        if is_older:
            source = entry.source
            changes["principals"] = self._others(entry.principals)
            changes["source"] = source and replace(
                source, principals=self._others(source.principals)
            )
            changes["descendants"] = tuple(
                (count, self._others(principals))
                for count, principals in entry.descendants
            )
        if all(getattr(entry, name) == value for name, value in changes.items()):
            return entry
        return replace(entry, **changes)

    def _actor(self, place: tuple[int, int], user_id: str | None) -> str | None:
        begin = self._begins.get(user_id) if user_id else None
        return user_id if begin is None or place > begin else FORMER_USER

    def _others(self, principals: Principals) -> Principals:
        if self._reader not in principals:
            return principals
        return tuple(name for name in principals if name != self._reader)


def _begins() -> _Begins:
    return IAnnotations(api.portal.get()).get(ACCOUNTS, {})
