"""What a feed is made of."""

from collective.appendonly.feed.visibility import VisibleEntry
from collective.appendonly.interfaces import Position
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class FeedItem:
    """What one person may see of one change set. There is at least one entry.

    ``id`` names the change set, for ever and without telling where in the log it stands.
    ``actor`` is the actor of the change set, or of the first entry, if this person sees
    nothing that the former did; None for nobody, and for those who may not see names.
    ``backfilled`` is true of what was concluded from the catalog.

    ``earlier`` are the same person's edits of the same object right before this one, newest
    first, where the feed collapses them.
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
    """Some items, newest first, and the cursors of the pages on both sides.

    ``older`` and ``newer`` are None where the log ends. A page may have few items or none
    and still be followed by others: so much of the log was not for this person's eyes that
    looking further is left to the next request.

    ``latest``, on the first page, is a cursor to ask for news with.
    """

    items: tuple[FeedItem, ...] = ()
    older: str | None = None
    newer: str | None = None
    latest: str | None = None


def belongs_to(item: FeedItem, other: FeedItem) -> bool:
    """Tell whether two neighbours in the feed are parts of one large change set."""
    return item.position[:2] == other.position[:2]


def repeats(item: FeedItem, other: FeedItem, timezone) -> bool:
    """Tell whether two neighbours in the feed are edits by one person of one object on one day.

    The day is that of *timezone*.
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
