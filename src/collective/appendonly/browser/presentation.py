"""From an item of the feed to what a page says of it, without any markup."""

from collections.abc import Iterator
from collective.appendonly.browser.actors import Actor
from collective.appendonly.browser.actors import Actors
from collective.appendonly.browser.labels import Labels
from collective.appendonly.browser.text import printable
from collective.appendonly.browser.wording import deeds
from collective.appendonly.browser.wording import mixed_sentence
from collective.appendonly.browser.wording import Part
from collective.appendonly.browser.wording import sentence
from collective.appendonly.browser.wording import words
from collective.appendonly.feed import FeedItem
from collective.appendonly.feed import VisibleEntry
from collective.appendonly.i18n import _
from dataclasses import dataclass
from datetime import datetime
from plone import api
from posixpath import basename
from zope.i18n import translate
from zope.i18nmessageid import Message


#: How many objects of a large change set are named, at most.
NAMED = 100
#: How many of them before the others are folded away.
SHOWN = 3


@dataclass(frozen=True)
class Subject:
    """An object that something was done to.

    Without a ``url`` it is gone; ``is_missing`` if nothing else says so. In an enumeration,
    ``words`` say what was done to it and ``actor`` who did, where that differs from the rest.
    """

    title: str
    url: str | None
    portal_type: str
    type_title: str
    is_missing: bool = False
    words: str = ""
    actor: Actor | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One line of the activity: somebody did something to one object, or to several.

    ``shown`` and ``folded`` are the objects, ``unnamed`` is the number of those left out.
    """

    time: datetime
    actor: Actor
    sentence: tuple[Part, ...]
    shown: tuple[Subject, ...]
    folded: tuple[Subject, ...] = ()
    unnamed: int = 0

    @property
    def subject(self) -> Subject | None:
        """The object, if it is one."""
        return None if self.folded or len(self.shown) > 1 else self.shown[0]


class Presenter:
    """Makes lines of the items of one request's feed."""

    def __init__(self, request):
        self._request = request
        self._actors = Actors(request)
        self._labels = Labels(request)
        # Files and images would be downloaded at their own address.
        self._with_view = frozenset(
            api.portal.get_registry_record(
                "plone.types_use_view_action_in_listings", default=()
            )
        )

    def line(self, item: FeedItem) -> Line:
        """Return the line for *item*."""
        if len(item.entries) == 1:
            return self._single(item, item.entries[0])
        return self._several(item)

    def _single(self, item, entry):
        actor = self._actors.actor(entry.actor)
        subject = self._subject(entry)
        state = self._state(entry)
        said = sentence(deeds(entry), actor.name, subject.title, state, self._request)
        return Line(item.time, actor, said, (subject,))

    def _several(self, item):
        entries = item.entries
        actor = self._actors.actor(_main_actor(item))
        number = self._text(
            _(
                "number_of_items",
                default="${count} items",
                mapping={"count": len(entries)},
            )
        )
        done = {self._words(entry) for entry in entries}
        if len(done) == 1:
            said = sentence(
                deeds(entries[0]),
                actor.name,
                number,
                self._state(entries[0]),
                self._request,
            )
        else:
            said = mixed_sentence(actor.name, number, self._request)
        subjects = [
            self._subject(entry, with_words=len(done) > 1, unlike=actor)
            for entry in entries[:NAMED]
        ]
        return Line(
            item.time,
            actor,
            said,
            shown=tuple(subjects[:SHOWN]),
            folded=tuple(subjects[SHOWN:]),
            unnamed=len(entries) - len(subjects),
        )

    def _subject(self, entry, with_words=False, unlike=None):
        actor = self._actors.actor(entry.actor)
        return Subject(
            title=printable(entry.title or basename(entry.path)),
            url=self._url(entry),
            portal_type=entry.portal_type,
            type_title=self._labels.type_title(entry.portal_type),
            is_missing=entry.is_gone and "removed" not in entry.actions,
            words=self._words(entry) if with_words else "",
            actor=actor if unlike is not None and actor != unlike else None,
            remarks=tuple(map(self._text, self._remarks(entry))),
        )

    def _url(self, entry):
        if entry.url and entry.portal_type in self._with_view:
            return f"{entry.url}/view"
        return entry.url

    def _words(self, entry):
        return words(deeds(entry), self._state(entry), self._request)

    def _state(self, entry):
        if not entry.new_state:
            return ""
        return self._labels.state_title(entry.new_state, entry.portal_type)

    def _remarks(self, entry: VisibleEntry) -> Iterator[Message]:
        source = printable(entry.source or "")
        if source and "copied" in entry.actions:
            yield _("Copied from ${path}", mapping={"path": f"/{source}"})
        elif source and "moved" in entry.actions:
            yield _("Moved from ${path}", mapping={"path": f"/{source}"})
        elif source:
            yield _("Renamed from “${name}”", mapping={"name": basename(source)})
        if entry.fields:
            titles = [
                self._labels.field_title(name, entry.portal_type)
                for name in entry.fields
            ]
            yield _("Changed: ${fields}", mapping={"fields": ", ".join(titles)})
        if entry.descendants == 1:
            yield _("With 1 item inside")
        elif entry.descendants:
            yield _("With ${count} items inside", mapping={"count": entry.descendants})

    def _text(self, message):
        return translate(message, context=self._request)


def _main_actor(item):
    """Return who did it all, or began it, going by what is seen of *item*."""
    actors = [entry.actor for entry in item.entries]
    return item.actor if item.actor in actors else actors[0]
