"""The other place that an entry names: an original, a translation, where something was."""

from collective.appendonly.feed import FeedItem
from collective.appendonly.feed import VisibleEntry
from collective.appendonly.interfaces import Position
from collective.appendonly.presentation.lines import Presenter
from datetime import datetime
from datetime import timezone

import pytest


TIME = datetime(2026, 11, 23, 9, 30, tzinfo=timezone.utc)


@pytest.fixture
def said(http_request):
    """Return the sentence and the remarks on a page to which something was done."""

    def said(actions, source=None, **others):
        entry = VisibleEntry(
            actions=tuple(actions.split()),
            actor=None,
            uid="1",
            title="Party",
            path="en/party",
            url="http://nohost/plone/en/party",
            portal_type="Document",
            source=source,
            **others,
        )
        line = Presenter(http_request).line(
            FeedItem("", Position(0, 0), TIME, None, (entry,))
        )
        sentence = "".join(part.text for part in line.sentence)
        return sentence.partition(" ")[2], *line.subject.remarks

    return said


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
            "No longer linked with /de/feier",
        ),
        (
            "renamed translations_linked",
            "renamed and linked with a translation Party",
            "Renamed from “feier”",
        ),
        (
            "moved edited",
            "moved and edited Party",
            "Moved from /de/feier",
        ),
    ],
)
def test_the_other_place_is_named(said, actions, sentence, remark):
    assert said(actions, source="de/feier") == (sentence, remark)


def test_a_translation_that_is_published_at_once(said):
    told = said(
        "translated transitioned",
        source="de/feier",
        transitions=("publish",),
        new_state="published",
    )
    assert told == ("translated and published Party", "Translation of /de/feier")


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
def test_what_this_person_may_not_see_is_not_named(said, actions, sentence):
    assert said(actions) == (sentence,)


def test_the_other_place_stands_before_what_was_changed(said):
    told = said("edited", source="de/feier", fields=("title",))
    assert told == ("edited Party", "Working copy of /de/feier", "Changed: Title")


def test_names_with_odd_characters_are_shown_as_they_are(said):
    _, remark = said("edited", source="de/${path}-<b>")
    assert remark == "Working copy of /de/${path}-<b>"
