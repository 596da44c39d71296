"""Sentences about what was done, put together from translated texts, and other texts of pages.

A sentence has two slots, ``${actor}`` and ``${item}``, which stay separate parts: a page puts
markup around their values. Some sentences have other variables, such as ``${state}``.

A sentence about several actions of one entry is put together so that each combination is right, in
each language:

- *verbs* that have the item as their object share it: "Maria moved and edited Rose bed";
- *clauses*, which have an object of their own, follow: "Maria edited Rose bed and changed the
  sharing";
- *labels* of actions that are neither are added: "Maria edited Rose bed (also: Downloaded)".
"""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from collective.appendonly.actions import find_action
from collective.appendonly.actions import RECORDED_ACTIONS
from collective.appendonly.entry import ADDON
from collective.appendonly.entry import GROUP
from collective.appendonly.entry import SETTING
from collective.appendonly.entry import TYPE
from collective.appendonly.entry import USER
from collective.appendonly.entry import WORKFLOW
from collective.appendonly.feed import VisibleEntry
from collective.appendonly.guard import printable
from collective.appendonly.guard import shown
from collective.appendonly.i18n import _
from collective.appendonly.i18n import counted
from plone import api
from Products.CMFCore.interfaces import IFolderish
from Products.CMFCore.interfaces import ISiteRoot
from typing import NamedTuple
from zope.i18nmessageid import Message

import re


#: Returns a message in the language of the reader.
Translate = Callable[[Message | str], str]


class ActionText(NamedTuple):
    """The texts for one action of an entry.

    ``sentence`` is for the action alone. ``label`` names it in a list; unless there is a
    ``clause``, or ``is_verb`` is false, the label is also a verb with the item as its object.
    ``values`` are those of other variables in these texts.
    """

    sentence: Message | str
    label: Message | str
    clause: Message | None = None
    is_verb: bool = True
    values: Mapping[str, Message | str] = {}


class Part(NamedTuple):
    """A piece of a sentence: text, or the value of the slot ``name``."""

    text: str
    name: str | None = None


_SLOTS = frozenset(["actor", "item"])
_VARIABLE = re.compile(r"\$\{(\w+)\}")

_STATE_CHANGED = RECORDED_ACTIONS["transitioned"].clause

# The transitions of Plone's workflows by id, or by id and new state if the id may have another
# meaning in another workflow.
_TRANSITIONS = {
    "publish": ActionText(
        _("sentence_published", default="${actor} published ${item}"),
        _("words_published", default="published"),
    ),
    "publish_internally": ActionText(
        _(
            "sentence_published_internally",
            default="${actor} published ${item} internally",
        ),
        _("words_published_internally", default="published internally"),
        _STATE_CHANGED,
    ),
    "publish_externally": ActionText(
        _(
            "sentence_published_externally",
            default="${actor} published ${item} externally",
        ),
        _("words_published_externally", default="published externally"),
        _STATE_CHANGED,
    ),
    "submit": ActionText(
        _("sentence_submitted", default="${actor} submitted ${item} for publication"),
        _("words_submitted", default="submitted for publication"),
        _STATE_CHANGED,
    ),
    "reject": ActionText(
        _("sentence_sent_back", default="${actor} sent back ${item}"),
        _("words_sent_back", default="sent back"),
    ),
    "retract": ActionText(
        _("sentence_retracted", default="${actor} retracted ${item}"),
        _("words_retracted", default="retracted"),
    ),
    ("hide", "private"): ActionText(
        _("sentence_made_private", default="${actor} made ${item} private"),
        _("words_made_private", default="made private"),
        _STATE_CHANGED,
    ),
    ("show", "visible"): ActionText(
        _("sentence_made_public_draft", default="${actor} made ${item} a public draft"),
        _("words_made_public_draft", default="made a public draft"),
        _STATE_CHANGED,
    ),
    ("show_internally", "internal"): ActionText(
        _(
            "sentence_shown_internally",
            default="${actor} made ${item} visible internally",
        ),
        _("words_shown_internally", default="made visible internally"),
        _STATE_CHANGED,
    ),
}

# The sentences of these actions fit one object only. For several, their verb has to do.
_ONE_OBJECT = frozenset(
    [
        "copied",
        "translated",
        "user_created",
        "user_removed",
        "group_created",
        "group_removed",
        "settings_changed",
        "addon_installed",
        "addon_uninstalled",
        "addon_upgraded",
        "type_changed",
        "workflow_changed",
    ]
)

# What several entries are about that are not about content.
_NUMBERS: Mapping[str, Callable[[int], Message]] = {
    SETTING: lambda number: counted("${count} setting", "${count} settings", number),
    ADDON: lambda number: counted("${count} add-on", "${count} add-ons", number),
    TYPE: lambda number: counted(
        "${count} content type", "${count} content types", number
    ),
    WORKFLOW: lambda number: counted(
        "the workflows of ${count} content type",
        "the workflows of ${count} content types",
        number,
    ),
    USER: lambda number: counted("${count} user", "${count} users", number),
    GROUP: lambda number: counted("${count} group", "${count} groups", number),
}

