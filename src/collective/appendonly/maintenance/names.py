"""What an erasure makes of one change set: whose ids are replaced by what, and where."""

from collections.abc import Mapping
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import decode
from collective.appendonly.entry import encode
from collective.appendonly.entry import Entry
from collective.appendonly.entry import is_known_format
from collective.appendonly.entry import Principals
from collective.appendonly.entry import pseudonym
from collective.appendonly.entry import USER
from dataclasses import replace
from typing import Any

import json


#: In the place of a pseudonym: let each change set have one of its own, so that nothing tells
#: that two of them are of the same person.
ANONYMOUS = "erased:"

# To look for an id in the bytes is much faster than to decode them, unless there are many ids.
_FEW = 20


class Names:
    """What is replaced by what, as ``{user id: pseudonym}``.

    Replaced are the actors of change sets and entries, the names of entries about these
    users, and values of details that equal an id; an id within a longer text is not. From
    the principals an id is taken away: what stands for it must never match anybody.
    """

    def __init__(self, replacements: Mapping[str, str]):
        self._ids = dict(replacements)
        self._principals = {f"user:{user_id}" for user_id in replacements}
        self._values = self._ids | {
            f"user:{user_id}": f"user:{name}" for user_id, name in replacements.items()
        }
        self._traces = [_stored(user_id) for user_id in replacements]

    def for_one_deed(self) -> "Names":
        """Return the names to be used in one change set."""
        if ANONYMOUS not in self._ids.values():
            return self
        return Names(
            {
                user_id: pseudonym() if name == ANONYMOUS else name
                for user_id, name in self._ids.items()
            }
        )

    def may_be_in(self, data: bytes) -> bool:
        """Tell whether it is worth while to decode *data*."""
        return (
            len(self._traces) > _FEW
            or not is_known_format(data)
            or any(trace in data for trace in self._traces)
        )

    def erased_from(self, data: bytes) -> bytes:
        """Return an encoded change set without the ids, itself if it has none of them.

        Raises an error of :data:`UNREADABLE` for what can't be read.
        """
        if not self.may_be_in(data):
            return data
        before = decode(data)
        after = self._change_set(before)
        return data if after == before else encode(after)

    def entry(self, entry: Entry) -> Entry:
        """Return *entry* without the ids."""
        about_user = not entry.uid and entry.portal_type == USER
        source = entry.source
        return replace(
            entry,
            actor=self._id(entry.actor),
            title=self._id(entry.title) if about_user else entry.title,
            principals=self._others(entry.principals),
            source=source
            and replace(source, principals=self._others(source.principals)),
            descendants=tuple(
                (count, self._others(principals))
                for count, principals in entry.descendants
            ),
            details=self._value(entry.details),
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
            return {key: self._value(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self._value(inner) for inner in value]
        return value


#: What :meth:`Names.erased_from` raises for a change set that a later version wrote (it is a
#: ValueError), or that is damaged.
UNREADABLE = (ValueError, LookupError, TypeError)


def _stored(user_id: str) -> bytes:
    """Return how an encoded change set has *user_id*, wherever it has it."""
    text = json.dumps(user_id, ensure_ascii=False)[1:-1]
    return text.encode("utf-8", "surrogatepass")
