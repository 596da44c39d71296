"""The words that an edit of an object changed: a comparison of two of its versions.

Which fields differ is asked as when an edit is recorded. Plone's own comparison is one link away.
It fails for blocks, reads whole files, takes the square of the time for long texts, and returns the
markup of a page where a list has room for the words that differ.
"""

from Acquisition import aq_base
from Acquisition import aq_inner
from Acquisition import aq_parent
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collective.appendonly.guard import printable
from collective.appendonly.guard import shown
from collective.appendonly.guard import text_of
from collective.appendonly.presentation.actors import Actors
from collective.appendonly.presentation.differences import Differences
from collective.appendonly.presentation.differences import LONGEST
from collective.appendonly.presentation.differences import Passage
from collective.appendonly.presentation.differences import text_of_html
from collective.appendonly.presentation.forms import in_form_order
from collective.appendonly.presentation.labels import Labels
from collective.appendonly.presentation.times import Times
from collective.appendonly.presentation.translator import Translator
from collective.appendonly.presentation.values import ValueLines
from collective.appendonly.presentation.versions import Versions
from collective.appendonly.recording.differences.fields import Compared
from collective.appendonly.recording.differences.fields import differing_fields
from collective.appendonly.recording.differences.fields import stored_value
from collective.appendonly.recording.differences.fields import without_protected
from collective.appendonly.recording.differences.values import short_pair
from itertools import islice
from plone import api
from plone.app.textfield.interfaces import IRichTextValue
from typing import Any
from typing import NamedTuple
from zope.schema.interfaces import IChoice


# The most passages of a field that are shown.
_PASSAGES = 60
# The keys of a block, and of what is in it, that have text for people; in Volto's blocks.
_TEXTS = frozenset(
    ["plaintext", "text", "title", "headline", "description", "alt", "caption"]
)
# How deep a block is searched for text.
_DEPTH = 20
# The longest number of a version.
_DIGITS = 9


class Change(NamedTuple):
    """The differences in one field. There are no ``passages`` if no words differ."""

    field: str
    title: str
    passages: tuple[Passage, ...]


class Comparison(NamedTuple):
    """The fields that differ, in the order of the edit form."""

    changes: tuple[Change, ...]
    is_complete: bool


def requested_comparison(obj, request) -> Comparison:
    """Return the comparison of the versions that the parameters ``from`` and ``to`` name.

    Raises Unauthorized if the current user cannot view the versions of *obj*, and NotFound if the
    parameters do not name two versions that can be compared.
    """
    numbers = [_number(request.form.get(name)) for name in ("from", "to")]
    # No version has the number None.
    Versions(request).check(obj, *numbers)
    older, newer = (_version(obj, number) for number in numbers)
    return _Comparing(obj, request).comparison(older, newer)


def _number(value: Any) -> int | None:
    is_number = isinstance(value, str) and value.isascii() and value.isdigit()
    return int(value) if is_number and len(value) <= _DIGITS else None


def _version(obj, number):
    # The repository would copy the version into the object, and roll the transaction back to undo
    # that. The archivist changes nothing.
    archivist = api.portal.get_tool("portal_archivist")
    version = archivist.retrieve(obj, selector=number).data.object
    return aq_base(version).__of__(aq_parent(aq_inner(obj)))


class _Comparing:
    """Compares the fields of two versions, within the bounds of one page."""

    def __init__(self, context, request):
        translate = Translator(request)
        self._labels = Labels(translate)
        self._values = ValueLines(
            translate, self._labels, Actors(request), Times(context, request)
        )
        self._differences = Differences()
        self._is_cut = False

    def comparison(self, older, newer) -> Comparison:
        before = vars(aq_base(older))
        changes = [
            self._change(name, newer, before)
            for name in in_form_order(
                _differing_names(newer, before), newer.portal_type
            )
        ]
        is_complete = self._differences.is_complete and not self._is_cut
        return Comparison(tuple(changes), is_complete)

    def _change(self, name, newer, before) -> Change:
        message = "A difference could not be shown: %r of %r."
        passages = shown(
            lambda: self._some(self._passages(name, newer, before)),
            (),
            message,
            name,
            newer.portal_type,
        )
        title = self._labels.field_title(name, newer.portal_type)
        return Change(name, title, passages)

    def _some(self, passages: Iterator[Passage]) -> tuple[Passage, ...]:
        found = tuple(islice(passages, _PASSAGES))
        self._is_cut |= next(passages, None) is not None
        return found

    def _passages(self, name, newer, before) -> Iterator[Passage]:
        if name == "blocks":
            yield from self._blocks(before, vars(aq_base(newer)))
            return
        field = self._labels.field(name, newer.portal_type)
        stored = stored_value(newer, name, before), stored_value(newer, name)
        is_text = all(map(_is_text, stored)) and not IChoice.providedBy(field)
        # What is too long for an entry, or of another kind, is compared like text.
        pair = None if is_text else short_pair(*stored)
        if pair is None:
            yield from self._differences.passages(*map(_text, stored))
            return
        old, new = self._values.texts(field, pair)
        if old != new:
            yield self._differences.replaced(old, new)

    def _blocks(self, before, after) -> Iterator[Passage]:
        old, new = map(_block_texts, (before, after))
        for block in (*new, *(block for block in old if block not in new)):
            texts = old.get(block, ""), new.get(block, "")
            if texts[0] != texts[1]:
                yield from self._differences.passages(*texts)


def _differing_names(newer, before) -> set[str]:
    compared = Compared(newer, before)
    names = set(without_protected(compared, differing_fields(compared)))
    if "blocks" in names:
        # The order of the blocks changes with them.
        names.discard("blocks_layout")
    return names


def _is_text(value: Any) -> bool:
    return value is None or isinstance(value, str) or IRichTextValue.providedBy(value)


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "\n".join(map(text_of, value))
    if isinstance(value, set | frozenset):
        return "\n".join(sorted(map(text_of, value)))
    if not IRichTextValue.providedBy(value):
        return text_of(value)
    raw = text_of(value.raw)
    return text_of_html(raw) if value.mimeType == "text/html" else raw


def _block_texts(state: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of blocks by their ids, in the order of the page."""
    blocks = state.get("blocks") or {}
    layout = state.get("blocks_layout") or {}
    order = [block for block in layout.get("items", ()) if block in blocks]
    return {
        block: _block_text(blocks[block]) for block in dict.fromkeys([*order, *blocks])
    }


def _block_text(block: Any) -> str:
    texts: list[str] = []
    left = LONGEST
    for text in _texts(block, _DEPTH):
        texts.append(text)
        left -= len(text)
        if left < 0:
            break
    kind = block.get("@type") if isinstance(block, Mapping) else None
    return "\n".join(texts) or f"[{printable(kind)}]"


def _texts(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, Mapping) and depth:
        # The same text is in there once more, in pieces.
        is_plain = isinstance(value.get("plaintext"), str)
        for key, each in value.items():
            if isinstance(each, str) and key in _TEXTS:
                yield text_of(each)
            elif not (is_plain and key == "value"):
                yield from _texts(each, depth - 1)
    elif isinstance(value, list | tuple) and depth:
        yield from _each_text(value, depth - 1)


def _each_text(values: Iterable[Any], depth: int) -> Iterator[str]:
    for value in values:
        yield from _texts(value, depth)
