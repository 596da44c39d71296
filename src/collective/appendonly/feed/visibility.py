"""Visibility of entries: the one rule that every output of the log applies.

A user can view an entry if they are among the principals that could view the object when it
happened, *and* they can view the object today (permissions and effective range, by a catalog
query). If the object was removed, the nearest folder above it that still exists takes its place
in the second check. An entry is hidden if a check has no result.

The principals of a comment are those of the comment, and both page and comment have to be visible
today. If the comment was removed, only the page has to be. Activity about users and groups is
visible to those who manage them.
"""

from AccessControl import getSecurityManager
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from collective.appendonly.entry import Entry
from collective.appendonly.entry import folders_above
from collective.appendonly.entry import GROUP
from collective.appendonly.entry import Principals
from collective.appendonly.entry import Source
from collective.appendonly.entry import USER
from collective.appendonly.guard import text_of
from collective.appendonly.permissions import MANAGE_USERS
from collective.appendonly.permissions import may_see_names
from collective.appendonly.permissions import REFUSED
from collective.appendonly.permissions import REVIEW_COMMENTS
from collective.appendonly.permissions import VIEW_COMMENTS
from dataclasses import dataclass
from dataclasses import field
from functools import cached_property
from plone import api
from typing import Any


_PEOPLE = frozenset([USER, GROUP])


@dataclass(frozen=True)
class VisibleEntry:
    """The part of an entry that the current user can view.

    ``title``, ``path``, ``url`` and ``portal_type`` are those of today; for a removed object
    they are those of the time, and ``url`` is None. ``source`` and ``descendants`` contain only
    what the user can view. ``comment_id`` is the id of the comment on the page, if it still
    exists. Users and groups have a ``title``, but no ``path`` and no ``url``. ``actor`` is None
    if there was no user, or the reader cannot see names.
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

    @property
    def is_gone(self) -> bool:
        """Return whether the content no longer exists."""
        return self.url is None and self.portal_type not in _PEOPLE


class Visibility:
    """The rule, applied for the user of the current request.

    Make one instance per request. The number of catalog queries is the same for each batch of
    entries, whatever its size.
    """

    def __init__(self):
        self._catalog = api.portal.get_tool("portal_catalog")
        self._site = api.portal.get()
        self._site_path = "/".join(self._site.getPhysicalPath())
        user = getSecurityManager().getUser()
        #: The principals of the user, as in the catalog.
        self.principals = frozenset(self._catalog._listAllowedRolesAndUsers(user))
        self._sees_names = may_see_names()

    @cached_property
    def _sees_comments(self):
        return self._has(VIEW_COMMENTS)

    def could_see(self, entry: Entry) -> bool:
        """Return whether the user could view the object of *entry* when it happened.

        This half of the rule needs no query.
        """
        return self._could_see(entry.principals)

    def visible(self, entries: Sequence[Entry], below: str = "") -> list:
        """Return a list with a VisibleEntry, or None, for each of *entries*.

        With *below*, a path relative to the site, only what is at or below this path.
        """
        allowed = [entry for entry in entries if self.could_see(entry)]
        comments = {entry.discussion_item for entry in allowed} - {None}
        uids = {entry.uid for entry in allowed} - {""} | comments
        today = {
            brain.UID: brain
            for brain in self._brains(UID=sorted(uids))
            if not (brain.UID in comments and self._is_refused(brain))
        }
        missing = uids - today.keys()
        hidden = self._brains(unrestricted=True, UID=sorted(missing))
        gone = missing - {brain.UID for brain in hidden}
        places = self._visible_places(
            [entry.path for entry in allowed if entry.uid in gone]
            + [entry.source.path for entry in allowed if entry.source]
        )

        def show(entry):
            if not self.could_see(entry):
                return None
            if not entry.uid:
                return None if below else self._person(entry)
            comment = entry.discussion_item
            if comment and (comment in missing - gone or not self._sees_comments):
                return None
            if entry.uid in today:
                shown = self._present(
                    entry, today[entry.uid], today.get(comment), places
                )
            elif entry.uid in gone and entry.path in places and entry.path != below:
                shown = self._past(entry, places)
            else:
                return None
            return shown if _is_below(shown.path, below) else None

        return [show(entry) for entry in entries]

    def _is_refused(self, comment):
        return comment.review_state in REFUSED and not self._has(REVIEW_COMMENTS)

    def _has(self, permission):
        return bool(getSecurityManager().checkPermission(permission, self._site))

    def _could_see(self, principals: Principals) -> bool:
        return not self.principals.isdisjoint(principals)

    def _brains(self, unrestricted=False, **query):
        # The catalog ignores an index with an empty value, and would return everything.
        if not all(query.values()):
            return []
        if unrestricted:
            return self._catalog.unrestrictedSearchResults(**query)
        return self._catalog.searchResults(**query)

    def _visible_places(self, paths: Iterable[str]) -> set[str]:
        """Return those of *paths* whose nearest existing folder the user can view today."""
        folders = {path: folders_above(path) for path in paths}
        wanted = sorted({folder for above in folders.values() for folder in above})
        existing = seen = set()
        if wanted:
            full_paths = [f"{self._site_path}/{folder}" for folder in wanted]
            query = {"query": full_paths, "depth": 0}
            brains = self._brains(unrestricted=True, path=query)
            existing = set(map(self._path, brains))
            seen = set(map(self._path, self._brains(path=query)))
        site_seen = self._has("View")

        def is_visible(above):
            for folder in above:
                if folder in existing:
                    return folder in seen
            return site_seen

        return {path for path, above in folders.items() if is_visible(above)}

    def _path(self, brain):
        return brain.getPath()[len(self._site_path) + 1 :]

    def _person(self, entry):
        if entry.portal_type not in _PEOPLE or not self._has(MANAGE_USERS):
            return None
        return self._past(entry, ())

    def _present(self, entry, brain, comment, places):
        return self._show(
            entry,
            places,
            comment_id=comment and text_of(comment.getId) or None,
            title=text_of(brain.Title),
            path=text_of(self._path(brain)),
            url=text_of(brain.getURL()),
            portal_type=text_of(brain.portal_type),
        )

    def _past(self, entry, places):
        return self._show(
            entry,
            places,
            title=entry.title,
            path=entry.path,
            url=None,
            portal_type=entry.portal_type,
        )

    def _show(self, entry, places, **today):
        return VisibleEntry(
            actions=entry.actions,
            actor=entry.actor if self._sees_names else None,
            uid=entry.uid,
            fields=entry.fields,
            transitions=entry.transitions,
            old_state=entry.old_state,
            new_state=entry.new_state,
            source=self._visible_source(entry.source, places),
            descendants=sum(
                count
                for count, principals in entry.descendants
                if self._could_see(principals)
            ),
            discussion_item=entry.discussion_item,
            group=entry.group,
            version=entry.version,
            version_before=entry.version_before,
            details=entry.details,
            **today,
        )

    def _visible_source(self, source: Source | None, places) -> str | None:
        if source and self._could_see(source.principals) and source.path in places:
            return source.path
        return None


def _is_below(path, below):
    return not below or path == below or path.startswith(f"{below}/")