# Work on several comments is shown as such, not as work on their pages.
_WROTE = _("sentence_wrote", default="${actor} wrote ${item}")
_ON_COMMENTS = {
    "commented": _WROTE,
    "replied": _WROTE,
    "comment_edited": RECORDED_ACTIONS["edited"].sentence,
    "comment_published": _TRANSITIONS["publish"].sentence,
    "comment_hidden": _("sentence_hidden", default="${actor} hid ${item}"),
    "comment_removed": RECORDED_ACTIONS["removed"].sentence,
}

# The combinations of actions that can occur on one comment, by the ids of their sentences.
_ON_ONE_COMMENT = {
    ("sentence_comment_edited", "sentence_comment_published"): _(
        "sentence_comment_edited_published",
        default="${actor} edited and published a comment on ${item}",
    ),
    ("sentence_comment_edited", "sentence_comment_hidden"): _(
        "sentence_comment_edited_hidden",
        default="${actor} edited and hid a comment on ${item}",
    ),
    ("sentence_commented", "sentence_comment_hidden"): _(
        "sentence_commented_hidden",
        default="${actor} commented on ${item} and hid the comment",
    ),
    ("sentence_replied", "sentence_comment_hidden"): _(
        "sentence_replied_hidden",
        default="${actor} replied to a comment on ${item} and hid the reply",
    ),
}

_SEVERAL = _("sentence_several", default="${actor} ${verbs} ${item}")
_AND_CLAUSE = _("sentence_and_clause", default="${sentence} and ${clause}")
_COMMA_CLAUSE = _("sentence_comma_clause", default="${sentence}, ${clause}")
_ALSO = _("sentence_also", default="${sentence} (also: ${actions})")
_MIXED = _("sentence_mixed", default="${actor} changed ${item}")
_AND = _("enumeration_end", default="${first} and ${last}")
_COMMA = _("enumeration_middle", default="${first}, ${next}")


def action_texts(entry: VisibleEntry) -> tuple[ActionText, ...]:
    """Return the texts for the actions of *entry*, in order."""
    return tuple(_action_text(action, entry) for action in entry.actions)


def _action_text(action, entry):
    if action == "transitioned":
        # Of several transitions the last one led to the state that the object has now.
        transition = entry.transitions[-1] if entry.transitions else None
        key = (transition, entry.new_state)
        if known := _TRANSITIONS.get(transition) or _TRANSITIONS.get(key):
            return known
    if recorded := RECORDED_ACTIONS.get(action):
        return ActionText(recorded.sentence, recorded.words, recorded.clause)
    if declared := find_action(action):
        # Without words in its declaration, it has the title there.
        is_verb = declared.words != declared.title
        values = _details(entry)
        return ActionText(declared.sentence, declared.words, None, is_verb, values)
    # The add-on that declared the action is gone. Its name has to do.
    return ActionText(_SEVERAL, action, is_verb=False, values={"verbs": action})


def details_texts(entry: VisibleEntry, translate: Translate) -> Iterator[str]:
    """Yield what the declared actions of *entry* say about its details."""
    values = _details(entry)
    for declared in filter(None, map(find_action, entry.actions)):
        # An add-on may have registered an action without this attribute.
        text = getattr(declared, "details", None)
        if text and values.keys() >= set(_VARIABLE.findall(translate(text))):
            yield _filled(text, translate, **values)


def _details(entry):
    """Return the details of *entry* as texts, by their names."""
    return {
        name: printable(
            ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        )
        for name, value in entry.details.items()
    }


def common_texts(
    entries: Sequence[VisibleEntry],
) -> tuple[Sequence[ActionText], Message]:
    """Return the texts for what was done to all *entries*, and for their number: "3 items"."""
    first, number = entries[0], len(entries)
    on_comments = _ON_COMMENTS.get(first.actions[0])
    if on_comments and len(first.actions) == 1:
        text = ActionText(on_comments, "")
        return [text], counted("${count} comment", "${count} comments", number)
    texts = list(action_texts(first))
    for place, (action, text) in enumerate(zip(first.actions, texts, strict=True)):
        if action in _ONE_OBJECT or not _fits_all(text, entries):
            verbs = Message(text.label if text.is_verb else action, mapping=text.values)
            values = {**text.values, "verbs": verbs}
            texts[place] = text._replace(sentence=_SEVERAL, values=values)
    kinds = {entry.portal_type for entry in entries}
    if kinds <= _NUMBERS.keys() and len(kinds) == 1:
        return texts, _NUMBERS[kinds.pop()](number)
    return texts, counted("${count} item", "${count} items", number)


