"""Items of the feed as JSON values, the same for every output that programs read."""

from collective.appendonly.entry import to_iso
from collective.appendonly.feed import FeedItem
from collective.appendonly.feed import VisibleEntry
from collective.appendonly.presentation.actors import Actors
from collective.appendonly.presentation.lines import Line
from collective.appendonly.presentation.lines import Presenter
from typing import Any


class Records:
    """Makes records from the items of a feed, for one request.

    Their keys are part of the API, described in ``docs/rest.rst``. *options* are those of the
    :class:`~collective.appendonly.presentation.lines.Presenter`.
    """

    def __init__(self, request, **options):
        self._actors = Actors(request)
        self._presenter = Presenter(request, actors=self._actors, **options)

    def record(self, item: FeedItem) -> dict[str, Any]:
        """Return the record of *item*."""
        return self._record(item, self._presenter.line(item))

    def _record(self, item: FeedItem, line: Line) -> dict[str, Any]:
        return {
            "id": item.id,
            "time": to_iso(item.time),
            "actor": self._actor(item.actor),
            "summary": line.text,
            "backfilled": item.backfilled,
            "entries": [
                self._entry(entry)
                for change_set in item.change_sets
                for entry in change_set.entries
            ],
            "earlier": [
                {
                    "id": change_set.id,
                    "time": to_iso(change_set.time),
                    "entries": len(change_set.entries),
                }
                for change_set in item.earlier
            ],
        }

    def _entry(self, entry: VisibleEntry) -> dict[str, Any]:
        return {
            "@id": entry.url,
            "UID": entry.uid or None,
            "path": f"/{entry.path}" if entry.uid else None,
            "title": entry.title,
            "@type": entry.portal_type,
            "actions": list(entry.actions),
            "actor": self._actor(entry.actor),
            "removed": entry.is_gone,
            "fields": list(entry.fields),
            "transitions": list(entry.transitions),
            "old_state": entry.old_state,
            "new_state": entry.new_state,
            "source": None if entry.source is None else f"/{entry.source}",
            "descendants": entry.descendants,
            "comment": entry.comment_id,
            "group": entry.group,
            "details": dict(entry.details),
            "values": self._presenter.values.plain(entry),
            "roles": {
                name: list(map(list, pair)) for name, pair in entry.roles.items()
            },
            "note": entry.note or None,
        }

    def _actor(self, user_id):
        actor = self._actors.actor(user_id)
        return {"id": actor.id, "name": actor.name}
