"""Sentences about what was done."""

from babel.messages.pofile import read_po
from collective.appendonly import i18n
from collective.appendonly.actions import Action
from collective.appendonly.actions import RECORDED_ACTIONS
from collective.appendonly.entry import ADDON
from collective.appendonly.entry import GROUP
from collective.appendonly.entry import SETTING
from collective.appendonly.entry import TYPE
from collective.appendonly.entry import USER
from collective.appendonly.entry import WORKFLOW
from collective.appendonly.interfaces import IActivityAction
from collective.appendonly.presentation.wording import action_texts
from collective.appendonly.presentation.wording import as_text
from collective.appendonly.presentation.wording import common_texts
from collective.appendonly.presentation.wording import labels
from collective.appendonly.presentation.wording import mixed_sentence
from collective.appendonly.presentation.wording import Part
from collective.appendonly.presentation.wording import sentence
from collective.appendonly.recording.story import without_superseded
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from tests.product.presentation.test_lines import PARTY
from zope.component import getGlobalSiteManager
from zope.i18n import translate

import pytest
import re


ENGLISH = translate
CATALOGS = sorted(Path(i18n.__file__).parent.glob("locales/*/LC_MESSAGES/*.po"))


def entry(*actions, **details):
    return replace(PARTY, actions=actions, **details)


def say(entry, translate=ENGLISH):
    return as_text(sentence(action_texts(entry), "Jane", "Party", "State", translate))


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
        (["edited", "downloaded"], "Jane edited Party (also: downloaded)"),
        (["downloaded", "opened"], "Jane downloaded Party (also: opened)"),
    ],
)
def test_every_action_has_its_sentence(actions, text):
    assert say(entry(*actions)) == text


CHANGED = "edited Party and changed the state to “State”"


@pytest.mark.parametrize(
    "transition, state, alone, after_an_edit",
    [
        ("publish", "published", "published Party", "edited and published Party"),
        ("submit", "pending", "submitted Party for publication", CHANGED),
        ("reject", "private", "sent back Party", "edited and sent back Party"),
        ("retract", "visible", "retracted Party", "edited and retracted Party"),
        ("hide", "private", "made Party private", CHANGED),
        ("show", "visible", "made Party a public draft", CHANGED),
        ("show_internally", "internal", "made Party visible internally", CHANGED),
        ("publish_internally", "internal", "published Party internally", CHANGED),
        ("publish_externally", "external", "published Party externally", CHANGED),
        ("hide", "hidden", "changed the state of Party to “State”", CHANGED),
        ("bake", "baked", "changed the state of Party to “State”", CHANGED),
    ],
)
def test_transitions_of_plones_workflows_have_verbs_and_others_name_the_state(
    transition, state, alone, after_an_edit
):
    details = {"transitions": (transition,), "new_state": state}
    assert say(entry("transitioned", **details)) == f"Jane {alone}"
    assert say(entry("edited", "transitioned", **details)) == f"Jane {after_an_edit}"


def test_the_last_of_several_transitions_is_shown():
    details = {"transitions": ("reject", "publish"), "new_state": "published"}
    assert say(entry("transitioned", **details)) == "Jane published Party"


