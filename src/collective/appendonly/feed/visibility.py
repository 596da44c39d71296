"""Visibility of entries: the one rule that every output of the log applies.

A user can view an entry if they are among the principals that could view the object when it
happened, *and* listings show them the object today: by its permissions and its effective range.
If the object was removed, the nearest object above it that still exists takes its place in the
second check. An object is removed if it is neither in the catalog nor at its path. Where viewing
the activity takes a permission, the user needs it there as well. An entry is hidden if a check has
no result. ``docs/reading.rst`` has the rule as a table.

The principals of a comment are those of the comment, and both page and comment have to be visible
today. If the comment was removed, only the page has to be. Activity that is not about content is
visible to those who have a permission in the site: ``permissions.py`` has it for each kind.

Some details of an entry take more. Old and new values, and notes, are visible to users who can view
the history of the object in Plone; roles, to those who can open its Sharing page. Local roles can
be given and blocked at any object, so both are asked at the object itself.

Queries of the catalog always say whether to return inactive content. Otherwise it would find that
out for the paths in a query, by traversing to them, and fail if that fails.
"""

from AccessControl import getSecurityManager
from Acquisition import aq_get
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from collections.abc import Set
from collective.appendonly.bounds import bounded_id
from collective.appendonly.entry import Entry
from collective.appendonly.entry import Pair
from collective.appendonly.entry import Principals
from collective.appendonly.entry import Source
from collective.appendonly.feed.items import VisibleEntry
from collective.appendonly.feed.places import language_suffixes
from collective.appendonly.feed.places import other_uids
from collective.appendonly.feed.places import Places
from collective.appendonly.guard import by_uid
from collective.appendonly.guard import text_of
from collective.appendonly.permissions import ACCESS_INACTIVE
from collective.appendonly.permissions import ACCESS_VERSIONS
from collective.appendonly.permissions import DELEGATE_ROLES
from collective.appendonly.permissions import is_effective
from collective.appendonly.permissions import may_see_names
from collective.appendonly.permissions import needs_permission
from collective.appendonly.permissions import protected_fields
from collective.appendonly.permissions import REFUSED
from collective.appendonly.permissions import REVIEW_COMMENTS
from collective.appendonly.permissions import site_permission
from collective.appendonly.permissions import VIEW_ACTIVITY
from collective.appendonly.permissions import VIEW_COMMENTS
from collective.appendonly.transactions import errors_logged
from functools import cache
from functools import cached_property
from plone import api
from posixpath import dirname
from typing import Any
from typing import NamedTuple
from zope.globalrequest import getRequest


# So many objects are remembered at most, each with its catalog record.
_MOST_KNOWN = 5000


class _Object(NamedTuple):
    """An object as it is today; as it was, without a URL, if it was removed."""

    uid: str
    title: str
    path: str
    url: str | None
    portal_type: str


class _Known(NamedTuple):
    """Catalog records that the user can view, by UID, and the UIDs that the catalog lacks."""

    seen: Mapping[str, Any]
    missing: Set[str]


