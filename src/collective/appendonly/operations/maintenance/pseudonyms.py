"""Replacing the ids of erased users in a change set."""

from collections.abc import Mapping
from collective.appendonly.entry import ADDRESS
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import decode_if
from collective.appendonly.entry import encode
from collective.appendonly.entry import Entry
from collective.appendonly.entry import mention
from collective.appendonly.entry import Principals
from collective.appendonly.entry import pseudonym
from collective.appendonly.entry import USER
from dataclasses import replace
from typing import Any


#: Instead of a pseudonym: a new one for each change set, so that no two can be linked.
ANONYMOUS = "erased:"

# Searching the text for an id is much faster than decoding it, unless there are many ids.
_FEW = 20


class Replacer:
    """The replacement of ids, as in ``{user id: pseudonym}``.

    It replaces the actors of change sets and entries, the titles of entries about these users, and
    keys and values of details, values and roles that equal an id, but not an id within a longer
    text. It removes the IP addresses from the logins of these users, and ids from the principals,
    where a pseudonym must never match a user.
    """

    def __init__(self, pseudonyms: Mapping[str, str]):
        self._ids = dict(pseudonyms)
        self._principals = {f"user:{user_id}" for user_id in pseudonyms}
        self._values = self._ids | {
            f"user:{user_id}": f"user:{name}" for user_id, name in pseudonyms.items()
        }
        few = len(pseudonyms) <= _FEW
        self._mentioning = [*map(_encoded, pseudonyms)] if few else []

    def for_change_set(self) -> "Replacer":
        """Return the replacer for one change set, with new pseudonyms for anonymous users."""
        if ANONYMOUS not in self._ids.values():
            return self
        return Replacer(
            {
                user_id: pseudonym() if name == ANONYMOUS else name
                for user_id, name in self._ids.items()
            }
        )

    def decoded(self, data: bytes) -> ChangeSet | None:
        """Return the change set in *data*, None if it has none of the ids.

        Raises :class:`UnknownFormat`.
        """
        return decode_if(data, self._mentioning)

    def replaced_in(self, data: bytes) -> bytes:
        """Return an encoded change set without the ids, the same object if it has none.

        Raises :class:`UnknownFormat`, and TypeError for values of other types.
        """
        before = self.decoded(data)
        if before is None:
            return data
        after = self._change_set(before)
        return data if after == before else encode(after)

    def entry(self, entry: Entry) -> Entry:
        """Return *entry* without the ids."""
        is_about_user = not entry.uid and entry.portal_type == USER
        details = self._value(entry.details)
        if is_about_user and entry.title in self._ids:
            details.pop(ADDRESS, None)
        source = entry.source
        return replace(
            entry,
            actor=self._id(entry.actor),
            title=self._id(entry.title) if is_about_user else entry.title,
            principals=self._others(entry.principals),
            source=source
            and replace(source, principals=self._others(source.principals)),
            descendants=tuple(
                (count, self._others(principals))
                for count, principals in entry.descendants
            ),
            details=details,
            values=self._value(entry.values),
            roles=self._value(entry.roles),
        )

    def _change_set(self, change_set: ChangeSet) -> ChangeSet:
        return replace(
            change_set,
            actor=self._id(change_set.actor),
            entries=tuple(map(self.entry, change_set.entries)),
        )

    def _id(self, value: str | None) -> str | None:
        return self._ids.get(value, value)

    def _others(self, principals: Principals) -> Principals:
        return tuple(name for name in principals if name not in self._principals)

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._values.get(value, value)
        if isinstance(value, Mapping):
            return {
                self._value(key): self._value(inner) for key, inner in value.items()
            }
        if isinstance(value, list | tuple):
            return [self._value(inner) for inner in value]
        return value


def _encoded(user_id: str) -> bytes:
    """Return the bytes of *user_id* in the text of a change set."""
    return mention(user_id)[1:-1]
