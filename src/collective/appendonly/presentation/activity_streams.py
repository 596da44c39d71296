"""Items of the feed in the vocabulary of W3C Activity Streams 2.0.

https://www.w3.org/TR/activitystreams-vocabulary/ was made for social networks. Actions that it
does not have get the closest type; the summary is that of the other outputs.
"""

from collective.appendonly.actions import RECORDED_ACTIONS
from collective.appendonly.entry import ADDON
from collective.appendonly.entry import GROUP
from collective.appendonly.entry import SETTING
from collective.appendonly.entry import to_iso
from collective.appendonly.entry import TYPE
from collective.appendonly.entry import USER
from collective.appendonly.entry import WORKFLOW
from collective.appendonly.feed import FeedItem
from collective.appendonly.feed import VisibleEntry
from collective.appendonly.guard import printable
from collective.appendonly.presentation.actors import Actors
from collective.appendonly.presentation.lines import Presenter
from html import escape
from plone import api
from posixpath import basename
from typing import Any
from urllib.parse import quote


CONTEXT = "https://www.w3.org/ns/activitystreams"

# The type of the actions of add-ons, and of several actions of different types.
_ACTIVITY = "Activity"

# By portal type. All others are web pages.
_OBJECTS = {
    "Event": "Event",
    "File": "Document",
    "Image": "Image",
    "News Item": "Article",
    GROUP: "Group",
    USER: "Person",
    **dict.fromkeys([SETTING, ADDON, TYPE, WORKFLOW], "Object"),
}
_COMMENT = "Note"


class Streams:
    """Makes activities from the items of a feed, for one request."""

    def __init__(self, request):
        self._actors = Actors(request)
        self._presenter = Presenter(request, actors=self._actors)
        self._site_url = api.portal.get().absolute_url()

    def activity(self, item: FeedItem) -> dict[str, Any]:
        """Return *item* as one activity, whatever the number of objects."""
        objects = [(each, each.entries[0]) for each in item.by_object()]
        entries = [entry for _, entry in objects]
        line = self._presenter.line(item)
        activity = {
            "id": item.id,
            "type": _common(map(_type, entries)) or _ACTIVITY,
            # The specification says that this is HTML; titles are text.
            "summary": escape(line.text),
            "published": to_iso(item.time),
            "actor": _one_or_all(
                [self._actor(user_id) for user_id in _each(e.actor for e in entries)]
            ),
            "object": _one_or_all([self._object(*each) for each in objects]),
        }
        if line.began is not None:
            activity["startTime"] = to_iso(line.began)
        if activity["type"] == "Move":
            sources = _each(entry.source for entry in entries if entry.source)
            activity["origin"] = _one_or_all([self._place(path) for path in sources])
        elif activity["type"] in ("Add", "Remove"):
            groups = _each(entry.group for entry in entries if entry.group)
            relation = "target" if activity["type"] == "Add" else "origin"
            activity[relation] = _one_or_all([_group(group) for group in groups])
        return {name: value for name, value in activity.items() if value}

    def _actor(self, user_id):
        actor = self._actors.actor(user_id)
        person = {"type": "Person", "name": actor.name}
        if actor.portrait:
            person["icon"] = {"type": "Image", "url": actor.portrait}
        return person

    def _object(self, item, entry: VisibleEntry) -> dict[str, Any]:
        if entry.discussion_item:
            return self._comment(item, entry)
        return self._content(item, entry)

    def _content(self, item, entry):
        kind = _OBJECTS.get(entry.portal_type, "Page")
        thing = {"type": kind, "name": self._presenter.title(entry)}
        was_removed = _type(entry) == "Delete"
        if entry.url:
            thing = {"id": entry.url, **thing}
        elif entry.is_gone or was_removed:
            thing |= _tombstone(kind, item.time if was_removed else None)
        return thing

    def _comment(self, item, entry):
        page = {"type": _OBJECTS.get(entry.portal_type, "Page")}
        page["name"] = self._presenter.title(entry)
        if entry.url:
            page["id"] = entry.url
        comment = {"type": _COMMENT}
        if entry.url and entry.comment_id:
            comment["id"] = f"{entry.url}#{entry.comment_id}"
        else:
            was_removed = _type(entry) == "Delete"
            comment |= _tombstone(_COMMENT, item.time if was_removed else None)
        return {**comment, "inReplyTo": page}

    def _place(self, path):
        path = printable(path)
        url = f"{self._site_url}/{quote(path)}"
        return {"type": "Page", "name": basename(path), "url": url}


def _type(entry):
    action = RECORDED_ACTIONS.get(entry.actions[0])
    return action.activity_type if action else _ACTIVITY


def _group(group_id):
    return {"type": "Group", "name": printable(group_id)}


def _tombstone(former_type, deleted=None):
    tombstone = {"type": "Tombstone", "formerType": former_type}
    if deleted is not None:
        tombstone["deleted"] = to_iso(deleted)
    return tombstone


def _common(values):
    """Return the value that all *values* have in common, or None."""
    found = set(values)
    return found.pop() if len(found) == 1 else None


def _each(values):
    return list(dict.fromkeys(values))


def _one_or_all(values):
    """Return *values* as Activity Streams wants them: a single value without a list."""
    return values[0] if len(values) == 1 else values
