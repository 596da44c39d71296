"""The other place that an entry names: an original, a translation, a former location."""

from collective.appendonly.feed import FeedItem
from collective.appendonly.interfaces import Position
from collective.appendonly.presentation.lines import Presenter
from dataclasses import replace
from tests.product.presentation.test_lines import PARTY
from tests.product.presentation.test_lines import TIME

import pytest


@pytest.fixture
def described(http_request):
    """Return the sentence and the remarks of an entry about a page."""

    def described(actions, source=None, **others):
        entry = replace(
            PARTY, actions=tuple(actions.split()), actor=None, source=source, **others
        )
        line = Presenter(http_request).line(
            FeedItem("", Position(0, 0), TIME, None, (entry,))
        )
        sentence = "".join(part.text for part in line.sentence)
        return sentence.partition(" ")[2], *line.subject.remarks

    return described


@pytest.mark.parametrize(
    "actions, sentence, remark",
    [
        ("edited", "edited Party", "Working copy of /de/feier"),
        ("shared", "changed the sharing of Party", "Working copy of /de/feier"),
        (
            "translated",
            "created Party as a translation",
            "Translation of /de/feier",
        ),
        (
            "translations_linked",
            "linked Party with a translation",
            "Linked with /de/feier",
        ),
        (
            "translations_unlinked",
            "unlinked Party from a translation",
            "Unlinked from /de/feier",
        ),
        (
            "renamed translations_linked",
            "renamed Party and linked a translation",
            "Renamed from “feier”",
        ),
        (
            "moved edited",
            "moved and edited Party",
            "Moved from /de/feier",
        ),
    ],
)
def test_the_other_place_is_named(described, actions, sentence, remark):
    assert described(actions, source="de/feier") == (sentence, remark)


def test_a_translation_that_is_published_at_once(described):
    found = described(
        "translated transitioned",
        source="de/feier",
        transitions=("publish",),
        new_state="published",
    )
    assert found == ("translated and published Party", "Translation of /de/feier")


@pytest.mark.parametrize(
    "actions, sentence",
    [
        ("checked_out", "checked out Party"),
        ("checked_in", "checked in Party"),
        ("checkout_cancelled", "cancelled the check-out of Party"),
        ("translated", "created Party as a translation"),
        ("translations_linked", "linked Party with a translation"),
    ],
)
def test_a_hidden_place_is_not_named(described, actions, sentence):
    assert described(actions) == (sentence,)


def test_the_other_place_comes_before_the_changed_fields(described):
    found = described("edited", source="de/feier", fields=("title",))
    assert found == ("edited Party", "Working copy of /de/feier", "Changed: Title")


def test_names_with_odd_characters_are_shown_as_they_are(described):
    _, remark = described("edited", source="de/${path}-<b>")
    assert remark == "Working copy of /de/${path}-<b>"
