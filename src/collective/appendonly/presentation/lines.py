"""From an item of the feed to what a page says of it, without any markup."""

from collections.abc import Iterator
from collective.appendonly.actions import find_action
from collective.appendonly.entry import USER
from collective.appendonly.feed import FeedItem
from collective.appendonly.feed import VisibleEntry
from collective.appendonly.i18n import _
from collective.appendonly.i18n import counted
from collective.appendonly.presentation.actors import Actor
from collective.appendonly.presentation.actors import Actors
from collective.appendonly.presentation.labels import Labels
from collective.appendonly.presentation.text import printable
from collective.appendonly.presentation.translator import Translator
from collective.appendonly.presentation.versions import Versions
from collective.appendonly.presentation.wording import as_text
from collective.appendonly.presentation.wording import deeds
from collective.appendonly.presentation.wording import mixed_sentence
from collective.appendonly.presentation.wording import Part
from collective.appendonly.presentation.wording import sentence
from collective.appendonly.presentation.wording import together
from collective.appendonly.presentation.wording import words
from dataclasses import dataclass
from dataclasses import replace
from datetime import datetime
from plone import api
from posixpath import basename
from zope.i18nmessageid import Message


#: How many objects of a large change set are named, at most.
NAMED = 100
#: How many of them before the others are folded away.
SHOWN = 3

# What is said of the other place that an entry names, by the action that brought it in.
_SOURCES = {
    "copied": _("Copied from ${path}"),
    "translated": _("Translation of ${path}"),
    "moved": _("Moved from ${path}"),
    "renamed": _("Renamed from “${name}”"),
    "translations_linked": _("Linked with ${path}"),
    "translations_unlinked": _("No longer linked with ${path}"),
}
# Whatever else is done to a working copy.
_ORIGINAL = _("Working copy of ${path}")


@dataclass(frozen=True)
class Subject:
    """An object that something was done to.

    Without a ``url`` it is gone; ``is_missing`` if nothing else says so. In an enumeration,
    ``words`` say what was done to it and ``actor`` who did, where that differs from the rest.
    ``comparison`` is the address of a page that shows what was changed.
    """

    title: str
    url: str | None
    portal_type: str
    type_title: str
    is_missing: bool = False
    words: str = ""
    actor: Actor | None = None
    remarks: tuple[str, ...] = ()
    comparison: str | None = None


@dataclass(frozen=True)
class Line:
    """One line of the activity: somebody did something to one object, or to several.

    ``shown`` and ``folded`` are the objects, ``unnamed`` is the number of those left out.
    ``icon`` is the name of one for what was done. Of what is ``backfilled`` nobody was witness.

    ``edits`` of the same object may be told in one line; ``began`` is the time of the first.
    """

    time: datetime
    actor: Actor
    sentence: tuple[Part, ...]
    shown: tuple[Subject, ...]
    folded: tuple[Subject, ...] = ()
    unnamed: int = 0
    icon: str = "clock-history"
    backfilled: bool = False
    edits: int = 1
    began: datetime | None = None

    @property
    def text(self) -> str:
        """The sentence, as text."""
        return as_text(self.sentence)

    @property
    def subject(self) -> Subject | None:
        """The object, if it is one."""
        return None if self.folded or len(self.shown) > 1 else self.shown[0]


