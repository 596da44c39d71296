"""Entries of the log, and the change sets that group them.

An entry says what happened to one object; a change set holds the entries of one transaction. Both
are values of builtin types, so that they outlive every refactoring. This module defines how they
are stored (docs/storage-format.rst), and knows nothing of Plone.
"""

from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Mapping
from collections.abc import Sequence
from collective.appendonly.compression import deflated
from collective.appendonly.compression import inflated
from collective.appendonly.compression import MAX_TEXT
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from itertools import islice
from typing import Any

import json
import secrets


#: The actions about users and groups; by default they are not recorded.
PEOPLE_ACTIONS = (
    "user_created",
    "user_removed",
    "group_created",
    "group_removed",
    "group_joined",
    "group_left",
)
#: The actions about logins; by default they are not recorded.
LOGIN_ACTIONS = ("logged_in", "logged_out", "login_failed")
#: The portal types of entries that are not about content, and have no UID: about a user, a group, a
#: record of the registry, an add-on, a content type, or the workflow of a content type.
USER = "user"
GROUP = "group"
SETTING = "setting"
ADDON = "addon"
TYPE = "type"
WORKFLOW = "workflow"
#: The detail of a login with the IP address of the client.
ADDRESS = "address"
#: The action of an entry whose content was discarded before its change set.
DISCARDED = "discarded"

# The formats: the text as it is, and deflated.
_PLAIN = b"1"
_DEFLATED = b"2"

_LEVELS = 200

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MILLISECOND = timedelta(milliseconds=1)

Principals = tuple[str, ...]

#: What was before, and what is after.
Pair = Sequence[Any]

#: Returns a value as compact JSON.
to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


# A pseudonym begins with this. Plone allows no colon in user ids, so no user can register
# such an id.
_ERASED = "erased:"

#: A pseudonym that is never stored: that of a user whose ID another account has now.
FORMER_USER = _ERASED


def pseudonym() -> str:
    """Return a random id that replaces a user ID, and is not derived from it."""
    return f"{_ERASED}{secrets.token_hex(6)}"


def is_pseudonym(user_id: str) -> bool:
    """Return whether *user_id* is a pseudonym of an erased user."""
    return user_id.startswith(_ERASED)


class UnknownFormat(ValueError):
    """A stored change set has a format that this version cannot read, or it is damaged."""


@dataclass(frozen=True)
class Source:
    """The other place that an entry names, and the principals that could view it.

    The place that an object was moved, renamed or copied from; the page that a translation was
    made from or linked with; the original of a working copy. ``uid`` is that of the other object;
    it is empty for a former place of the object itself, and in entries of 1.0.0a1.
    """

    path: str
    principals: Principals = ()
    uid: str = ""