# Every pair of actions on content that an entry can name; the subject is left out.
CONTENT_PAIRS = """
created checked_in: created Party and checked in the working copy
created checked_out: created Party and created a working copy
created checkout_cancelled: created Party and cancelled the check-out
created transitioned: created Party and changed the state to “State”
created shared: created Party and changed the sharing
created translations_linked: created Party and linked a translation
created translations_unlinked: created Party and unlinked a translation
copied checked_in: created Party as a copy and checked in the working copy
copied checked_out: created Party as a copy and created a working copy
copied checkout_cancelled: created Party as a copy and cancelled the check-out
copied transitioned: created Party as a copy and changed the state to “State”
copied shared: created Party as a copy and changed the sharing
copied translations_linked: created Party as a copy and linked a translation
copied translations_unlinked: created Party as a copy and unlinked a translation
translated checked_in: created Party as a translation and checked in the working copy
translated checked_out: created Party as a translation and created a working copy
translated checkout_cancelled: created Party as a translation and cancelled the check-out
translated transitioned: created Party as a translation and changed the state to “State”
translated shared: created Party as a translation and changed the sharing
translated translations_unlinked: created Party as a translation and unlinked a translation
moved renamed: moved and renamed Party
moved checked_in: moved Party and checked in the working copy
moved checked_out: moved Party and created a working copy
moved checkout_cancelled: moved Party and cancelled the check-out
moved reverted: moved and reverted Party
moved edited: moved and edited Party
moved transitioned: moved Party and changed the state to “State”
moved shared: moved Party and changed the sharing
moved reordered: moved and reordered Party
moved translations_linked: moved Party and linked a translation
moved translations_unlinked: moved Party and unlinked a translation
renamed checked_in: renamed Party and checked in the working copy
renamed checked_out: renamed Party and created a working copy
renamed checkout_cancelled: renamed Party and cancelled the check-out
renamed reverted: renamed and reverted Party
renamed edited: renamed and edited Party
renamed transitioned: renamed Party and changed the state to “State”
renamed shared: renamed Party and changed the sharing
renamed reordered: renamed and reordered Party
renamed translations_linked: renamed Party and linked a translation
renamed translations_unlinked: renamed Party and unlinked a translation
checked_in checkout_cancelled: checked in Party and cancelled the check-out
checked_in transitioned: checked in Party and changed the state to “State”
checked_in shared: checked in Party and changed the sharing
checked_in reordered: reordered the contents of Party and checked in the working copy
checked_in translations_linked: checked in Party and linked a translation
checked_in translations_unlinked: checked in Party and unlinked a translation
checked_out checkout_cancelled: checked out Party and cancelled the check-out
checked_out reverted: reverted Party to an earlier version and created a working copy
checked_out transitioned: checked out Party and changed the state to “State”
checked_out shared: checked out Party and changed the sharing
checked_out reordered: reordered the contents of Party and created a working copy
checked_out translations_linked: checked out Party and linked a translation
checked_out translations_unlinked: checked out Party and unlinked a translation
checkout_cancelled reverted: reverted Party to an earlier version and cancelled the check-out
checkout_cancelled edited: edited Party and cancelled the check-out
checkout_cancelled transitioned: cancelled the check-out of Party and changed the state to “State”
checkout_cancelled shared: cancelled the check-out of Party and changed the sharing
checkout_cancelled reordered: reordered the contents of Party and cancelled the check-out
checkout_cancelled translations_linked: cancelled the check-out of Party and linked a translation
checkout_cancelled translations_unlinked: cancelled the check-out of Party and unlinked a translation
reverted transitioned: reverted Party to an earlier version and changed the state to “State”
reverted shared: reverted Party to an earlier version and changed the sharing
reverted reordered: reverted and reordered Party
reverted translations_linked: reverted Party to an earlier version and linked a translation
reverted translations_unlinked: reverted Party to an earlier version and unlinked a translation
edited transitioned: edited Party and changed the state to “State”
edited shared: edited Party and changed the sharing
edited reordered: edited and reordered Party
edited translations_linked: edited Party and linked a translation
edited translations_unlinked: edited Party and unlinked a translation
transitioned shared: changed the state of Party to “State” and changed the sharing
transitioned reordered: reordered the contents of Party and changed the state to “State”
transitioned translations_linked: changed the state of Party to “State” and linked a translation
transitioned translations_unlinked: changed the state of Party to “State” and unlinked a translation
shared reordered: reordered the contents of Party and changed the sharing
shared translations_linked: changed the sharing of Party and linked a translation
shared translations_unlinked: changed the sharing of Party and unlinked a translation
reordered translations_linked: reordered the contents of Party and linked a translation
reordered translations_unlinked: reordered the contents of Party and unlinked a translation
translations_linked translations_unlinked: linked Party with a translation and unlinked a translation
"""
# Actions on one comment, see recording/comment_story.py.
COMMENT_PAIRS = """
commented comment_hidden: commented on Party and hid the comment
replied comment_hidden: replied to a comment on Party and hid the reply
comment_edited comment_published: edited and published a comment on Party
comment_edited comment_hidden: edited and hid a comment on Party
"""
ON_CONTENT = [
    name
    for name, action in RECORDED_ACTIONS.items()
    if action.about is None and not name.startswith(("comment", "replied"))
]


def pairs(table):
    """Return the sentences of a table by their actions."""
    rows = [line.split(": ", 1) for line in table.split("\n") if line]
    return {tuple(actions.split()): f"Jane {text}" for actions, text in rows}


def combined(sizes):
    """Yield all combinations of actions on content that one entry can name."""
    for size in sizes:
        for actions in combinations(ON_CONTENT, size):
            if without_superseded(actions) == actions:
                yield actions


def test_the_table_has_every_pair_that_is_not_superseded():
    assert set(pairs(CONTENT_PAIRS)) == set(combined([2]))


