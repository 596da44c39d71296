"""What the log says: entries, and the change sets that group them.

An entry is one thing that happened to one object; a change set holds the entries of one
transaction. Both are values of builtin types, so that they outlive every refactoring.
This module knows how they look in storage (docs/storage-format.rst) and nothing of Plone.
"""

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from typing import Any

import json


#: The actions the product records, in the order in which an entry names several of them.
ACTIONS = (
    "removed",
    "created",
    "copied",
    "moved",
    "renamed",
    "edited",
    "transitioned",
)

_VERSION = b"1"
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MILLISECOND = timedelta(milliseconds=1)

Principals = tuple[str, ...]


class UnknownFormat(ValueError):
    """A stored change set was written in a format that this version can't read."""


@dataclass(frozen=True)
class Source:
    """Where a moved, renamed or copied object came from, and who could see it there."""

    path: str
    principals: Principals = ()


@dataclass(frozen=True)
class Entry:
    """One thing that happened to one object.

    ``path`` and ``source.path`` are relative to the site (``"news/party"``), so that they
    survive a renamed site. ``principals`` are the roles, ``user:<id>`` and ``user:<group>``
    that could see the object at that moment, in the form of the catalog index
    ``allowedRolesAndUsers``. ``descendants`` counts the objects inside that went along,
    apart for each group of principals: nobody is told of what they could not see.
    """

    actions: tuple[str, ...]
    uid: str
    path: str
    title: str
    portal_type: str
    principals: Principals
    actor: str | None = None
    fields: tuple[str, ...] = ()
    transitions: tuple[str, ...] = ()
    old_state: str | None = None
    new_state: str | None = None
    comment: str = ""
    source: Source | None = None
    descendants: tuple[tuple[int, Principals], ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def action(self) -> str:
        """The foremost of the actions."""
        return self.actions[0]


@dataclass(frozen=True)
class ChangeSet:
    """All entries of one transaction.

    ``time`` is an aware datetime in UTC, kept to the millisecond. ``actor`` is the id of the
    user who did it, ``None`` for nobody (a script, an anonymous visitor).
    """

    time: datetime
    actor: str | None
    entries: tuple[Entry, ...]


def encode(change_set: ChangeSet) -> bytes:
    """Return *change_set* as one byte string: a version, then compact JSON."""
    table: dict[Principals, int] = {}
    entries = [_pack(entry, change_set.actor, table) for entry in change_set.entries]
    state = {
        "t": (change_set.time - _EPOCH) // _MILLISECOND,
        "a": change_set.actor,
        "p": [list(principals) for principals in table],
        "e": entries,
    }
    text = json.dumps(state, ensure_ascii=False, separators=(",", ":"))
    return _VERSION + text.encode("utf-8", "surrogatepass")


def decode(data: bytes) -> ChangeSet:
    """Return the change set that :func:`encode` made *data* of.

    Raises :class:`UnknownFormat` when a later version of the package wrote it, or nobody.
    """
    if data[:1] != _VERSION:
        raise UnknownFormat(
            f"A change set of format {data[:1]!r} can't be read: this version of"
            f" collective.appendonly reads format {_VERSION!r}. Upgrade the package."
        )
    state = json.loads(data[1:].decode("utf-8", "surrogatepass"))
    actor = state["a"]
    table = [tuple(principals) for principals in state["p"]]
    return ChangeSet(
        time=_EPOCH + state["t"] * _MILLISECOND,
        actor=actor,
        entries=tuple(_unpack(packed, actor, table) for packed in state["e"]),
    )


# Principals repeat from entry to entry, so a change set keeps each set of them once and
# entries point into that table. What is empty, or the same as the change set's, is left out.


def _pack(entry: Entry, actor: str | None, table: dict[Principals, int]) -> dict:
    def index(principals: Principals) -> int:
        return table.setdefault(tuple(principals), len(table))

    packed: dict[str, Any] = {
        "x": list(entry.actions),
        "u": entry.uid,
        "/": entry.path,
        "n": entry.title,
        "y": entry.portal_type,
        "p": index(entry.principals),
    }
    optional = {
        "f": list(entry.fields),
        "w": list(entry.transitions),
        "o": entry.old_state,
        "s": entry.new_state,
        "c": entry.comment,
        "m": entry.source and [entry.source.path, index(entry.source.principals)],
        "d": [[count, index(principals)] for count, principals in entry.descendants],
        "+": dict(entry.details),
    }
    packed.update((key, value) for key, value in optional.items() if value)
    if entry.actor != actor:
        packed["a"] = entry.actor
    return packed


def _unpack(packed: Mapping, actor: str | None, table: Sequence[Principals]) -> Entry:
    source = packed.get("m")
    return Entry(
        actions=tuple(packed["x"]),
        uid=packed["u"],
        path=packed["/"],
        title=packed["n"],
        portal_type=packed["y"],
        principals=table[packed["p"]],
        actor=packed.get("a", actor),
        fields=tuple(packed.get("f", ())),
        transitions=tuple(packed.get("w", ())),
        old_state=packed.get("o"),
        new_state=packed.get("s"),
        comment=packed.get("c", ""),
        source=source and Source(source[0], table[source[1]]),
        descendants=tuple((n, table[index]) for n, index in packed.get("d", ())),
        details=packed.get("+", {}),
    )
