"""What was done, in words."""

from collective.appendonly.feed import VisibleEntry
from collective.appendonly.presentation.wording import deeds
from collective.appendonly.presentation.wording import mixed_sentence
from collective.appendonly.presentation.wording import Part
from collective.appendonly.presentation.wording import sentence
from collective.appendonly.presentation.wording import words
from zope.i18n import translate

import pytest


ENGLISH = translate


def entry(*actions, **details):
    return VisibleEntry(
        actions=actions,
        actor="jane",
        uid="1",
        title="Party",
        path="party",
        url="http://nohost/party",
        portal_type="Document",
        **details,
    )


def told(entry, translate=ENGLISH):
    parts = sentence(deeds(entry), "Jane", "Party", "State", translate)
    return "".join(part.text for part in parts)


@pytest.mark.parametrize(
    "actions, text",
    [
        (["removed"], "Jane removed Party"),
        (["created"], "Jane created Party"),
        (["copied"], "Jane created Party as a copy"),
        (["moved"], "Jane moved Party"),
        (["renamed"], "Jane renamed Party"),
        (["edited"], "Jane edited Party"),
        (["moved", "renamed"], "Jane moved and renamed Party"),
        (["moved", "renamed", "edited"], "Jane moved, renamed and edited Party"),
        (["downloaded"], "Jane downloaded Party"),
        (["edited", "downloaded"], "Jane edited and downloaded Party"),
    ],
)
def test_every_action_has_its_sentence(actions, text):
    assert told(entry(*actions)) == text


@pytest.mark.parametrize(
    "transition, state, alone, after_an_edit",
    [
        ("publish", "published", "published Party", "published"),
        (
            "submit",
            "pending",
            "submitted Party for publication",
            "submitted for publication",
        ),
        ("reject", "private", "sent back Party", "sent back"),
        ("retract", "visible", "retracted Party", "retracted"),
        ("hide", "private", "made Party private", "made private"),
        ("show", "visible", "made Party a public draft", "made public as a draft"),
        ("show_internally", "internal", "showed Party internally", "shown internally"),
        (
            "publish_internally",
            "internally_published",
            "published Party internally",
            "published internally",
        ),
        (
            "publish_externally",
            "external",
            "published Party externally",
            "published externally",
        ),
        ("hide", "hidden", "changed the state of Party to “State”", "set to “State”"),
        ("bake", "baked", "changed the state of Party to “State”", "set to “State”"),
    ],
)
def test_transitions_of_plones_workflows_have_words_and_others_name_the_state(
    transition, state, alone, after_an_edit
):
    details = {"transitions": (transition,), "new_state": state}
    assert told(entry("transitioned", **details)) == f"Jane {alone}"
    assert told(entry("edited", "transitioned", **details)) == (
        f"Jane edited and {after_an_edit} Party"
    )


def test_of_several_transitions_the_last_one_is_told():
    details = {"transitions": ("reject", "publish"), "new_state": "published"}
    assert told(entry("transitioned", **details)) == "Jane published Party"


def test_what_people_typed_is_never_taken_for_a_slot():
    state = "${item}"
    changed = deeds(entry("transitioned", transitions=("bake",), new_state="baked"))
    assert sentence(changed, "${item}", "${actor} $actor", state, ENGLISH) == (
        Part("${item}", "actor"),
        Part(" changed the state of "),
        Part("${actor} $actor", "item"),
        Part(" to “${item}”"),
    )


def test_different_things_have_a_sentence_and_words_for_each():
    assert mixed_sentence("Jane", "3 items", ENGLISH) == (
        Part("Jane", "actor"),
        Part(" changed "),
        Part("3 items", "item"),
    )
    assert words(deeds(entry("moved", "edited")), "", ENGLISH) == "moved and edited"


def yoda(message):
    """A language with another order of words, and no space between some of them."""
    texts = {
        "sentence_edited": "${item}${actor} edited has.",
        "sentence_several_deeds": "${item}: ${deeds} ${actor} has",
        "enumeration_end": "${last} after ${first}",
    }
    return texts.get(message, message.default)


def test_translators_may_turn_whole_sentences_round():
    assert sentence(deeds(entry("edited")), "Jane", "Party", "", yoda) == (
        Part("Party", "item"),
        Part("Jane", "actor"),
        Part(" edited has."),
    )
    assert told(entry("moved", "edited"), yoda) == "Party: edited after moved Jane has"
