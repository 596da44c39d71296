"""Lines about values, roles and notes."""

from collective.appendonly.entry import pseudonym
from collective.appendonly.feed import FeedItem
from collective.appendonly.interfaces import Position
from collective.appendonly.presentation import values
from collective.appendonly.presentation.lines import Presenter
from collective.appendonly.presentation.records import Records
from collective.appendonly.presentation.times import Times
from collective.appendonly.presentation.wording import as_text
from collective.appendonly.presentation.wording import Part
from dataclasses import replace
from datetime import datetime
from datetime import timezone
from plone import api
from tests.product.people import reading
from tests.product.presentation.test_lines import PARTY
from tests.product.presentation.test_lines import TIME

import pytest


@pytest.fixture
def subject(http_request):
    """Return the object of the line about an edit, or about several, the newest first."""

    def subject(*edits):
        items = [FeedItem("", Position(0, 0), TIME, None, (edit,)) for edit in edits]
        item = replace(items[0], earlier=tuple(items[1:]))
        return Presenter(http_request).line(item).subject

    return subject


@pytest.fixture
def changes(subject):
    """Return the lines about such edits, as text."""
    return lambda *edits: [as_text(line) for line in subject(*edits).changes]


def edit(fields=(), **others):
    names = (*fields, *others.get("values", ()))
    return replace(PARTY, fields=tuple(dict.fromkeys(names)), **others)


def changed(**values):
    return edit(values=values)


@pytest.mark.parametrize(
    "name, pair, line",
    [
        ("title", ["Garden rules", "Rules"], "Title: Garden rules → Rules"),
        ("title", ["", "Rules"], "Title: Rules"),
        ("title", [None, "Rules"], "Title: Rules"),
        ("description", ["At noon", ""], "Summary: removed At noon"),
        ("title", ["<b>${old}</b>", "${new}"], "Title: <b>${old}</b> → ${new}"),
        ("title", ["\u202eturned", "Half \ud83d"], "Title: turned → Half ?"),
        ("exclude_from_nav", [False, True], "Exclude from navigation: yes"),
        ("exclude_from_nav", [True, False], "Exclude from navigation: no"),
        ("exclude_from_nav", [None, True], "Exclude from navigation: yes"),
        ("subjects", [[], ["garden", "new"]], "Tags: added garden, new"),
        ("subjects", [["old"], []], "Tags: removed old"),
        ("subjects", [["old"], ["new"]], "Tags: added new; removed old"),
        ("subjects", [None, ["new"]], "Tags: added new"),
        ("language", ["xx", "en"], "Language: xx → English"),
        ("language", ["", "en"], "Language: English"),
        (
            "layout",
            ["document_view", "full_view"],
            "Display: document_view → full_view",
        ),
        ("unheard", [1, 2.5], "unheard: 1 → 2.5"),
        ("unheard", ["2026-11-23", True], "unheard: yes"),
    ],
)
def test_values_are_shown_as_in_the_form(changes, subject, name, pair, line):
    entry = changed(**{name: pair})
    assert changes(entry) == [line]
    # The line names the field already.
    assert subject(entry).remarks == ()
    assert subject(entry).notes == (line,)


def test_values_are_in_the_order_of_the_edit_form(changes, subject):
    values = {
        "unheard": ["", "x"],
        "subjects": [[], ["garden"]],
        "expires": [None, "soon"],
        "title": ["", "Rules"],
        "description": ["", "Ours"],
    }
    fields = ("text", "table_of_contents", "about")
    found = edit(values=dict(sorted(values.items())), fields=fields)
    lines = [
        "Title: Rules",
        "Summary: Ours",
        "Tags: added garden",
        "Expiration Date: soon",
        "unheard: x",
    ]
    assert changes(found) == lines
    assert subject(found).remarks == ("Changed: Text, Table of contents, about",)
    # Those of several edits together, and of a type that is gone: by name.
    assert changes(changed(title=values["title"]), changed(**values)) == lines
    gone = replace(found, portal_type="Gone", fields=tuple(values))
    assert [line.partition(":")[0] for line in changes(gone)] == sorted(values)


@pytest.mark.parametrize("pair", [["", None], [[], []], ["a\u202e", "a"], [None, []]])
def test_values_that_look_the_same_are_not_shown(changes, subject, pair):
    assert changes(changed(title=pair)) == []
    assert subject(changed(title=pair)).remarks == ("Changed: Title",)


def test_values_are_parts_of_their_own(subject):
    found = subject(changed(title=["Old", "New"], subjects=[["a"], ["b", "c"]]))
    assert found.changes == (
        (
            Part("Title", "field"),
            Part(": "),
            Part("Old", "old"),
            Part(" → "),
            Part("New", "new"),
        ),
        (
            Part("Tags", "field"),
            Part(": added "),
            Part("b, c", "added"),
            Part("; removed "),
            Part("a", "removed"),
        ),
    )


def test_dates_are_those_of_the_reader(portal, http_request, changes):
    api.portal.set_registry_record("plone.portal_timezone", "Europe/Vienna")
    moment = datetime(2026, 11, 23, 9, 30, tzinfo=timezone.utc)
    shown = Times(portal, http_request).moment(moment)
    assert "10:30" in shown
    for value in ("2026-11-23T09:30:00+00:00", "2026-11-23T09:30:00Z"):
        assert changes(changed(effective=[None, value])) == [
            f"Publishing Date: {shown}"
        ]
    assert changes(changed(expires=["soon", "9999-12-31T23:59:59+00:00"]))[
        0
    ].startswith("Expiration Date: soon → ")
    # No field, so it may be anything.
    assert changes(changed(unheard=[None, "2026-11-23T09:30:00Z"])) == [
        "unheard: 2026-11-23T09:30:00Z"
    ]