class Visibility:
    """The rule, applied for the user of the current request.

    Make one instance per request. Without *values*, entries have no values, roles and notes, and
    their objects need not be loaded to ask who can view these. The number of catalog queries is the same for each batch of
    entries, whatever its size. Objects are only loaded to ask them what the catalog does not know:
    the folders that entries are in, what was removed or is named as a source, for members, what is
    not in its effective range, and what has values, roles or a note to be shown.
    """

    def __init__(self, values: bool = True):
        self._shows_values = values
        self._catalog = api.portal.get_tool("portal_catalog")
        self._site = api.portal.get()
        self._site_path = "/".join(self._site.getPhysicalPath())
        request = aq_get(self._site, "REQUEST", None) or getRequest()
        # Without a request there is no server to make a URL with.
        self._to_url = getattr(request, "physicalPathToURL", str)
        user = getSecurityManager().getUser()
        self._is_member = user.getId() is not None
        #: The principals of the user, as in the catalog.
        self.principals = frozenset(self._catalog._listAllowedRolesAndUsers(user))
        self._sees_names = may_see_names()
        self._sees_inactive = _has(ACCESS_INACTIVE, self._catalog)
        self._needs_permission = needs_permission()
        self._places = Places(self._site)
        self._suffixes = language_suffixes()
        self._forget()
        # Each is asked once per path.
        self._allows = cache(self._is_allowed)
        self._allows_at = cache(self._is_allowed_at)
        self._is_open = cache(self._can_be_viewed)

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
        sources = {entry.source.uid for entry in allowed if entry.source}
        uids = {entry.uid for entry in allowed} | sources | comments
        known = self._known(uids - {""}, comments)

        def show(entry):
            # Whatever cannot be asked hides this entry, and no other.
            with errors_logged("An entry is not shown: %r.", entry.path, once=True):
                if self.could_see(entry):
                    return self._visible(entry, known, below)
            return None

        return [show(entry) for entry in entries]

    def _visible(self, entry: Entry, known: _Known, below: str) -> VisibleEntry | None:
        if not entry.uid:
            return None if below else self._site_entry(entry)
        today = self._today(entry, known, below)
        if today is None or not _is_below(today.path, below):
            return None
        asked = [VIEW_ACTIVITY] if self._needs_permission else []
        comment = known.seen.get(entry.discussion_item)
        if entry.discussion_item:
            if comment is None and entry.discussion_item not in known.missing:
                return None
            asked.append(VIEW_COMMENTS)
        place = self._place(today, known.seen.get(entry.uid)) if asked else ""
        if not all(self._allows(permission, place) for permission in asked):
            return None
        return self._show(
            entry,
            today,
            comment_id=comment and text_of(comment.getId) or None,
            source=self._visible_source(entry.source, known),
            **self._history(entry, today),
        )

    def _history(self, entry: Entry, today: _Object) -> dict[str, Any]:
        """Return the values, the roles and the note of *entry* that the user can view."""
        found: dict[str, Any] = {}
        if self._shows_values and entry.roles:
            if self._allows_at(DELEGATE_ROLES, today):
                found["roles"] = entry.roles
        if self._shows_values and (entry.values or entry.comment):
            if self._allows_at(ACCESS_VERSIONS, today):
                found["note"] = entry.comment
                found["values"] = self._unprotected(entry, today.portal_type)
        return found

    def _unprotected(self, entry: Entry, portal_type: str) -> Mapping[str, Pair]:
        # A field may have got its read permission after the entry was recorded.
        message = "The values of %r are not shown."
        with errors_logged(message, entry.path, once=True):
            protected = protected_fields(portal_type) if entry.values else ()
            return {
                name: pair
                for name, pair in entry.values.items()
                if name not in protected
            }
        return {}

    def titles(self, uids: Iterable[str]) -> dict[str, str]:
        """Return the titles of those objects that the user can view today, by UID."""
        uids = frozenset(uids)
        seen = self._known(uids, frozenset()).seen
        return {uid: _title(seen[uid].Title) for uid in uids & seen.keys()}

    def _today(self, entry: Entry, known: _Known, below: str) -> _Object | None:
        """Return the object of *entry* as it is, or as it was; None if the user cannot view it."""
        path, brain = entry.path, known.seen.get(entry.uid)
        if brain is not None:
            return _Object(
                text_of(brain.UID),
                _title(brain.Title),
                text_of(self._path(brain)),
                text_of(self._to_url(brain.getPath())),
                text_of(brain.portal_type),
            )
        if entry.uid not in known.missing or not _is_below(path, below):
            return None
        obj = self._places.find(entry.uid, path)
        if obj is not None:
            if not self._is_open(path):
                return None
            return _Object(
                entry.uid,
                _title(obj.Title()),
                path,
                text_of(self._to_url(f"{self._site_path}/{path}")),
                text_of(obj.portal_type),
            )
        if path == below or not self._is_open(dirname(path)):
            return None
        return _Object(entry.uid, entry.title, path, None, entry.portal_type)

    def _place(self, today: _Object, brain: Any) -> str:
        """Return the path at which permissions for an object are asked.

        They are rarely set anywhere but in folders. So content that cannot contain anything is not
        loaded, unless a workflow may have set them. What was removed has only its folder.
        """
        is_folder = brain is None or brain.is_folderish is not False
        if today.url and (is_folder or self._are_set_by_workflows):
            return today.path
        return dirname(today.path)

    @cached_property
    def _are_set_by_workflows(self) -> bool:
        workflows = api.portal.get_tool("portal_workflow").objectValues()
        return any(
            permission in getattr(workflow, "permissions", ())
            for workflow in workflows
            for permission in (VIEW_ACTIVITY, VIEW_COMMENTS)
        )

    # Questions to the catalog.

    def _known(self, uids: Set[str], comments: Set[str]) -> _Known:
        """Return what is known of *uids*. A log names the same objects again and again."""
        if len(self._known_uids) > _MOST_KNOWN:
            self._forget()
        new = uids - self._known_uids
        known = self._look_up(new, comments & new)
        self._known_uids |= new
        self._known_seen.update(known.seen)
        self._known_missing |= known.missing
        return _Known(self._known_seen, self._known_missing)

    def _forget(self) -> None:
        self._known_uids: set[str] = set()
        self._known_seen: dict[str, Any] = {}
        self._known_missing: set[str] = set()

    def _look_up(self, uids: Set[str], comments: Set[str]) -> _Known:
        known = self._ask(uids, comments)
        if not known.missing or not self._suffixes:
            return known
        # What has another UID today is not removed.
        others = {uid: other_uids(uid, self._suffixes) for uid in known.missing}
        found = self._ask(set().union(*others.values()), frozenset())
        seen, gone = {**known.seen}, set(known.missing)
        for uid, names in others.items():
            if not names <= found.missing:
                gone.remove(uid)
            seen.update((uid, found.seen[name]) for name in names & found.seen.keys())
        return _Known(seen, gone)

    def _ask(self, uids: Set[str], comments: Set[str]) -> _Known:
        seen = self._seen(uids, self._sees_inactive)
        hidden = self._by_uid(
            self._catalog.unrestrictedSearchResults, uids - seen.keys()
        )
        if self._is_member and not self._sees_inactive:
            inactive = self._seen(hidden.keys(), True)
            for uid, brain in inactive.items():
                # Such as the owner.
                if self._allows(ACCESS_INACTIVE, self._path(brain)):
                    seen[uid] = brain
        missing = uids - seen.keys() - hidden.keys()
        for uid in comments & seen.keys():
            if self._is_refused(seen[uid]):
                del seen[uid]
        return _Known(seen, missing)

    def _seen(self, uids: Set[str], show_inactive: bool) -> dict[str, Any]:
        search = self._catalog.searchResults
        return self._by_uid(search, uids, show_inactive=show_inactive)

    def _by_uid(self, search: Callable, uids: Set[str], **options) -> dict[str, Any]:
        # The catalog ignores an index with an empty value, and would return everything.
        brains = search(UID=sorted(uids), **options) if uids else ()
        return by_uid(brains)

    def _is_refused(self, comment) -> bool:
        return comment.review_state in REFUSED and not self._allows(
            REVIEW_COMMENTS, self._path(comment)
        )

    def _path(self, brain) -> str:
        return brain.getPath()[len(self._site_path) + 1 :]

    # Questions to objects.

    # They are asked about what is at *path* or, if there is nothing, at the nearest path above.

    def _is_allowed(self, permission: str, path: str) -> bool:
        message = "Permissions could not be checked: %r."
        with errors_logged(message, path, once=True):
            return _has(permission, self._places.nearest(path))
        return False

    def _is_allowed_at(self, permission: str, today: _Object) -> bool:
        # Asked about the object itself, not about what has replaced it.
        if today.url is None:
            return self._allows(permission, dirname(today.path))
        message = "Permissions could not be checked: %r."
        with errors_logged(message, today.path, once=True):
            obj = self._places.find(today.uid, today.path)
            return obj is not None and _has("View", obj) and _has(permission, obj)
        return False

    def _can_be_viewed(self, path: str) -> bool:
        return self._allows("View", path) and (
            is_effective(self._places.nearest(path))
            or self._allows(ACCESS_INACTIVE, path)
        )

    def _could_see(self, principals: Principals) -> bool:
        return not self.principals.isdisjoint(principals)

    def _site_entry(self, entry: Entry) -> VisibleEntry | None:
        permission = site_permission(entry.portal_type, entry.title)
        if permission is None or not self._allows(permission, ""):
            return None
        today = _Object("", entry.title, entry.path, None, entry.portal_type)
        return self._show(
            entry, today, values=entry.values, roles=entry.roles, note=entry.comment
        )

    def _show(self, entry: Entry, today: _Object, **others) -> VisibleEntry:
        return VisibleEntry(
            actions=entry.actions,
            actor=entry.actor if self._sees_names else None,
            fields=entry.fields,
            transitions=entry.transitions,
            old_state=entry.old_state,
            new_state=entry.new_state,
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
            **today._asdict(),
            **others,
        )

    def _visible_source(self, source: Source | None, known: _Known) -> str | None:
        if source is None or not self._could_see(source.principals):
            return None
        is_there = source.uid and source.uid not in known.missing
        if is_there and source.uid not in known.seen:
            return None
        if self._needs_permission and not self._allows(VIEW_ACTIVITY, source.path):
            return None
        return source.path if self._is_open(source.path) else None


def _title(title: Any) -> str:
    # As in an entry: each line, and each page of them, would carry a long one along.
    return bounded_id(text_of(title))


def _has(permission: str, obj: Any) -> bool:
    return bool(getSecurityManager().checkPermission(permission, obj))


def _is_below(path: str, below: str) -> bool:
    return not below or path == below or path.startswith(f"{below}/")
