"""Lines: what pages, digests and feeds say about an item of the feed, without markup."""

from collections.abc import Iterator
from collective.appendonly.actions import find_action
from collective.appendonly.actions import RECORDED_ACTIONS
from collective.appendonly.entry import USER
from collective.appendonly.feed import FeedItem
from collective.appendonly.feed import VisibleEntry
from collective.appendonly.guard import printable
from collective.appendonly.guard import shown
from collective.appendonly.i18n import _
from collective.appendonly.i18n import counted
from collective.appendonly.permissions import SITE_PERMISSIONS
from collective.appendonly.presentation.actors import Actor
from collective.appendonly.presentation.actors import Actors
from collective.appendonly.presentation.forms import in_form_order
from collective.appendonly.presentation.labels import Labels
from collective.appendonly.presentation.restoring import Restoring
from collective.appendonly.presentation.site_remarks import site_remarks
from collective.appendonly.presentation.times import Times
from collective.appendonly.presentation.translator import Translator
from collective.appendonly.presentation.values import Parts
from collective.appendonly.presentation.values import ValueLines
from collective.appendonly.presentation.versions import Versions
from collective.appendonly.presentation.wording import action_texts
from collective.appendonly.presentation.wording import as_text
from collective.appendonly.presentation.wording import common_texts
from collective.appendonly.presentation.wording import details_texts
from collective.appendonly.presentation.wording import labels
from collective.appendonly.presentation.wording import mixed_sentence
from collective.appendonly.presentation.wording import Part
from collective.appendonly.presentation.wording import sentence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from datetime import datetime
from plone import api
from posixpath import basename
from zope.i18nmessageid import Message


#: The maximum number of objects of a large change set that are named.
NAMED = 100
#: The number of them that are shown before the others are folded away.
SHOWN = 3

# The text about the other place that an entry names, if no action of the entry has one.
_ORIGINAL = _("Working copy of ${path}")


@dataclass(frozen=True)
class Subject:
    """An object of a line.

    A removed object has no ``url``; ``is_missing`` if nothing else in the line says so. In a list
    of objects, ``actions`` are the labels of what was done to this one, and ``actor`` is the user
    who did it, if they differ from those of the line. ``changes`` are lines, in parts, about notes,
    roles and values. ``comparison`` is the URL of a page of Plone that shows what changed,
    ``preview`` that of ours, which shows the words, ``revert`` that of a page that can revert to
    the version of the edit, and ``story`` that of all activity of the object.
    """

    title: str
    url: str | None
    portal_type: str
    type_title: str
    is_missing: bool = False
    actions: str = ""
    actor: Actor | None = None
    remarks: tuple[str, ...] = ()
    changes: tuple[Parts, ...] = ()
    comparison: str | None = None
    preview: str | None = None
    revert: str | None = None
    # It follows from the object.
    story: str | None = field(default=None, compare=False)

    @property
    def notes(self) -> tuple[str, ...]:
        """The remarks and the changes, as text."""
        return (*self.remarks, *map(as_text, self.changes))


@dataclass(frozen=True)
class Line:
    """One line of the activity: what a user did to one object, or to several.

    ``shown`` and ``folded`` are the objects, ``unnamed`` is the number of those left out.
    ``icon`` is the name of an icon. ``backfilled`` entries were derived from the catalog.

    A line may stand for several ``changes``, one after the other; then ``began`` is the time of the
    first. All of them may be edits. ``undo`` is the URL of a form that can bring back what was
    removed.
    """

    time: datetime
    actor: Actor
    sentence: tuple[Part, ...]
    shown: tuple[Subject, ...]
    folded: tuple[Subject, ...] = ()
    unnamed: int = 0
    icon: str = "clock-history"
    backfilled: bool = False
    changes: int = 1
    began: datetime | None = None
    are_edits: bool = False
    undo: str | None = None

    @property
    def text(self) -> str:
        """The sentence, as text."""
        return as_text(self.sentence)

    @property
    def subject(self) -> Subject | None:
        """The object, if there is only one."""
        return None if self.folded or len(self.shown) > 1 else self.shown[0]

    @property
    def number(self) -> Message:
        """The number of changes: "3 edits"."""
        if self.are_edits:
            return counted("${count} edit", "${count} edits", self.changes)
        return counted("${count} change", "${count} changes", self.changes)

    def number_between(self, begin: str, end: str) -> Message:
        """Return the number of changes, and the times of day of the first and the last."""
        if self.are_edits:
            return counted(
                "${count} edit between ${begin} and ${end}",
                "${count} edits between ${begin} and ${end}",
                self.changes,
                begin=begin,
                end=end,
            )
        return counted(
            "${count} change between ${begin} and ${end}",
            "${count} changes between ${begin} and ${end}",
            self.changes,
            begin=begin,
            end=end,
        )


