"""The entries, items and pages of a feed, and which change sets are one item.

A reader is shown one line for each item. The rule looks at two neighbors at a time, and only at
what the reader can view of them. So it does not depend on where a page begins, and in which
direction the log is read, and it discloses nothing that the single change sets do not.
"""

from collections.abc import Mapping
from collective.appendonly.actions import RECORDED_ACTIONS
from collective.appendonly.entry import Pair
from collective.appendonly.entry import to_json
from collective.appendonly.interfaces import Position
from collective.appendonly.permissions import SITE_PERMISSIONS
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from datetime import tzinfo
from posixpath import dirname
from typing import Any


#: Changes of one kind are one item if each follows the one before within this time.
NEAR = timedelta(minutes=10)


@dataclass(frozen=True)
class VisibleEntry:
    """The part of an entry that the current user can view.

    ``title``, ``path``, ``url`` and ``portal_type`` are those of today; for a removed object
    they are those of the time, and ``url`` is None. In scripts and consoles without a request,
    ``url`` is the path in Zope. ``source`` and ``descendants`` contain only what the user can view.
    ``comment_id`` is the id of the comment on the page, if it still
    exists. What is not content, such as a user, has a ``title``, but no ``path`` and no ``url``.
    ``actor`` is None if there was no user, or the reader cannot see names.

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
        return self.url is None and self.portal_type not in SITE_PERMISSIONS


@dataclass(frozen=True)
class FeedItem:
    """The part of one change set that the current user can view: at least one entry.

    ``id`` identifies the change set permanently, without disclosing its position in the log.
    ``actor`` is the actor of the change set, or that of the first entry if the user can view
    nothing that the former did. It is None if there was no user, and for readers who cannot
    see names. ``backfilled`` is true if the entries were derived from the catalog.

    ``earlier`` are the change sets before it that are one item with it, newest first, if the feed
    groups them. They are all older, so what happens later never joins an item with this ``id``.
    """

    id: str
    position: Position
    time: datetime
    actor: str | None
    entries: tuple[VisibleEntry, ...]
    backfilled: bool = False
    earlier: tuple["FeedItem", ...] = ()

    @property
    def change_sets(self) -> tuple["FeedItem", ...]:
        """All change sets of the item, newest first."""
        return self, *self.earlier

    def by_object(self) -> list["FeedItem"]:
        """Return an item for each object that this item is about, the newest change first.

        The entries of one change set are about one object each.
        """
        found: dict = {}
        for change_set in self.change_sets:
            for entry in change_set.entries:
                part = replace(change_set, entries=(entry,), earlier=())
                about = _about(entry) if self.earlier else len(found)
                found.setdefault(about, []).append(part)
        return [
            replace(newest, earlier=tuple(others)) if others else newest
            for newest, *others in found.values()
        ]


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


def are_one_item(change_set: FeedItem, other: FeedItem, timezone: tzinfo) -> bool:
    """Return whether two neighbors in the feed are one item.

    They are if one user did the same with objects in one folder, on one day in *timezone*, and
    within the time ``NEAR``, or at any time of the day if both are edits of one object.
    """
    kind = _kind(change_set)
    return (
        kind is not None
        and kind == _kind(other)
        and _day(change_set, timezone) == _day(other, timezone)
        and (
            abs(change_set.time - other.time) <= NEAR
            or _edited(change_set) == _edited(other) is not None
        )
    )


def _kind(change_set):
    """Return what was done where by whom, None if entries differ in it."""
    first, *others = {
        (
            entry.actor,
            entry.actions,
            entry.transitions,
            entry.new_state,
            entry.group,
            dirname(entry.path),
            _details(entry),
        )
        for entry in change_set.entries
    }
    return None if others else (change_set.backfilled, first)


def _details(entry):
    """Return the details that can be in the sentence about an action of an add-on, as text."""
    return "" if RECORDED_ACTIONS.keys() >= {*entry.actions} else to_json(entry.details)


def _day(change_set, timezone):
    return change_set.time.astimezone(timezone).date()


def _edited(change_set):
    [first, *others] = change_set.entries
    return None if others or first.actions != ("edited",) else _about(first)


def _about(entry):
    """Return what identifies the comment, the object, or the user in a group."""
    return entry.discussion_item or entry.uid or (entry.title, entry.group)