class Presenter:
    """Makes lines of the items of one request's feed.

    With *versions* they lead to what was changed, which takes a look at the objects. *actors*
    and *translate* are those of the request, if there are some already.
    """

    def __init__(
        self,
        request,
        versions: Versions | None = None,
        actors: Actors | None = None,
        translate: Translator | None = None,
    ):
        self._versions = versions
        self._actors = Actors(request) if actors is None else actors
        self._translate = Translator(request) if translate is None else translate
        self._labels = Labels(self._translate)
        # Files and images would be downloaded at their own address.
        self._with_view = frozenset(
            api.portal.get_registry_record(
                "plone.types_use_view_action_in_listings", default=()
            )
        )

    def line(self, item: FeedItem) -> Line:
        """Return the line for *item*."""
        if len(item.entries) == 1:
            line = self._single(item)
        else:
            line = self._several(item)
        return replace(line, icon=_icon(item), backfilled=item.backfilled)

    def _single(self, item):
        newest, *earlier = [edit.entries[0] for edit in (item, *item.earlier)]
        entry = newest
        if earlier:
            fields = [name for edit in (newest, *earlier) for name in edit.fields]
            entry = replace(newest, fields=tuple(dict.fromkeys(fields)))
        actor = self._actors.actor(entry.actor)
        subject = self._subject(entry)
        # Not every edit saves a version.
        saved = [edit for edit in (newest, *earlier) if edit.version is not None]
        if self._versions is not None and saved:
            address = self._versions.comparison(saved[0], saved[-1])
            subject = replace(subject, comparison=address)
        state = self._state(entry)
        said = sentence(deeds(entry), actor.name, subject.title, state, self._translate)
        line = Line(item.time, actor, said, (subject,))
        if earlier:
            return replace(line, edits=1 + len(earlier), began=item.earlier[-1].time)
        return line

    def _several(self, item):
        entries = item.entries
        actor = self._actors.actor(_main_actor(item))
        done = {self._words(entry) for entry in entries}
        if len(done) == 1:
            same, number = together(entries)
            state = self._state(entries[0])
            said = sentence(
                same, actor.name, self._text(number), state, self._translate
            )
        else:
            number = self._text(
                counted("${count} item", "${count} items", len(entries))
            )
            said = mixed_sentence(actor.name, number, self._translate)
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
            title=self._title(entry),
            url=self._url(entry),
            portal_type=entry.portal_type,
            type_title=self._labels.type_title(entry.portal_type),
            is_missing=entry.is_gone and "removed" not in entry.actions,
            words=self._words(entry) if with_words else "",
            actor=actor if unlike is not None and actor != unlike else None,
            remarks=tuple(map(self._text, self._remarks(entry))),
        )

    def _title(self, entry):
        if entry.portal_type == USER:
            return self._actors.actor(entry.title).name
        return printable(entry.title or basename(entry.path))

    def _url(self, entry):
        url = entry.url
        if url and entry.portal_type in self._with_view:
            url = f"{url}/view"
        if url and entry.comment_id:
            url = f"{url}#{entry.comment_id}"
        return url

    def _words(self, entry):
        return words(deeds(entry), self._state(entry), self._translate)

    def _state(self, entry):
        if not entry.new_state:
            return ""
        return self._labels.state_title(entry.new_state, entry.portal_type)

    def _remarks(self, entry: VisibleEntry) -> Iterator[Message]:
        if entry.source:
            yield _remark_on_source(entry)
        if entry.fields:
            titles = [
                self._labels.field_title(name, entry.portal_type)
                for name in entry.fields
            ]
            yield _("Changed: ${fields}", mapping={"fields": ", ".join(titles)})
        if entry.group:
            yield _("Group: ${group}", mapping={"group": printable(entry.group)})
        if entry.descendants:
            yield _remark_on_descendants(entry)

    def _text(self, message):
        return self._translate(message)


def _remark_on_source(entry):
    source = printable(entry.source)
    said = next(filter(None, map(_SOURCES.get, entry.actions)), _ORIGINAL)
    return Message(said, mapping={"path": f"/{source}", "name": basename(source)})


def _remark_on_descendants(entry):
    number = entry.descendants
    if entry.discussion_item:
        return counted("With ${count} reply", "With ${count} replies", number)
    return counted("With ${count} item inside", "With ${count} items inside", number)


def _icon(item):
    """Return the icon of what was done, if it is one thing that was done."""
    done = {entry.actions[0] for entry in item.entries}
    action = find_action(done.pop()) if len(done) == 1 else None
    return action.icon if action else Line.icon


def _main_actor(item):
    """Return who did it all, or began it, going by what is seen of *item*."""
    actors = [entry.actor for entry in item.entries]
    return item.actor if item.actor in actors else actors[0]
