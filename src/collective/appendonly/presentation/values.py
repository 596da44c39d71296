"""Lines about what was changed: old and new values, roles, and what the user wrote about it.

A line is a message with its variables as parts of their own, as in a sentence. Values are shown as
the edit form shows them: dates in the time zone of the reader, choices and related content by their
titles.
"""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from collective.appendonly.entry import Pair
from collective.appendonly.feed import VisibleEntry
from collective.appendonly.feed.visibility import Visibility
from collective.appendonly.guard import local_time
from collective.appendonly.guard import printable
from collective.appendonly.guard import shown
from collective.appendonly.i18n import _
from collective.appendonly.i18n import counted
from collective.appendonly.presentation.actors import Actors
from collective.appendonly.presentation.forms import in_form_order
from collective.appendonly.presentation.labels import Labels
from collective.appendonly.presentation.times import Times
from collective.appendonly.presentation.translator import Translator
from collective.appendonly.presentation.wording import message_parts
from collective.appendonly.presentation.wording import Part
from contextlib import suppress
from datetime import date
from datetime import datetime
from datetime import time
from functools import cache
from functools import cached_property
from plone import api
from typing import Any
from z3c.relationfield.interfaces import IRelation
from z3c.relationfield.interfaces import IRelationList
from zope.i18nmessageid import Message
from zope.schema.interfaces import IChoice
from zope.schema.interfaces import ICollection
from zope.schema.interfaces import IDate
from zope.schema.interfaces import IDatetime
from zope.schema.interfaces import IField
from zope.schema.interfaces import IVocabularyTokenized


#: A message in parts.
Parts = tuple[Part, ...]

#: The text about a field with one value.
CHANGED = _("value_changed", default="${field}: ${old} → ${new}")
_SET = _("value_set", default="${field}: ${new}")
_ADDED = _("values_added", default="${field}: added ${added}")
_REMOVED = _("values_removed", default="${field}: removed ${removed}")
_BOTH = _(
    "values_added_and_removed",
    default="${field}: added ${added}; removed ${removed}",
)
_GOT = _("roles_got", default="${name}: ${got} added")
_LOST = _("roles_lost", default="${name}: ${lost} removed")
_GOT_AND_LOST = _(
    "roles_got_and_lost", default="${name}: ${got} added, ${lost} removed"
)
_NOTE = _("quoted_note", default="“${note}”")


def merged_values(edits: Sequence[VisibleEntry]) -> dict[str, Pair]:
    """Return the values that *edits* of one object, oldest first, have changed in the end.

    A field of which an edit has no values, because they were too long, is left out.
    """
    merged: dict[str, Pair] = {}
    incomplete: set[str] = set()
    for edit in edits:
        incomplete.update(set(edit.fields) - edit.values.keys())
        for name, pair in edit.values.items():
            merged[name] = _merged(merged[name], pair) if name in merged else pair
    return {
        name: pair
        for name, pair in merged.items()
        if name not in incomplete and pair[0] != pair[1]
    }


def _merged(first: Pair, second: Pair) -> Pair:
    if not (_has_several(first) and _has_several(second)):
        return [first[0], second[1]]
    # Both are what was removed, and what was added.
    (removed, added), (then_removed, then_added) = map(_lists, (first, second))
    return [
        [each for each in removed if each not in then_added]
        + [each for each in then_removed if each not in added],
        [each for each in added if each not in then_removed]
        + [each for each in then_added if each not in removed],
    ]


def _has_several(pair: Pair) -> bool:
    return any(isinstance(value, list | tuple) for value in pair)


def _lists(pair: Pair) -> list[Sequence[str]]:
    return [value if isinstance(value, list | tuple) else () for value in pair]


