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
import secrets


#: The actions that are about users and groups.
PEOPLE_ACTIONS = (
    "user_created",
    "user_removed",
    "group_created",
    "group_removed",
    "group_joined",
    "group_left",
)
#: The actions the product records, in the order in which an entry names several of them.
#: Their ids are stored; integrators record others.
ACTIONS = (
    "removed",
    "created",
    "copied",
    "translated",
    "moved",
    "renamed",
    "checked_in",
    "checked_out",
    "checkout_cancelled",
    "reverted",
    "edited",
    "transitioned",
    "shared",
    "reordered",
    "translations_linked",
    "translations_unlinked",
    "commented",
    "replied",
    "comment_edited",
    "comment_published",
    "comment_hidden",
    "comment_removed",
    *PEOPLE_ACTIONS,
)
#: What stands for the portal type of a user and of a group, which have no UID either.
USER = "user"
GROUP = "group"

_VERSION = b"1"
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MILLISECOND = timedelta(milliseconds=1)

Principals = tuple[str, ...]


# What the id of somebody who was erased is replaced by begins with this. Plone allows no colon in
# the ids of users, so nobody can register under it.
_ERASED = "erased:"


def pseudonym() -> str:
    """Return a random id that stands for a person, and doesn't tell for whom."""
    return f"{_ERASED}{secrets.token_hex(6)}"


def is_pseudonym(user_id: str) -> bool:
    """Tell whether *user_id* stands for somebody who was erased."""
    return user_id.startswith(_ERASED)


class UnknownFormat(ValueError):
    """A stored change set was written in a format that this version can't read."""


@dataclass(frozen=True)
class Source:
    """The other place that an entry names, and who could see what was there.

    Where a moved, renamed or copied object came from; what a translation was made of or
    linked with; the original of a working copy.
    """

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

    An entry about a comment has uid, path, title and portal type of the page, the principals
    of the comment, and the UID of the comment as ``discussion_item``; its ``descendants`` are
    the answers that were removed with it. An entry about a user or a group has no uid and no
    path; its title is the id, its portal type ``USER`` or ``GROUP``.

    ``version`` is the number of the version of the object that was saved of an edit, a check-in
    or a revert, None if none was. ``version_before`` is the one that the object was in before:
    not always the number below, and None if it was the first. What lies between the two is what
    was done.

    ``details`` are what an integrator added: JSON values under names of their own. Those of a
    revert are the number of the ``version`` that it went back to.
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
    discussion_item: str | None = None
    group: str | None = None
    version: int | None = None
    version_before: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def action(self) -> str:
        """The foremost of the actions."""
        return self.actions[0]


@dataclass(frozen=True)
class ChangeSet:
    """All entries of one transaction.

    ``time`` is an aware datetime in UTC, kept to the millisecond. ``actor`` is the id of the
    user who did it, ``None`` for nobody (a script, an anonymous visitor). ``backfilled`` is
    true of what nobody saw happening: it was concluded from the catalog later on.
    """

    time: datetime
    actor: str | None
    entries: tuple[Entry, ...]
    backfilled: bool = False


def to_milliseconds(time: datetime) -> int:
    """Return an aware datetime as it is stored: milliseconds since 1970 in UTC."""
    return (time - _EPOCH) // _MILLISECOND


def from_milliseconds(time: int) -> datetime:
    """Return the datetime, in UTC, that :func:`to_milliseconds` made *time* of."""
    return _EPOCH + time * _MILLISECOND


def to_iso(time: datetime) -> str:
    """Return an aware datetime in ISO 8601 and UTC, to the millisecond."""
    utc = time.astimezone(timezone.utc)
    return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def encode(change_set: ChangeSet) -> bytes:
    """Return *change_set* as one byte string: a version, then compact JSON."""
    table: dict[Principals, int] = {}
    entries = [_pack(entry, change_set.actor, table) for entry in change_set.entries]
    state: dict[str, Any] = {
        "t": to_milliseconds(change_set.time),
        "a": change_set.actor,
        "p": [list(principals) for principals in table],
        "e": entries,
    }
    if change_set.backfilled:
        state["b"] = 1
    text = json.dumps(state, ensure_ascii=False, separators=(",", ":"))
    return _VERSION + text.encode("utf-8", "surrogatepass")


def is_known_format(data: bytes) -> bool:
    """Tell whether :func:`decode` knows the format of *data*."""
    return data[:1] == _VERSION


def decode(data: bytes) -> ChangeSet:
    """Return the change set that :func:`encode` made *data* of.

    Raises :class:`UnknownFormat` when a later version of the package wrote it, or nobody.
    """
    if not is_known_format(data):
        raise UnknownFormat(
            f"A change set of format {data[:1]!r} can't be read: this version of"
            f" collective.appendonly reads format {_VERSION!r}. Upgrade the package."
        )
    state = json.loads(data[1:].decode("utf-8", "surrogatepass"))
    actor = state["a"]
    table = [tuple(principals) for principals in state["p"]]
    return ChangeSet(
        time=from_milliseconds(state["t"]),
        actor=actor,
        entries=tuple(_unpack(packed, actor, table) for packed in state["e"]),
        backfilled=bool(state.get("b")),
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
        "q": entry.discussion_item,
        "g": entry.group,
        "+": dict(entry.details),
    }
    packed.update((key, value) for key, value in optional.items() if value)
    if entry.version is not None:
        packed["v"] = [entry.version, entry.version_before]
    if entry.actor != actor:
        packed["a"] = entry.actor
    return packed


def _unpack(packed: Mapping, actor: str | None, table: Sequence[Principals]) -> Entry:
    source = packed.get("m")
    version, version_before = packed.get("v", (None, None))
    entry = object.__new__(Entry)
    # The constructor of a frozen dataclass sets attribute by attribute, in three times as long.
    # Who may see little reads thousands of entries in vain.
    vars(entry).update(
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
        descendants=tuple([(n, table[index]) for n, index in packed.get("d", ())]),
        discussion_item=packed.get("q"),
        group=packed.get("g"),
        version=version,
        version_before=version_before,
        details=packed.get("+", {}),
    )
    return entry
