"""The items and pages of a feed."""

from collective.appendonly.feed.visibility import VisibleEntry
from collective.appendonly.interfaces import Position
from dataclasses import dataclass
from datetime import datetime


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