@pytest.mark.parametrize("actions, text", pairs(CONTENT_PAIRS + COMMENT_PAIRS).items())
def test_every_pair_of_actions_has_a_grammatical_sentence(actions, text):
    assert say(entry(*actions)) == text


VERB = "(?:created|copied|translated|moved|renamed|edited|reverted|reordered|published)"
CLAUSE = (
    "(?:checked in the working copy|created a working copy|cancelled the check-out"
    "|changed the state to “State”|changed the sharing"
    "|linked a translation|unlinked a translation)"
)


@pytest.mark.parametrize("transition, has_clause", [("publish", False), ("bake", True)])
def test_larger_combinations_list_verbs_then_clauses(transition, has_clause):
    """Of one verb, or none, the sentence of its own comes first."""
    details = {"transitions": (transition,), "new_state": "baked"}
    alone = {name: say(entry(name, **details)) for name in ON_CONTENT}
    verbs = rf"Jane (?P<verbs>{VERB}(?:, {VERB})*) and {VERB} Party"
    begin = "|".join([*map(re.escape, alone.values()), verbs])
    grammar = re.compile(rf"(?:{begin})(?P<clauses>(?:(?:, {CLAUSE})* and {CLAUSE})?)")
    found = list(combined(range(3, len(ON_CONTENT))))
    assert len(found) > 500
    for actions in found:
        text = say(entry(*actions, **details))
        match = grammar.fullmatch(text)
        assert match, text
        verbs = re.findall(VERB, match["verbs"] or "")
        clauses = re.findall(CLAUSE, match["clauses"])
        assert len(verbs) + 1 + len(clauses) == len(actions), text
        assert text.count("the state") == (has_clause and "transitioned" in actions)


def in_language(catalog):
    """Return a function that translates as *catalog* does."""
    with catalog.open("rb") as file:
        messages = {message.id: message.string for message in read_po(file)}

    def translate(message):
        return messages.get(message) or getattr(message, "default", message)

    return translate


@pytest.mark.parametrize("catalog", CATALOGS, ids=lambda file: file.parts[-3])
def test_each_language_names_actor_and_item_once_and_translates_all(catalog):
    """For one language: ``-k "each_language and de"``."""
    translate = in_language(catalog)
    is_english = catalog.parts[-3] == "en"
    for actions in [*combined([1, 2, 3]), *pairs(COMMENT_PAIRS)]:
        for transition in ("publish", "submit"):
            details = {"transitions": (transition,), "new_state": "pending"}
            texts = action_texts(entry(*actions, **details))
            parts = sentence(texts, "Jane", "Party", "State", translate)
            names = [part.name for part in parts if part.name]
            assert sorted(names) == ["actor", "item"], as_text(parts)
            english = re.search(r"\b([a-z]+ed|hid|made|and)\b", as_text(parts))
            assert is_english or not english, as_text(parts)
            assert "${" not in as_text(parts)


@pytest.fixture
def declare():
    """Declare an action of an add-on."""
    registry = getGlobalSiteManager()
    declared = []

    def declare(*texts):
        action = Action(*texts)
        registry.registerUtility(action, IActivityAction, action.name)
        declared.append(action)

    yield declare
    for action in declared:
        registry.unregisterUtility(action, IActivityAction, action.name)


@pytest.mark.parametrize(
    "actions, text",
    [
        ("watered", "Jane watered Party with 10 litres"),
        ("edited watered", "Jane edited and watered Party"),
        ("shared watered", "Jane watered Party with 10 litres and changed the sharing"),
        (
            "edited shared watered",
            "Jane edited and watered Party and changed the sharing",
        ),
        ("counted", "Jane counted Party"),
        ("edited counted", "Jane edited Party (also: Counted)"),
        ("edited counted watered", "Jane edited and watered Party (also: Counted)"),
        ("shared counted", "Jane changed the sharing of Party (also: Counted)"),
    ],
)
def test_actions_of_add_ons_are_verbs_if_they_declare_one(declare, actions, text):
    declare(
        "watered",
        "Watered",
        "${actor} watered ${item} with ${litres} litres",
        "watered",
    )
    # The directive takes the title where there are no words.
    declare("counted", "Counted", "${actor} counted ${item}", "Counted")
    assert say(entry(*actions.split(), details={"litres": 10})) == text