def test_a_broken_vocabulary_is_logged_and_the_value_is_shown(
    changes, monkeypatch, caplog
):
    def broken(field):
        raise ZeroDivisionError(field)

    monkeypatch.setattr(values, "_find_vocabulary", broken)
    assert changes(changed(language=["de", "en"], title=["A", "B"])) == [
        "Title: A → B",
        "Language: de → en",
    ]
    assert [record.getMessage() for record in caplog.records] == [
        "A title could not be looked up: 'language'."
    ]


@pytest.fixture
def related(portal, mary):
    """The UIDs of a public page, of a private one, and of one that was removed."""
    public = api.content.create(portal, "Document", "public", title="Public page")
    api.content.transition(public, "publish")
    private = api.content.create(portal, "Document", "private", title="Secret page")
    return api.content.get_uuid(public), api.content.get_uuid(private), "0" * 32


def test_related_content_is_named_to_users_who_can_view_it(changes, related):
    public, private, gone = related
    both = changed(relatedItems=[[public], [public, private, gone]])
    with reading("mary"):
        assert changes(both) == [
            "Related Items: added Public page, 2 items you cannot view;"
            " removed Public page"
        ]
        assert changes(changed(relatedItems=[[], [private]])) == [
            "Related Items: added 1 item you cannot view"
        ]
    with reading("admin"):
        assert changes(both) == [
            "Related Items: added Public page, Secret page, 1 item you cannot view;"
            " removed Public page"
        ]


def test_programs_get_no_hidden_uids(http_request, related):
    public, private, gone = related
    entry = changed(relatedItems=[[private], [public, gone]], title=["a", None])
    entry = replace(entry, roles={"tom": ([], ["Editor"])}, note="So\nbe it")
    item = FeedItem("", Position(0, 0), TIME, None, (entry,))
    with reading("mary"):
        [record] = Records(http_request).record(item)["entries"]
    assert (record["values"], record["roles"], record["note"]) == (
        {"relatedItems": [[], [public]], "title": ["a", None]},
        {"tom": [[], ["Editor"]]},
        "So\nbe it",
    )


def test_roles_are_those_of_users_and_groups(portal, changes, jane):
    api.group.create("gardeners", title="The gardeners")
    api.group.create("nameless")
    shared = edit(
        actions=("shared",),
        roles={
            "jane": [["Contributor"], ["Editor", "Reader"]],
            "gardeners": [[], ["Reader"]],
            "nameless": [["Reader"], []],
            "gone": [["Reader"], []],
            "AuthenticatedUsers": [[], ["Reader"]],
            pseudonym(): [[], ["Florist"]],
            "nothing": [[], []],
        },
    )
    assert changes(shared) == [
        "Jane Miller: Editor, Reader added, Contributor removed",
        "The gardeners: Reader added",
        "nameless: Reader removed",
        "gone: Reader removed",
        "Logged-in users: Reader added",
        "A former user: Florist added",
    ]


def test_a_note_comes_first_and_is_quoted(changes, subject):
    noted = edit(
        fields=("text", "title"),
        values={"title": ["A", "B"]},
        roles={"tom": [[], ["Reader"]]},
        note=" Better words,\nsays \u202eTom ",
    )
    assert changes(noted) == [
        "“Better words,\nsays Tom”",
        "tom: Reader added",
        "Title: A → B",
    ]
    assert subject(noted).remarks == ("Changed: Text",)
    assert changes(edit(note=" \n")) == []


def test_several_edits_are_one_change(changes, subject):
    edits = [
        edit(
            fields=("text",),
            values={"title": ["B", "C"], "subjects": [["b"], ["a", "d"]]},
            note="Second",
        ),
        edit(
            values={
                "title": ["A", "B"],
                "subjects": [["a"], ["b", "c"]],
                "description": ["", "New"],
            },
            note="First",
        ),
    ]
    assert changes(*edits) == [
        "“First”",
        "“Second”",
        "Title: A → C",
        "Summary: New",
        "Tags: added c, d",
    ]
    assert subject(*edits).remarks == ("Changed: Text",)


def test_what_was_changed_back_is_only_named(changes, subject):
    edits = [changed(title=["B", "A"]), changed(title=["A", "B"])]
    assert changes(*edits) == []
    assert subject(*edits).remarks == ("Changed: Title",)


def test_no_value_is_shown_if_one_of_the_edits_has_none(changes, subject):
    """It was too long then: what came out in the end is not known."""
    edits = [edit(fields=("title",)), changed(title=["A", "B"], language=["", "en"])]
    assert changes(*edits) == ["Language: English"]
    assert subject(*edits).remarks == ("Changed: Title",)


def test_each_of_several_objects_has_its_own_changes(http_request):
    entries = (changed(title=["A", "B"]), replace(PARTY, note="Hm"))
    line = Presenter(http_request).line(
        FeedItem("", Position(0, 0), TIME, None, entries)
    )
    assert [subject.notes for subject in line.shown] == [("Title: A → B",), ("“Hm”",)]