class Presenter:
    """Makes lines from the items of a feed, for one request.

    With *versions*, which may load the objects, they link to what changed and to earlier versions;
    with *restoring*, to where a removal can be undone. *actors*, *translate* and *times* are those
    of the request, if they exist already.
    """

    def __init__(
        self,
        request,
        versions: Versions | None = None,
        actors: Actors | None = None,
        translate: Translator | None = None,
        times: Times | None = None,
        restoring: Restoring | None = None,
    ):
        self._versions = versions
        self._restoring = restoring
        self._actors = Actors(request) if actors is None else actors
        self._translate = Translator(request) if translate is None else translate
        self._labels = Labels(self._translate)
        times = Times(api.portal.get(), request) if times is None else times
        #: Makes the lines about values, roles and notes.
        self.values = ValueLines(self._translate, self._labels, self._actors, times)
        # The URL of a file or an image itself would download it.
        self._with_view = shown(
            lambda: frozenset(
                api.portal.get_registry_record(
                    "plone.types_use_view_action_in_listings", default=()
                )
            ),
            frozenset(),
            "The types whose links lead to a view could not be read.",
        )

    def line(self, item: FeedItem) -> Line:
        """Return the line for *item*.

        If an add-on has declared texts that cannot be used, it only names the user and the first
        object.
        """
        found = shown(
            lambda: self._line(item),
            None,
            "A line for %r could not be made.",
            item.entries[0].path,
        )
        return self._plain(item) if found is None else found

    def _line(self, item):
        objects = item.by_object()
        if len(objects) == 1:
            line = self._single(objects[0])
        else:
            line = self._several(item, objects)
        if item.earlier:
            line = replace(
                line,
                changes=len(item.change_sets),
                began=item.earlier[-1].time,
                are_edits=item.entries[0].actions == ("edited",),
            )
        return replace(
            line, icon=_icon(item), backfilled=item.backfilled, undo=self._undo(item)
        )

    def _undo(self, item):
        if self._restoring is None:
            return None
        entries = (entry for each in item.change_sets for entry in each.entries)
        return next(filter(None, map(self._restoring.undo, entries)), None)

    def _plain(self, item):
        entry = item.entries[0]
        actor = self._actors.actor(item.actor)
        subject = Subject(
            self.title(entry),
            entry.url,
            entry.portal_type,
            printable(entry.portal_type),
        )
        name, title = Part(actor.name, "actor"), Part(subject.title, "item")
        return Line(item.time, actor, (name, Part(": "), title), (subject,))

    def _single(self, item):
        entry = _merged(item)
        actor = self._actors.actor(entry.actor)
        subject = replace(self._subject(item), **self._links(item))
        state = self._state(entry)
        parts = sentence(
            action_texts(entry), actor.name, subject.title, state, self._translate
        )
        return Line(item.time, actor, parts, (subject,))

    def _several(self, item, objects):
        entries = [_merged(each) for each in objects]
        actor = self._actors.actor(item.actor)
        is_mixed = len(set(map(self._said, entries))) > 1
        if is_mixed:
            number = counted("${count} item", "${count} items", len(entries))
            parts = mixed_sentence(actor.name, self._translate(number), self._translate)
        else:
            texts, number = common_texts(entries)
            state = self._state(entries[0])
            parts = sentence(
                texts, actor.name, self._translate(number), state, self._translate
            )
        subjects = [
            self._subject(each, with_actions=is_mixed, unlike=actor)
            for each in objects[:NAMED]
        ]
        if item.earlier:
            # Only of these: a comparison loads the object.
            subjects[:SHOWN] = [
                replace(subject, comparison=self._comparison(each))
                for subject, each in zip(subjects[:SHOWN], objects, strict=False)
            ]
        return Line(
            item.time,
            actor,
            parts,
            shown=tuple(subjects[:SHOWN]),
            folded=tuple(subjects[SHOWN:]),
            unnamed=len(entries) - len(subjects),
        )

    def _comparison(self, item):
        """Return the URL that compares an object before and after the changes of *item*."""
        saved = _saved(item)
        if self._versions is None or not saved:
            return None
        return self._versions.comparison(saved[0], saved[-1])

    def _links(self, item):
        """Return all URLs about the versions of an object that the changes of *item* saved."""
        saved, links = _saved(item), {"comparison": self._comparison(item)}
        if saved and self._versions is not None:
            links["preview"] = self._versions.preview(saved[0], saved[-1])
            links["revert"] = self._versions.revert(saved[0])
        return links

    def _subject(self, item, with_actions=False, unlike=None):
        """Return the object of *item*, which is about one, with the remarks on all changes."""
        entry = _merged(item)
        earlier = [each.entries[0] for each in item.earlier]
        actor = self._actors.actor(entry.actor)
        values, others = {}, ()
        if entry.uid:
            values, others = self.values.lines([*reversed(earlier), item.entries[0]])
        # The line about a value has the title of the field.
        unnamed = tuple(name for name in entry.fields if name not in values)
        noted = (
            replace(entry, fields=unnamed),
            *(replace(each, fields=()) for each in earlier),
        )
        remarks = [remark for each in noted for remark in self._remarks(each)]
        return Subject(
            title=self.title(entry),
            url=self._url(entry),
            portal_type=entry.portal_type,
            type_title=self._labels.type_title(entry.portal_type),
            is_missing=entry.is_gone and "removed" not in entry.actions,
            actions=self._action_labels(entry) if with_actions else "",
            actor=actor if unlike is not None and actor != unlike else None,
            remarks=(
                *dict.fromkeys(map(self._translate, remarks)),
                *details_texts(entry, self._translate),
            ),
            changes=(*others, *values.values()),
            story=f"{entry.url}/@@activity" if entry.url else None,
        )

    def title(self, entry: VisibleEntry) -> str:
        """Return the title of the object of *entry*, or its id; the name of a user."""
        if entry.portal_type == USER:
            # A login may have failed because there is no such user.
            actor = self._actors.actor(entry.title) if entry.title else None
            return actor.name if actor else self._translate(_("an unknown user"))
        if entry.portal_type in SITE_PERMISSIONS:
            return self._labels.site_title(entry.title, entry.portal_type)
        return printable(entry.title) or printable(basename(entry.path))

    def _url(self, entry):
        url = entry.url
        if url and entry.portal_type in self._with_view:
            url = f"{url}/view"
        if url and entry.comment_id:
            url = f"{url}#{entry.comment_id}"
        return url

    def _said(self, entry):
        # Beside other actions, a transition is told by the state it led to.
        return self._action_labels(entry), entry.actions[1:] and self._state(entry)

    def _action_labels(self, entry):
        return labels(action_texts(entry), self._state(entry), self._translate)

    def _state(self, entry):
        if not entry.new_state:
            return ""
        transition = entry.transitions[-1] if entry.transitions else None
        return self._labels.state_title(entry.new_state, entry.portal_type, transition)

    def _remarks(self, entry: VisibleEntry) -> Iterator[Message]:
        if entry.source:
            yield _remark_on_source(entry)
        if entry.fields:
            # Several fields may have one title.
            titles = dict.fromkeys(
                self._labels.field_title(name, entry.portal_type)
                for name in in_form_order(entry.fields, entry.portal_type)
            )
            yield _("Changed: ${fields}", mapping={"fields": ", ".join(titles)})
        if entry.group:
            yield _("Group: ${group}", mapping={"group": printable(entry.group)})
        if entry.descendants:
            yield _remark_on_descendants(entry)
        if entry.portal_type in SITE_PERMISSIONS:
            yield from site_remarks(entry, self._labels)


def _merged(item):
    """Return the newest entry of *item*, which is about one object, with all changed fields."""
    entry = item.entries[0]
    if not item.earlier:
        return entry
    fields = [name for each in item.change_sets for name in each.entries[0].fields]
    return replace(entry, fields=tuple(dict.fromkeys(fields)))


def _saved(item):
    """Return the entries of *item*, which is about one object, that saved a version."""
    edits = (each.entries[0] for each in item.change_sets)
    return [edit for edit in edits if edit.version is not None]


def _remark_on_source(entry):
    source = printable(entry.source)
    actions = filter(None, map(RECORDED_ACTIONS.get, entry.actions))
    text = next((action.source for action in actions if action.source), _ORIGINAL)
    return Message(text, mapping={"path": f"/{source}", "name": basename(source)})


def _remark_on_descendants(entry):
    number = entry.descendants
    if entry.discussion_item:
        return counted("Including ${count} reply", "Including ${count} replies", number)
    return counted("Including ${count} item", "Including ${count} items", number)


def _icon(item):
    """Return the icon of the first action, if all entries have the same one."""
    names = {entry.actions[0] for entry in item.entries}
    action = find_action(names.pop()) if len(names) == 1 else None
    return action.icon if action else Line.icon
