"""Who may see what: the one rule that every output of the log goes through.

A person sees an entry if the principals that could see the object when it happened include
them, *and* they may see the object today (permissions and effective range, asked of the
catalog). Of an object that is gone, the nearest folder above it that is still there takes the
object's place in the second question. Whatever can't be answered is not shown.
"""

from AccessControl import getSecurityManager
from collections.abc import Iterable
from collections.abc import Sequence
from collective.appendonly.entry import Entry
from collective.appendonly.entry import Principals
from collective.appendonly.entry import Source
from dataclasses import dataclass
from plone import api
from posixpath import dirname


@dataclass(frozen=True)
class VisibleEntry:
    """What one person may see of an entry.

    ``title``, ``path``, ``url`` and ``portal_type`` are today's; of an object that is gone
    those at the time, and ``url`` is None. ``source`` and ``descendants`` hold only what
    this person may know of them.
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

    @property
    def is_gone(self) -> bool:
        """Tell whether the object exists no more."""
        return self.url is None


class Visibility:
    """The rule, applied for the person of the current request.

    One instance serves one request. It asks the catalog a fixed number of questions for each
    batch of entries, however many they are.
    """

    def __init__(self):
        self._catalog = api.portal.get_tool("portal_catalog")
        self._site = api.portal.get()
        self._site_path = "/".join(self._site.getPhysicalPath())
        user = getSecurityManager().getUser()
        self._principals = frozenset(self._catalog._listAllowedRolesAndUsers(user))

    def visible(self, entries: Sequence[Entry], below: str = "") -> list:
        """Return a list with a VisibleEntry, or None, for each of *entries*.

        With *below*, a path relative to the site, only what is there or further down.
        """
        allowed = [entry for entry in entries if self._could_see(entry.principals)]
        today = self._brains(UID=sorted({entry.uid for entry in allowed}))
        today = {brain.UID: brain for brain in today}
        missing = {entry.uid for entry in allowed} - today.keys()
        hidden = self._brains(unrestricted=True, UID=sorted(missing))
        gone = missing - {brain.UID for brain in hidden}
        places = self._visible_places(
            [entry.path for entry in allowed if entry.uid in gone]
            + [entry.source.path for entry in allowed if entry.source]
        )

        def show(entry):
            if not self._could_see(entry.principals):
                return None
            if entry.uid in today:
                shown = self._present(entry, today[entry.uid], places)
            elif entry.uid in gone and entry.path in places:
                shown = self._past(entry, places)
            else:
                return None
            return shown if _is_below(shown.path, below) else None

        return [show(entry) for entry in entries]

    def _could_see(self, principals: Principals) -> bool:
        return not self._principals.isdisjoint(principals)

    def _brains(self, unrestricted=False, **query):
        # An empty value would ask the index for nothing, and get everything.
        if not all(query.values()):
            return []
        if unrestricted:
            return self._catalog.unrestrictedSearchResults(**query)
        return self._catalog.searchResults(**query)

    def _visible_places(self, paths: Iterable[str]) -> set[str]:
        """Return those of *paths* whose nearest folder above may be seen today."""
        folders = {path: _folders_above(path) for path in paths}
        wanted = sorted({folder for above in folders.values() for folder in above})
        existing = seen = set()
        if wanted:
            full_paths = [f"{self._site_path}/{folder}" for folder in wanted]
            query = {"query": full_paths, "depth": 0}
            brains = self._brains(unrestricted=True, path=query)
            existing = set(map(self._path, brains))
            seen = set(map(self._path, self._brains(path=query)))
        site_seen = bool(getSecurityManager().checkPermission("View", self._site))

        def is_visible(above):
            for folder in above:
                if folder in existing:
                    return folder in seen
            return site_seen

        return {path for path, above in folders.items() if is_visible(above)}

    def _path(self, brain):
        return brain.getPath()[len(self._site_path) + 1 :]

    def _present(self, entry, brain, places):
        return self._show(
            entry,
            places,
            title=brain.Title,
            path=self._path(brain),
            url=brain.getURL(),
            portal_type=brain.portal_type,
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
            actor=entry.actor,
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
            **today,
        )

    def _visible_source(self, source: Source | None, places) -> str | None:
        if source and self._could_see(source.principals) and source.path in places:
            return source.path
        return None


def _folders_above(path):
    """Return the paths of the folders above *path*, nearest first, without the site."""
    folders = []
    while path := dirname(path):
        folders.append(path)
    return folders


def _is_below(path, below):
    return not below or path == below or path.startswith(f"{below}/")