@dataclass(frozen=True)
class Entry:
    """A change of one object in one transaction.

    ``path`` and ``source.path`` are relative to the site (``"news/party"``), so that they
    survive a renamed site. ``principals`` are the roles, ``user:<id>`` and ``user:<group>``
    that could view the object at that moment, in the form of the catalog index
    ``allowedRolesAndUsers``: outside of its effective range, those that can access inactive
    content. ``descendants`` counts the objects inside that went along, with one
    count for each set of principals, so that readers only see the counts of what they can view.

    An entry about a comment has the uid, path, title and portal type of the page, the principals
    of the comment, and the UID of the comment as ``discussion_item``; its ``descendants`` are
    the answers that were removed with it. An entry that is not about content has no uid and no
    path; its title is the id or the name, its portal type ``USER``, ``GROUP``, ``SETTING`` and so on.

    ``version`` is the number of the version of the object that an edit, a check-in or a revert
    saved, None if it saved none. ``version_before`` is the previous version of the object: not
    always the number below, and None if ``version`` is the first one. The difference between the
    two is what was changed.

    ``details`` are JSON values that an add-on has added, under names of its own. A revert has
    the number of the ``version`` that it went back to.

    ``values`` are short values that were changed, by the name of the field or the setting: a list
    of the old one and the new one. Each is a JSON scalar or a list of strings; of a field with
    several values, only those that were removed and those that were added. ``roles`` are the roles
    that users and groups have lost and got, by their ids: a list of two lists.
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
    values: Mapping[str, Pair] = field(default_factory=dict)
    roles: Mapping[str, Pair] = field(default_factory=dict)

    @property
    def action(self) -> str:
        """The first of the actions."""
        return self.actions[0]


@dataclass(frozen=True)
class ChangeSet:
    """All entries of one transaction.

    ``time`` is an aware datetime in UTC, stored to the millisecond. ``actor`` is the id of the
    user who did it, None for a script or an anonymous user. ``backfilled`` is true if the change
    set was not recorded when it happened, but derived from the catalog later.
    """

    time: datetime
    actor: str | None
    entries: tuple[Entry, ...]
    backfilled: bool = False

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """The action and the portal type of each entry."""
        return [(entry.action, entry.portal_type) for entry in self.entries]


def folders_above(path: str) -> list[str]:
    """Return the paths of the folders above *path*, nearest first, without the site.

    They have no empty parts, which an old import may have brought into *path*: with one, the
    catalog searches for ever. No site has more than two hundred levels.
    """
    parts = [part for part in path.split("/") if part][:-1]
    lowest = max(len(parts) - _LEVELS, 0)
    return ["/".join(parts[:count]) for count in range(len(parts), lowest, -1)]


def to_milliseconds(time: datetime) -> int:
    """Return an aware datetime as it is stored, in milliseconds since 1970 in UTC."""
    return (time - _EPOCH) // _MILLISECOND


def from_milliseconds(time: int) -> datetime:
    """Return the datetime, in UTC, of *time* in milliseconds since 1970."""
    return _EPOCH + time * _MILLISECOND


def to_iso(time: datetime) -> str:
    """Return an aware datetime in ISO 8601 and UTC, to the millisecond."""
    utc = time.astimezone(timezone.utc)
    return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def encode(change_set: ChangeSet, plain: bool = False) -> bytes:
    """Return *change_set* as one byte string: a version, then deflated compact JSON.

    If *plain*, it is not deflated: the format that 1.0.0a1 reads.
    """
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
    text = to_json(state).encode("utf-8", "surrogatepass")
    # The bounds allow no such text, but 1.0.0a1 had none.
    plain = plain or len(text) >= MAX_TEXT
    return _PLAIN + text if plain else _DEFLATED + deflated(text)


def plain_text(data: bytes) -> bytes:
    """Return the JSON in *data*, an encoded change set of any format, as UTF-8.

    Search in this for what a change set may contain, never in *data* itself. Raises
    :class:`UnknownFormat`.
    """
    version = data[:1]
    if version == _PLAIN:
        return data[1:]
    if version == _DEFLATED:
        try:
            return inflated(data[1:])
        except ValueError as error:
            raise _damaged(error) from error
    raise UnknownFormat(
        f"A change set of format {version!r} cannot be read: this version of"
        f" collective.appendonly reads the formats {_PLAIN!r} and {_DEFLATED!r}. Upgrade the"
        " package."
    )


def decode(data: bytes) -> ChangeSet:
    """Return the change set in *data*, which may have any format.

    Raises :class:`UnknownFormat` if a later version of the package wrote *data*, or it is not a
    change set.
    """
    return _from_text(plain_text(data))


def decode_if(data: bytes, mentioning: Collection[bytes]) -> ChangeSet | None:
    """Return the change set in *data*, or None if its text has none of *mentioning*.

    To look for :func:`mention` is much faster than to decode, most of all for what comes first and
    is there. Without any, nothing is left out.
    Raises :class:`UnknownFormat`.
    """
    text = plain_text(data)
    for each in mentioning:
        if each in text:
            return _from_text(text)
    return None if mentioning else _from_text(text)


def mention(value: str) -> bytes:
    """Return how a string appears in the :func:`plain_text` of all change sets that have it."""
    return to_json(value).encode("utf-8", "surrogatepass")


def _from_text(text: bytes) -> ChangeSet:
    try:
        return _change_set(json.loads(text.decode("utf-8", "surrogatepass")))
    except _DAMAGES as error:
        raise _damaged(error) from error


# What reading a text raises that is not that of a change set.
_DAMAGES = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


def _damaged(error: Exception) -> UnknownFormat:
    return UnknownFormat(f"A change set is damaged: {type(error).__name__}: {error}.")


def _change_set(state: Mapping) -> ChangeSet:
    actor = state["a"]
    table = [tuple(principals) for principals in state["p"]]
    # Readers are looked up among them.
    hash(tuple(table))
    return ChangeSet(
        time=from_milliseconds(state["t"]),
        actor=actor,
        entries=tuple(_unpack(packed, actor, table) for packed in state["e"]),
        backfilled=bool(state.get("b")),
    )


def weight(entry: Entry, table: dict[Principals, int]) -> int:
    """Return how long the text is that *entry* adds to a change set, in characters.

    *table* has the sets of principals of the entries before it. Those of *entry* are added.
    """
    known = len(table)
    packed = _pack(entry, entry.actor, table)
    return len(to_json([packed, list(islice(table, known, None))]))


# Principals repeat from entry to entry, so a change set stores each set of them once, and
# entries refer to that table. Empty values, and the actor of the change set, are omitted.


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
        "m": entry.source and _pack_source(entry.source, index),
        "d": [[count, index(principals)] for count, principals in entry.descendants],
        "q": entry.discussion_item,
        "g": entry.group,
        "+": dict(entry.details),
        "=": dict(entry.values),
        "r": dict(entry.roles),
    }
    packed.update((key, value) for key, value in optional.items() if value)
    if entry.version is not None:
        packed["v"] = [entry.version, entry.version_before]
    if entry.actor != actor:
        packed["a"] = entry.actor
    return packed


def _pack_source(source: Source, index: Callable[[Principals], int]) -> list:
    place = [source.path, index(source.principals)]
    return [*place, source.uid] if source.uid else place


def _unpack(packed: Mapping, actor: str | None, table: Sequence[Principals]) -> Entry:
    source = packed.get("m")
    version, version_before = packed.get("v", (None, None))
    entry = object.__new__(Entry)
    # The constructor of a frozen dataclass sets attribute by attribute and takes three times as
    # long. For a user who can view little, thousands of entries are read in vain.
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
        source=source and Source(source[0], table[source[1]], *source[2:]),
        descendants=tuple([(n, table[index]) for n, index in packed.get("d", ())]),
        discussion_item=packed.get("q"),
        group=packed.get("g"),
        version=version,
        version_before=version_before,
        details=packed.get("+", {}),
        values=packed.get("=", {}),
        roles=packed.get("r", {}),
    )
    return entry