class ValueLines:
    """Makes the lines about values, roles and notes, for one request."""

    def __init__(
        self, translate: Translator, labels: Labels, actors: Actors, times: Times
    ):
        self._translate = translate
        self._labels = labels
        self._actors = actors
        self._times = times
        self._vocabulary = cache(_find_vocabulary)

    def lines(
        self, edits: Sequence[VisibleEntry]
    ) -> tuple[dict[str, Parts], tuple[Parts, ...]]:
        """Return the lines about values by the names of fields, in the order of the edit form.

        And all other lines. *edits* are those of one object, oldest first.
        """
        last, pairs = edits[-1], merged_values(edits)
        values = {
            name: line
            for name in in_form_order(pairs, last.portal_type)
            if (line := self.value(name, last.portal_type, pairs[name]))
        }
        notes = [self._note(edit.note) for edit in edits if edit.note.strip()]
        roles = [line for edit in edits for line in self._roles(edit.roles)]
        return values, (*notes, *roles)

    def value(self, name: str, portal_type: str, pair: Pair) -> Parts:
        """Return the line about a field, with its old and its new value.

        It is empty if both look the same.
        """
        field = self._labels.field(name, portal_type)
        title = self._labels.field_title(name, portal_type)
        message = "A value could not be shown: %r of %r."
        return shown(
            lambda: self._value(field, title, pair), (), message, name, portal_type
        )

    def plain(self, entry: VisibleEntry) -> dict[str, list]:
        """Return the values of *entry* for programs, without the UIDs of hidden content."""

        def plain(name, pair):
            field = self._labels.field(name, entry.portal_type)
            return [self._plain(field, value) for value in pair]

        message = "A value is not shown: %r of %r."
        values = {
            name: shown(
                lambda n=name, p=pair: plain(n, p), None, message, name, entry.path
            )
            for name, pair in entry.values.items()
        }
        return {name: pair for name, pair in values.items() if pair is not None}

    def _plain(self, field, value):
        if not _is_relation(field) or not value:
            return list(value) if isinstance(value, tuple) else value
        if isinstance(value, list | tuple):
            visible = self._titles(value)
            return [uid for uid in value if uid in visible]
        return value if self._titles([value]) else None

    def texts(self, field: IField | None, pair: Pair) -> tuple[str, str]:
        """Return the old and the new value of a field as text; what was removed, and added."""
        show = self._text
        if _has_several(pair) or _is_relation(field):
            show = self._several
        old, new = (show(field, value) for value in pair)
        return old, new

    def _value(self, field, title, pair) -> Parts:
        old, new = self.texts(field, pair)
        if old == new:
            return ()
        if _has_several(pair) or _is_relation(field):
            message = _BOTH if old and new else _ADDED if new else _REMOVED
            return self._line(message, field=title, added=new, removed=old)
        if not new:
            return self._line(_REMOVED, field=title, removed=old)
        # The new value of a checkbox implies the old one.
        if not old or isinstance(pair[1], bool):
            return self._line(_SET, field=title, new=new)
        return self._line(CHANGED, field=title, old=old, new=new)

    def _several(self, field, value) -> str:
        values = _as_list(value)
        if _is_relation(field):
            titles = self._titles(values)
            texts = [printable(title) for title in titles.values()]
            hidden = len(values) - len(titles)
            if hidden:
                texts.append(self._translate(_hidden(hidden)))
            return ", ".join(texts)
        if ICollection.providedBy(field):
            field = field.value_type
        return ", ".join(filter(None, (self._text(field, value) for value in values)))

    def _text(self, field, value) -> str:
        """Return one value as text, which is empty if there is none."""
        if value is None or value == "":
            return ""
        if IChoice.providedBy(field):
            title = self._choice(field, value)
            if title:
                return title
        if isinstance(value, bool):
            return self._translate(_("yes") if value else _("no"))
        if isinstance(value, str) and (
            IDatetime.providedBy(field) or IDate.providedBy(field)
        ):
            return self._moment(value)
        return printable(value)

    def _moment(self, value: str) -> str:
        # Python 3.10 does not know this suffix.
        value = value.removesuffix("Z") + "+00:00" * value.endswith("Z")
        with suppress(ValueError):
            found = date.fromisoformat(value)
            noon = datetime.combine(found, time(12), self._times.timezone)
            return self._times.day(local_time(noon))
        with suppress(ValueError):
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=self._times.timezone)
            return self._times.moment(local_time(moment))
        return printable(value)

    def _choice(self, field, value) -> str:
        message = "A title could not be looked up: %r."
        return shown(
            lambda: self._term_title(field, value), "", message, field.getName()
        )

    def _term_title(self, field, value):
        vocabulary = self._vocabulary(field)
        if vocabulary is None:
            return ""
        for find in (vocabulary.getTerm, vocabulary.getTermByToken):
            with suppress(LookupError):
                title = find(value).title
                return printable(title and self._translate(title))
        return ""

    def _titles(self, uids: Iterable[Any]) -> Mapping[str, str]:
        found = self._visibility.titles(uid for uid in uids if isinstance(uid, str))
        return {uid: found[uid] for uid in uids if uid in found}

    @cached_property
    def _visibility(self):
        return Visibility(values=False)

    def _roles(self, roles: Mapping[str, Pair]) -> Iterator[Parts]:
        for principal, pair in roles.items():
            name = self._actors.principal_name(principal)
            lost, got = (
                ", ".join(map(self._labels.role_title, each)) for each in _lists(pair)
            )
            if lost and got:
                yield self._line(_GOT_AND_LOST, name=name, got=got, lost=lost)
            elif got or lost:
                yield self._line(_GOT if got else _LOST, name=name, got=got, lost=lost)

    def _note(self, note: str) -> Parts:
        return self._line(_NOTE, note=printable(note.strip()))

    def _line(self, message: Message, **values: str) -> Parts:
        return message_parts(Message(message, mapping=values), self._translate)


def _as_list(value: Any) -> Sequence[Any]:
    if isinstance(value, list | tuple):
        return value
    return [] if value in (None, "") else [value]


def _is_relation(field) -> bool:
    return IRelation.providedBy(field) or IRelationList.providedBy(field)


def _hidden(number: int) -> Message:
    return counted(
        "${count} item you cannot view", "${count} items you cannot view", number
    )


def _find_vocabulary(field):
    """Return the vocabulary of a choice, None if it has none with titles."""
    with suppress(LookupError):
        vocabulary = field.bind(api.portal.get()).vocabulary
        return vocabulary if IVocabularyTokenized.providedBy(vocabulary) else None
    return None