@pytest.mark.parametrize(
    "actions, text",
    [
        ("edited", "Jane edited 3 items"),
        ("edited shared", "Jane edited 3 items and changed the sharing"),
        ("copied", "Jane copied 3 items"),
        ("translated shared", "Jane translated 3 items and changed the sharing"),
        ("commented", "Jane wrote 3 comments"),
        ("replied", "Jane wrote 3 comments"),
        ("comment_edited", "Jane edited 3 comments"),
        (
            "comment_edited comment_published",
            "Jane edited and published a comment on 3 items",
        ),
        ("comment_published", "Jane published 3 comments"),
        ("user_created", "Jane added 3 items"),
        ("group_removed", "Jane removed 3 items"),
        ("group_joined", "Jane added 3 items to a group"),
    ],
)
def test_several_objects_share_a_sentence(actions, text):
    texts, number = common_texts([entry(*actions.split())] * 3)
    parts = sentence(texts, "Jane", translate(number), "", ENGLISH)
    assert as_text(parts) == text


@pytest.mark.parametrize(
    "action, kind, alone, several",
    [
        ("user_created", USER, "added the user Party", "added 3 users"),
        ("group_removed", GROUP, "removed the group Party", "removed 3 groups"),
        (
            "roles_changed",
            USER,
            "changed the roles of Party",
            "changed the roles of 3 users",
        ),
        ("logged_in", USER, "logged in", "logged in"),
        ("logged_out", USER, "logged out", "logged out"),
        (
            "login_failed",
            USER,
            "failed to log in as Party",
            "failed to log in as 3 users",
        ),
        (
            "settings_changed",
            SETTING,
            "changed the setting “Party”",
            "changed 3 settings",
        ),
        (
            "addon_installed",
            ADDON,
            "installed the add-on Party",
            "installed 3 add-ons",
        ),
        (
            "addon_uninstalled",
            ADDON,
            "uninstalled the add-on Party",
            "uninstalled 3 add-ons",
        ),
        ("addon_upgraded", ADDON, "upgraded the add-on Party", "upgraded 3 add-ons"),
        (
            "type_changed",
            TYPE,
            "changed the content type Party",
            "changed 3 content types",
        ),
        (
            "workflow_changed",
            WORKFLOW,
            "changed the workflow of the content type Party",
            "changed the workflows of 3 content types",
        ),
    ],
)
def test_what_is_done_to_the_site_has_sentences(action, kind, alone, several):
    done = entry(action, portal_type=kind)
    assert say(done) == f"Jane {alone}"
    texts, number = common_texts([done] * 3)
    parts = sentence(texts, "Jane", translate(number), "", ENGLISH)
    assert as_text(parts) == f"Jane {several}"


def test_what_users_typed_is_never_taken_for_a_slot():
    state = "${item}"
    changed = action_texts(
        entry("transitioned", transitions=("bake",), new_state="baked")
    )
    assert sentence(changed, "${item}", "${actor} $actor", state, ENGLISH) == (
        Part("${item}", "actor"),
        Part(" changed the state of "),
        Part("${actor} $actor", "item"),
        Part(" to “${item}”"),
    )
    changed = action_texts(entry("edited", "transitioned", "shared"))
    parts = sentence(changed, "${item}", "${actor}", "${clause}", ENGLISH)
    assert parts[2:] == (
        Part("${actor}", "item"),
        Part(", changed the state to “${clause}” and changed the sharing"),
    )


def test_different_actions_have_a_sentence_and_labels_for_each():
    assert mixed_sentence("Jane", "3 items", ENGLISH) == (
        Part("Jane", "actor"),
        Part(" changed "),
        Part("3 items", "item"),
    )
    done = entry("moved", "edited", "shared", "opened")
    assert labels(action_texts(done), "", ENGLISH) == (
        "moved, edited, sharing changed, opened"
    )


def yoda(message):
    """A language with another order of words, and no space between some of them."""
    texts = {
        "sentence_edited": "${item}${actor} edited has.",
        "sentence_several": "${item}: ${verbs} ${actor} has",
        "sentence_and_clause": "${clause}; ${sentence}",
        "enumeration_end": "${last} after ${first}",
    }
    return texts.get(message, message.default)


def test_translators_may_change_the_order_of_words():
    assert sentence(action_texts(entry("edited")), "Jane", "Party", "", yoda) == (
        Part("Party", "item"),
        Part("Jane", "actor"),
        Part(" edited has."),
    )
    assert say(entry("moved", "edited"), yoda) == "Party: edited after moved Jane has"
    assert say(entry("moved", "edited", "shared"), yoda) == (
        "changed the sharing; Party: edited after moved Jane has"
    )
