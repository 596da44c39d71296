"""The entries, items and pages of a feed."""

from collections.abc import Mapping
from collective.appendonly.entry import GROUP
from collective.appendonly.entry import Pair
from collective.appendonly.entry import USER
from collective.appendonly.interfaces import Position
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from typing import Any


#: The portal types of entries about users and groups.
PEOPLE = frozenset([USER, GROUP])


@dataclass(frozen=True)
class VisibleEntry:
    """The part of an entry that the current user can view.

    ``title``, ``path``, ``url`` and ``portal_type`` are those of today; for a removed object
    they are those of the time, and ``url`` is None. ``source`` and ``descendants`` contain only
    what the user can view. ``comment_id`` is the id of the comment on the page, if it still
    exists. Users and groups have a ``title``, but no ``path`` and no ``url``. ``actor`` is None
    if there was no user, or the reader cannot see names.

    ``values`` and ``roles`` are those of the entry, and ``note`` is what the user who did it wrote
    about it: a change note, the comment of a transition, the message of a check-in. All three are
    empty for readers who cannot view them.
    """

    actions: tuple[str, ...]
    actor: str | None
    uid: str
    title: str
    path: str
    url: str | None
    portal_type: str
    fields: tuple[str, ...] = ()
    transitions: tuple[str, ...] = ()
    old_state: str | None = None
    new_state: str | None = None
    source: str | None = None
    descendants: int = 0
    discussion_item: str | None = None
    comment_id: str | None = None
    group: str | None = None
    version: int | None = None
    version_before: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Pair] = field(default_factory=dict)
    roles: Mapping[str, Pair] = field(default_factory=dict)
    note: str = ""

    @property
    def is_gone(self) -> bool:
        """Return whether the content no longer exists."""
        return self.url is None and self.portal_type not in PEOPLE


@dataclass(frozen=True)
class FeedItem:
    """The part of one change set that the current user can view: at least one entry.

    ``id`` identifies the change set permanently, without disclosing its position in the log.
    ``actor`` is the actor of the change set, or that of the first entry if the user can view
    nothing that the former did. It is None if there was no user, and for readers who cannot
    see names. ``backfilled`` is true if the entries were derived from the catalog.

    ``earlier`` are the previous edits of the same object by the same user, newest first, if
    the feed collapses them.
    """

    id: str
    position: Position
    time: datetime
    actor: str | None
    entries: tuple[VisibleEntry, ...]
    backfilled: bool = False
    earlier: tuple["FeedItem", ...] = ()


@dataclass(frozen=True)
class FeedPage:
    """Items, newest first, and the cursors of the next pages.

    ``older`` and ``newer`` are None at the ends of the log. A page may have few items or none
    although there are more, because the bound was reached. The next request continues from there.
    Then ``reached`` is the time of the oldest change set that was looked at, unless the page was
    asked for as a newer one.

    ``latest``, on the first page only, is the cursor to call
    :func:`~collective.appendonly.feed.news` with.
    """

    items: tuple[FeedItem, ...] = ()
    older: str | None = None
    newer: str | None = None
    latest: str | None = None
    reached: datetime | None = None


def belongs_to(item: FeedItem, other: FeedItem) -> bool:
    """Return whether two adjacent items are parts of one large change set."""
    return item.position[:2] == other.position[:2]


def repeats(item: FeedItem, other: FeedItem, timezone) -> bool:
    """Return whether two adjacent items are edits of one object by one user on one day.

    Days are those of *timezone*.
    """
    return (
        _edited(item) == _edited(other) is not None
        and item.time.astimezone(timezone).date()
        == other.time.astimezone(timezone).date()
    )


def _edited(item):
    [first, *others] = item.entries
    if others or first.actions != ("edited",) or item.backfilled:
        return None
    return first.actor, first.uid
