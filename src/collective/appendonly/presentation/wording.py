"""What was done, in words: whole sentences for translators, put together for readers.

A sentence has two slots, ``${actor}`` and ``${item}``, which stay open: a page fills them
with markup, a mail would fill them with text. Some have a ``${state}`` too.
"""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from collective.appendonly.actions import find_action
from collective.appendonly.feed import VisibleEntry
from collective.appendonly.i18n import _
from collective.appendonly.i18n import counted
from collective.appendonly.presentation.text import printable
from typing import NamedTuple
from zope.i18nmessageid import Message

import re


#: Returns a message in the language of the reader.
Translate = Callable[[Message | str], str]


class Deed(NamedTuple):
    """One thing that was done: a sentence, and the words for it in an enumeration.

    The words stand where the sentence has its verb, and alone: "edited and published".
    ``texts`` fill the other variables of both: what an integrator recorded with the action.
    """

    sentence: Message | str
    words: Message | str
    texts: Mapping[str, str] = {}


class Part(NamedTuple):
    """A piece of a sentence: text, or the slot called ``name`` with what fills it."""

    text: str
    name: str | None = None


_SLOTS = frozenset(["actor", "item"])
_VARIABLE = re.compile(r"\$\{(\w+)\}")

# The transitions of the workflows that come with Plone, by id and, where the id could mean
# something else in another workflow, the state they lead to.
_TRANSITIONS = {
    "publish": Deed(
        _("sentence_published", default="${actor} published ${item}"),
        _("words_published", default="published"),
    ),
    "publish_internally": Deed(
        _(
            "sentence_published_internally",
            default="${actor} published ${item} internally",
        ),
        _("words_published_internally", default="published internally"),
    ),
    "publish_externally": Deed(
        _(
            "sentence_published_externally",
            default="${actor} published ${item} externally",
        ),
        _("words_published_externally", default="published externally"),
    ),
    "submit": Deed(
        _("sentence_submitted", default="${actor} submitted ${item} for publication"),
        _("words_submitted", default="submitted for publication"),
    ),
    "reject": Deed(
        _("sentence_sent_back", default="${actor} sent back ${item}"),
        _("words_sent_back", default="sent back"),
    ),
    "retract": Deed(
        _("sentence_retracted", default="${actor} retracted ${item}"),
        _("words_retracted", default="retracted"),
    ),
    ("hide", "private"): Deed(
        _("sentence_made_private", default="${actor} made ${item} private"),
        _("words_made_private", default="made private"),
    ),
    ("show", "visible"): Deed(
        _("sentence_made_public_draft", default="${actor} made ${item} a public draft"),
        _("words_made_public_draft", default="made public as a draft"),
    ),
    ("show_internally", "internal"): Deed(
        _("sentence_shown_internally", default="${actor} showed ${item} internally"),
        _("words_shown_internally", default="shown internally"),
    ),
}

# What a moderator does to several comments at once is told of these, not of their pages.
_MODERATION = {
    "comment_published": _TRANSITIONS["publish"],
    "comment_hidden": Deed(
        _("sentence_hidden", default="${actor} hid ${item}"),
        _("words_comment_hidden", default="comment hidden"),
    ),
    "comment_removed": Deed(
        _("sentence_removed", default="${actor} removed ${item}"),
        _("words_comment_removed", default="comment removed"),
    ),
}

_SEVERAL_DEEDS = _("sentence_several_deeds", default="${actor} ${deeds} ${item}")
_MIXED = _("sentence_mixed", default="${actor} changed ${item}")
_AND = _("enumeration_end", default="${first} and ${last}")
_COMMA = _("enumeration_middle", default="${first}, ${next}")


def deeds(entry: VisibleEntry) -> tuple[Deed, ...]:
    """Return what was done, in the order in which it is told."""
    return tuple(_deed(action, entry) for action in entry.actions)


def _deed(action, entry):
    if action == "transitioned":
        # Of several transitions at once the last one tells where it ended.
        transition = entry.transitions[-1] if entry.transitions else None
        known = _TRANSITIONS.get(transition) or _TRANSITIONS.get(
            (transition, entry.new_state)
        )
        if known:
            return known
    found = find_action(action)
    if found is None:
        # The action of an add-on that is gone is a word already.
        return Deed(_SEVERAL_DEEDS, action)
    texts = {name: printable(str(value)) for name, value in entry.details.items()}
    return Deed(found.sentence, found.words, texts)


def together(entries: Sequence[VisibleEntry]) -> tuple[Sequence[Deed], Message]:
    """Return what was done to all *entries*, and how many they are: "published", "3 items"."""
    first, number = entries[0], len(entries)
    moderated = _MODERATION.get(first.actions[0])
    if moderated and len(first.actions) == 1:
        return [moderated], counted("${count} comment", "${count} comments", number)
    return deeds(first), counted("${count} item", "${count} items", number)


def words(deeds: Sequence[Deed], state: str, translate: Translate) -> str:
    """Return the words for *deeds*: "moved, edited and published"."""
    start, *others = [
        _filled(deed.words, translate, **{**deed.texts, "state": state})
        for deed in deeds
    ]
    for following in others[:-1]:
        start = _filled(_COMMA, translate, first=start, next=following)
    for last in others[-1:]:
        start = _filled(_AND, translate, first=start, last=last)
    return start


def sentence(
    deeds: Sequence[Deed], actor: str, item: str, state: str, translate: Translate
) -> tuple[Part, ...]:
    """Return the sentence that says that *actor* did *deeds* to *item*."""
    own = {"actor": actor, "item": item, "state": state}
    if len(deeds) > 1 or deeds[0].sentence is _SEVERAL_DEEDS:
        own["deeds"] = words(deeds, state, translate)
        return _parts(_SEVERAL_DEEDS, translate, **own)
    [deed] = deeds
    return _parts(deed.sentence, translate, **{**deed.texts, **own})


def mixed_sentence(actor: str, item: str, translate: Translate) -> tuple[Part, ...]:
    """Return the sentence that says that *actor* did different things to *item*, a number."""
    return _parts(_MIXED, translate, actor=actor, item=item)


def as_text(parts: Iterable[Part]) -> str:
    """Return a sentence without its slots."""
    return "".join(part.text for part in parts)


def _filled(message, translate, /, **texts):
    return as_text(_parts(message, translate, **texts))


def _parts(message, translate, /, **texts):
    # Not by the message's own mapping: what people typed must not be taken for variables.
    parts = [Part("")]
    for number, piece in enumerate(_VARIABLE.split(translate(message))):
        if number % 2 and piece in _SLOTS:
            parts += [Part(texts[piece], piece), Part("")]
        else:
            text = texts.get(piece, "") if number % 2 else piece
            parts[-1] = Part(parts[-1].text + text)
    return tuple(part for part in parts if part.text or part.name)
