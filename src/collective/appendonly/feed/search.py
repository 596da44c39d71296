"""The keys that a scan asks the log for.

A change set with something that fits has a key of each group. The log passes over others as far as
it knows the keys of its layers. What it yields is looked at entry by entry, so the answer is that
of a scan of the whole log.
"""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from collective.appendonly.feed.filters import Filters
from collective.appendonly.feed.items import VisibleEntry
from collective.appendonly.guard import by_uid
from collective.appendonly.keys import ACTION
from collective.appendonly.keys import ACTOR
from collective.appendonly.keys import FOLDER
from collective.appendonly.keys import Keys
from collective.appendonly.keys import PRINCIPAL
from collective.appendonly.keys import TYPE
from collective.appendonly.keys import UID
from functools import cached_property
from plone import api
from Products.ZCatalog.query import IndexQuery
from Products.ZCTextIndex.ParseTree import ParseError
from unicodedata import normalize

import re


#: A group of more objects than this would take longer than it saves.
MOST_OBJECTS = 50_000

# What the query language of the catalog's text indexes has a meaning for.
_SYNTAX = re.compile(r'["()*?]')


class Search:
    """The search for what *principals* can view, *filters* fit and is in a place.

    The place is the object with one of *uids* and, unless *below* is None, everything below that
    path, which is relative to the site; an empty path is the whole site. *keys* are those of the log,
    None if it has none. Iterate over it for the groups of keys.
    """

    def __init__(
        self,
        keys: Keys | None,
        principals: Iterable[str],
        filters: Filters,
        uids: Iterable[str],
        below: str | None,
    ):
        self._keys = keys
        self._principals = principals
        self._filters = filters
        self._uids = uids
        self._below = below
        self._catalog = api.portal.get_tool("portal_catalog")

    def __iter__(self) -> Iterator[set[int]]:
        """Yield the groups of keys, roughly those first that few change sets have.

        Looks up the objects of a folder.
        """
        if self._keys is None:
            return
        filters, wanted = self._filters, self._keys.wanted
        yield from self._place()
        yield from self._text()
        if filters.actor is not None:
            yield wanted(ACTOR, [filters.actor])
        if filters.types:
            yield wanted(TYPE, filters.types)
        if filters.actions:
            yield wanted(ACTION, filters.actions)
        yield wanted(PRINCIPAL, self._principals)

    def with_words(self, entries: Iterable[VisibleEntry | None]) -> list:
        """Return *entries*, with None instead of those that lack a word of the filters.

        Titles in the catalog are compared there, as in Plone's search.
        """
        if not self._filters.text:
            return list(entries)
        entries = list(entries)
        today = sorted({entry.uid for entry in entries if entry and entry.url})
        matches = self._matches(today)

        def has_words(entry: VisibleEntry) -> bool:
            found = matches.get(entry.uid)
            return self._filters.match(entry.title) if found is None else found

        return [entry if entry and has_words(entry) else None for entry in entries]

    def _matches(self, uids: Sequence[str]) -> dict[str, bool]:
        """Return whether their titles match today, for those of *uids* that the catalog knows."""
        titled = self._titled
        if titled is None or not uids:
            return {}
        found = by_uid(self._catalog.unrestrictedSearchResults(UID=uids))
        return {uid: brain.getRID() in titled for uid, brain in found.items()}

    def _place(self) -> list[set[int]]:
        if self._below == "":
            return []
        own = self._keys.wanted(UID, self._uids)
        if self._below is None:
            return [own]
        site_path = "/".join(api.portal.get().getPhysicalPath())
        return self._today_or_then(
            self._query("path", f"{site_path}/{self._below}"),
            [own | self._keys.wanted(FOLDER, [self._below])],
        )

    def _text(self) -> list[set[int]]:
        if not self._filters.text:
            return []
        then = self._keys.wanted_words(self._filters.text)
        return self._today_or_then(self._titled, then or [set()])

    def _today_or_then(self, rids, then: list[set[int]]) -> list[set[int]]:
        """Return groups for what is in the catalog as *rids*, or was recorded as *then*.

        What is not in the catalog keeps the path and the title that it had.
        """
        if rids is None or len(rids) > MOST_OBJECTS:
            return []
        uid_of = self._catalog._catalog.getIndex("UID").getEntryForObject
        uids = filter(None, map(uid_of, rids.keys()))
        today = self._keys.wanted(UID, uids)
        return [today | group for group in then]

    @cached_property
    def _titled(self):
        # Uploads from a Mac have decomposed titles.
        forms = (
            {normalize(form, token) for form in ("NFC", "NFD")}
            for token in _SYNTAX.sub(" ", self._filters.text).split()
        )
        terms = (
            " OR ".join(f'"{form}"' for form in each) for each in map(sorted, forms)
        )
        return self._query("Title", " AND ".join(f"({term})" for term in terms))

    def _query(self, name: str, query: str):
        """Return what an index of the catalog finds, None if there is no such index."""
        if name not in self._catalog.indexes():
            return None
        index = self._catalog._catalog.getIndex(name)
        request = IndexQuery(
            {name: query}, name, index.query_options, index.operators, index.useOperator
        )
        try:
            return index.query_index(request) or {}
        except ParseError:
            # Nothing is left to look for, such as for "?" or "the".
            return {}