def _fits_all(text, entries):
    """Return whether the sentence says no detail that some of *entries* have otherwise."""
    said = _VARIABLE.findall(getattr(text.sentence, "default", None) or text.sentence)
    details = [*map(_details, entries)]
    return all(len({each.get(name) for each in details}) == 1 for name in said)


def labels(texts: Iterable[ActionText], state: str, translate: Translate) -> str:
    """Return the labels of *texts* as a list: "moved, sharing changed"."""
    return _joined(_labels(texts, state, translate), translate, _COMMA)


def sentence(
    texts: Sequence[ActionText],
    actor: str,
    item: str,
    state: str,
    translate: Translate,
) -> tuple[Part, ...]:
    """Return the sentence that *actor* did the actions of *texts* to *item*.

    *state* is the title of the workflow state that *item* has now.
    """
    own = {"actor": actor, "item": item}
    on_comment = _ON_ONE_COMMENT.get(tuple(text.sentence for text in texts))
    if on_comment:
        return _parts(on_comment, translate, **own)
    verbs = [text for text in texts if text.is_verb and text.clause is None]
    if len(verbs) > 1:
        listed = _joined(_labels(verbs, state, translate), translate, _AND)
        parts, others = _parts(_SEVERAL, translate, verbs=listed, **own), texts
    else:
        first = (verbs or texts)[0]
        values = {"state": state, **first.values, **own}
        parts = _parts(first.sentence, translate, **values)
        others = [text for text in texts if text is not first]
    clauses = [
        _filled(text.clause, translate, state=state) for text in others if text.clause
    ]
    for number, clause in enumerate(clauses, 1):
        link = _AND_CLAUSE if number == len(clauses) else _COMMA_CLAUSE
        parts = _parts(link, translate, sentence=parts, clause=clause)
    also = labels([text for text in others if not text.is_verb], state, translate)
    return _parts(_ALSO, translate, sentence=parts, actions=also) if also else parts


def mixed_sentence(actor: str, item: str, translate: Translate) -> tuple[Part, ...]:
    """Return the sentence that *actor* did different things to *item*, such as "3 items"."""
    return _parts(_MIXED, translate, actor=actor, item=item)


def as_text(parts: Iterable[Part]) -> str:
    """Return a sentence as text."""
    return "".join(part.text for part in parts)


def _labels(texts, state, translate):
    return [
        _filled(text.label, translate, **{"state": state, **text.values})
        for text in texts
    ]


def _joined(texts, translate, last_link):
    joined = "".join(texts[:1])
    for number, text in enumerate(texts[1:], 2):
        link = last_link if number == len(texts) else _COMMA
        joined = _filled(link, translate, first=joined, next=text, last=text)
    return joined


def _filled(message, translate, /, **values):
    return as_text(_parts(message, translate, **values))


def message_parts(message: Message | str, translate: Translate) -> tuple[Part, ...]:
    """Return the translated *message*, with the values of its variables as parts of their own."""
    if not isinstance(message, Message):
        return (Part(message),)
    mapping = message.mapping or {}
    template = Message(message, mapping={})
    parts = []
    for number, piece in enumerate(_VARIABLE.split(translate(template))):
        if number % 2:
            parts.append(Part(str(mapping.get(piece, "")), piece))
        elif piece:
            parts.append(Part(piece))
    return tuple(parts)


def _parts(message, translate, /, **values):
    # Values are text, messages, or parts. The mapping of the message is not used: what users typed
    # must not be taken for variables.
    parts = []
    for number, piece in enumerate(_VARIABLE.split(translate(message))):
        value = values.get(piece, "") if number % 2 else piece
        if isinstance(value, Message):
            value = translate(value)
        if number % 2 and piece in _SLOTS:
            value = [Part(value, piece)]
        for part in [Part(value)] if isinstance(value, str) else value:
            if parts and not part.name and not parts[-1].name:
                part = Part(parts.pop().text + part.text)
            parts.append(part)
    return tuple(part for part in parts if part.text or part.name)


def title_of(obj) -> str:
    """Return the title of the site or of content; its id if it has none, or none that is text."""

    def find():
        if ISiteRoot.providedBy(obj):
            return api.portal.get_registry_record("plone.site_title", default="")
        return obj.Title()

    title = shown(find, "", "The title of %r could not be read.", obj.getId())
    return printable(title) or printable(obj.getId())


def activity_description(context, title: str) -> Message:
    """Return what the activity page of *context* shows, in a sentence. *title* is its title."""
    if ISiteRoot.providedBy(context):
        return _("Activity on this site, newest first.")
    mapping = {"title": title}
    if IFolderish.providedBy(context):
        return _("Activity in “${title}”, newest first.", mapping=mapping)
    return _("Changes to “${title}”, newest first.", mapping=mapping)


def searched_back(day: str) -> Message:
    """Return how far back the log was searched; *day* is a formatted date."""
    return _(
        "Searched back to ${day}. There may be older activity.", mapping={"day": day}
    )
