"""Items of the feed in the vocabulary of W3C Activity Streams 2.0.

https://www.w3.org/TR/activitystreams-vocabulary/ has its words for what people do on social
networks. What has none is told with the closest one, and in the summary as everywhere else.
"""

from collective.appendonly.entry import GROUP
from collective.appendonly.entry import to_iso
from collective.appendonly.entry import USER
from collective.appendonly.feed import FeedItem
from collective.appendonly.feed import VisibleEntry
from collective.appendonly.presentation.actors import Actors
from collective.appendonly.presentation.lines import Presenter
from collective.appendonly.presentation.text import printable
from html import escape
from plone import api
from posixpath import basename
from typing import Any
from urllib.parse import quote


CONTEXT = "https://www.w3.org/ns/activitystreams"

# Nothing happens to the original of a working copy when that is checked out or given up:
# for this, and for the actions of add-ons, there is only the general type.
_ACTIVITY = "Activity"
_TYPES = {
    "removed": "Delete",
    "created": "Create",
    "copied": "Create",
    "translated": "Create",
    "moved": "Move",
    "renamed": "Move",
    "checked_in": "Update",
    "reverted": "Update",
    "edited": "Update",
    "transitioned": "Update",
    "shared": "Update",
    "reordered": "Update",
    "translations_linked": "Update",
    "translations_unlinked": "Update",
    "commented": "Create",
    "replied": "Create",
    "comment_edited": "Update",
    "comment_published": "Accept",
    "comment_hidden": "Reject",
    "comment_removed": "Delete",
    "user_created": "Create",
    "user_removed": "Delete",
    "group_created": "Create",
    "group_removed": "Delete",
    "group_joined": "Add",
    "group_left": "Remove",
}

# By portal type. Whatever else has an address is a page of the web.
_OBJECTS = {
    "Event": "Event",
    "File": "Document",
    "Image": "Image",
    "News Item": "Article",
    GROUP: "Group",
    USER: "Person",
}
_COMMENT = "Note"


class Streams:
    """Makes activities of the items of one request's feed."""

    def __init__(self, request):
        self._actors = Actors(request)
        self._presenter = Presenter(request, actors=self._actors)
        self._site_url = api.portal.get().absolute_url()

    def activity(self, item: FeedItem) -> dict[str, Any]:
        """Return *item*: one activity, whatever the number of objects."""
        entries = item.entries
        line = self._presenter.line(item)
        activity = {
            "id": item.id,
            "type": _common(map(_type, entries)) or _ACTIVITY,
            # HTML, says the specification; the titles in it are text.
            "summary": escape(line.text),
            "published": to_iso(item.time),
            "actor": _one_or_all(
                [self._actor(user_id) for user_id in _each(e.actor for e in entries)]
            ),
            "object": _one_or_all([self._object(item, entry) for entry in entries]),
        }
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
        thing = {"type": kind, "name": self._name(entry)}
        was_removed = not {"removed", "user_removed", "group_removed"}.isdisjoint(
            entry.actions
        )
        if entry.url:
            thing = {"id": entry.url, **thing}
        elif entry.is_gone or was_removed:
            thing |= _tombstone(kind, item.time if was_removed else None)
        return thing

    def _comment(self, item, entry):
        page = {"type": _OBJECTS.get(entry.portal_type, "Page")}
        page["name"] = self._name(entry)
        if entry.url:
            page["id"] = entry.url
        comment = {"type": _COMMENT}
        if entry.url and entry.comment_id:
            comment["id"] = f"{entry.url}#{entry.comment_id}"
        else:
            was_removed = "comment_removed" in entry.actions
            comment |= _tombstone(_COMMENT, item.time if was_removed else None)
        return {**comment, "inReplyTo": page}

    def _place(self, path):
        path = printable(path)
        url = f"{self._site_url}/{quote(path)}"
        return {"type": "Page", "name": basename(path), "url": url}

    def _name(self, entry):
        if entry.portal_type == USER:
            return self._actors.actor(entry.title).name
        return printable(entry.title or basename(entry.path))


def _type(entry):
    return _TYPES.get(entry.actions[0], _ACTIVITY)


def _group(group_id):
    return {"type": "Group", "name": printable(group_id)}


def _tombstone(former_type, deleted=None):
    tombstone = {"type": "Tombstone", "formerType": former_type}
    if deleted is not None:
        tombstone["deleted"] = to_iso(deleted)
    return tombstone


def _common(values):
    """Return the one value that *values* are, or None."""
    found = set(values)
    return found.pop() if len(found) == 1 else None


def _each(values):
    return list(dict.fromkeys(values))


def _one_or_all(values):
    """Return *values* as Activity Streams has them: one value without a list."""
    return values[0] if len(values) == 1 else values
