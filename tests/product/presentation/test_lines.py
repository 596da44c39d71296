"""From items of the feed to lines."""

from collective.appendonly.actions import Action
from collective.appendonly.feed import FeedItem
from collective.appendonly.feed import VisibleEntry
from collective.appendonly.interfaces import IActivityAction
from collective.appendonly.interfaces import Position
from collective.appendonly.presentation.actors import Actor
from collective.appendonly.presentation.lines import Presenter
from collective.appendonly.presentation.lines import Subject
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from zope.component import getGlobalSiteManager
from zope.i18n import translate

import pytest


TIME = datetime(2026, 11, 23, 9, 30, tzinfo=timezone.utc)
PARTY = VisibleEntry(
    actions=("edited",),
    actor="jane",
    uid="1",
    title="Party",
    path="news/party",
    url="http://nohost/plone/news/party",
    portal_type="Document",
)
JANE = Actor("jane", "Jane Miller", "JM")


@pytest.fixture
def line(http_request, jane):
    """Return the line for entries of a change set by Jane."""

    def line(*entries, actor="jane"):
        return Presenter(http_request).line(
            FeedItem("", Position(0, 0), TIME, actor, entries)
        )

    return line


def text(line):
    return "".join(part.text for part in line.sentence)


def remarks(line):
    return line.subject.remarks


def test_one_entry_is_one_sentence(line):
    found = line(PARTY)
    assert (found.time, found.actor, text(found)) == (
        TIME,
        JANE,
        "Jane Miller edited Party",
    )
    assert found.subject == Subject("Party", PARTY.url, "Document", "Page")


@pytest.mark.parametrize(
    "actions, source, remark",
    [
        (["renamed"], "news/ball", "Renamed from “ball”"),
        (["moved"], "party", "Moved from /party"),
        (["moved", "renamed"], "events/ball", "Moved from /events/ball"),
        (["copied"], "events/party", "Copied from /events/party"),
        (["renamed", "edited"], "news/<b>", "Renamed from “<b>”"),
    ],
)
def test_the_source_is_named(line, actions, source, remark):
    found = line(replace(PARTY, actions=tuple(actions), source=source))
    assert remarks(found) == (remark,)


def test_a_hidden_source_is_not_named(line):
    assert remarks(line(replace(PARTY, actions=("moved",)))) == ()


@pytest.mark.parametrize(
    "number, expected",
    [(0, ()), (1, ("Including 1 item",)), (3, ("Including 3 items",))],
)
def test_descendants_are_counted(line, number, expected):
    found = line(replace(PARTY, actions=("removed",), url=None, descendants=number))
    assert remarks(found) == expected


def test_changed_fields_have_the_titles_of_the_form(line):
    fields = ("title", "text", "effective", "subjects", "table_of_contents", "unheard")
    assert remarks(line(replace(PARTY, fields=fields))) == (
        "Changed: Title, Text, Table of contents, Tags, Publishing Date, unheard",
    )


def test_properties_of_folders_have_titles(line):
    fields = ("default_page", "layout")
    assert remarks(line(replace(PARTY, fields=fields))) == (
        "Changed: Default page, Display",
    )


def test_blocks_and_their_layout_are_the_content_of_a_page(line):
    fields = ("blocks_layout", "title", "blocks")
    assert remarks(line(replace(PARTY, fields=fields))) == ("Changed: Title, Content",)


def test_an_unknown_type_is_shown_by_its_id(line):
    found = line(replace(PARTY, portal_type="Bazaar Stall", fields=("price",)))
    assert found.subject.type_title == "Bazaar Stall"
    assert remarks(found) == ("Changed: price",)


def test_states_have_the_titles_of_the_workflow(portal, line):
    changed = replace(
        PARTY,
        actions=("transitioned",),
        transitions=("bake",),
        new_state="pending",
    )
    assert text(line(changed)) == (
        "Jane Miller changed the state of Party to “Pending review”"
    )
    assert text(line(replace(changed, new_state="baked"))) == (
        "Jane Miller changed the state of Party to “baked”"
    )


def test_a_removed_object_has_no_link_and_is_marked_unless_the_sentence_says_so(line):
    gone = replace(PARTY, url=None)
    assert line(gone).subject == Subject(
        "Party", None, "Document", "Page", is_missing=True
    )
    assert line(replace(gone, actions=("removed",))).subject == Subject(
        "Party", None, "Document", "Page"
    )


def test_an_object_without_title_is_shown_by_its_id(line):
    assert text(line(replace(PARTY, title=""))) == "Jane Miller edited party"


def test_a_lone_surrogate_in_a_title_breaks_nothing(line):
    found = line(replace(PARTY, title="Par\ud800ty", fields=("\ud800",)))
    assert (found.subject.title, remarks(found)) == ("Par?ty", ("Changed: ?",))


def test_files_and_images_are_linked_to_their_pages(line):
    assert line(replace(PARTY, portal_type="File")).subject.url == f"{PARTY.url}/view"
    assert line(replace(PARTY, portal_type="File", url=None)).subject.url is None


def test_the_same_action_on_many_objects_is_one_line(line):
    published = [
        replace(
            PARTY,
            actions=("transitioned",),
            transitions=("publish",),
            new_state="published",
            title=f"Page {number}",
        )
        for number in range(50)
    ]
    found = line(*published)
    assert text(found) == "Jane Miller published 50 items"
    assert found.subject is None
    assert found.shown == tuple(
        Subject(f"Page {number}", PARTY.url, "Document", "Page") for number in range(3)
    )
    assert found.folded == tuple(
        Subject(f"Page {number}", PARTY.url, "Document", "Page")
        for number in range(3, 50)
    )
    assert found.unnamed == 0


def test_at_most_a_hundred_objects_are_named(line):
    found = line(*[PARTY] * 250)
    assert text(found) == "Jane Miller edited 250 items"
    assert (len(found.shown), len(found.folded), found.unnamed) == (3, 97, 150)


def test_different_actions_are_listed_with_their_objects(line):
    found = line(
        replace(PARTY, actions=("moved", "edited"), source="party", fields=("title",)),
        replace(PARTY, actions=("removed",), url=None, title="Ball"),
    )
    assert text(found) == "Jane Miller changed 2 items"
    assert found.folded == ()
    assert found.shown == (
        Subject(
            "Party",
            PARTY.url,
            "Document",
            "Page",
            actions="moved, edited",
            remarks=("Moved from /party", "Changed: Title"),
        ),
        Subject("Ball", None, "Document", "Page", actions="removed"),
    )


def test_the_actor_of_an_entry_is_named_if_different(line, mary):
    found = line(PARTY, replace(PARTY, actor="mary"))
    assert text(found) == "Jane Miller edited 2 items"
    assert [subject.actor for subject in found.shown] == [
        None,
        Actor("mary", "Mary Member", "MM"),
    ]


def test_all_entries_are_those_of_another_user(line, mary):
    hers = replace(PARTY, actor="mary")
    assert text(line(hers, actor="mary")) == "Mary Member edited Party"
    both = line(hers, hers, actor="mary")
    assert text(both) == "Mary Member edited 2 items"
    assert [subject.actor for subject in both.shown] == [None, None]
    others = line(hers, replace(PARTY, actor="gone"), actor="mary")
    assert text(others) == "Mary Member edited 2 items"
    assert [subject.actor for subject in others.shown] == [
        None,
        Actor("gone", "gone", "G"),
    ]


def test_an_unknown_user_is_shown_without_a_name(line):
    assert text(line(replace(PARTY, actor=None), actor=None)) == "Someone edited Party"


COMMENT = replace(PARTY, actions=("commented",), discussion_item="2", comment_id="17")


def test_a_comment_is_linked_as_long_as_it_is_there(line):
    found = line(COMMENT)
    assert text(found) == "Jane Miller commented on Party"
    assert found.subject == Subject("Party", f"{PARTY.url}#17", "Document", "Page")
    found = line(replace(COMMENT, actions=("comment_removed",), comment_id=None))
    assert text(found) == "Jane Miller removed a comment on Party"
    assert found.subject == Subject("Party", PARTY.url, "Document", "Page")


def test_a_comment_on_a_file_is_on_the_page_of_the_file(line):
    found = line(replace(COMMENT, portal_type="File"))
    assert found.subject.url == f"{PARTY.url}/view#17"


@pytest.mark.parametrize(
    "number, expected",
    [(0, ()), (1, ("Including 1 reply",)), (3, ("Including 3 replies",))],
)
def test_removed_replies_are_counted(line, number, expected):
    removed = replace(COMMENT, actions=("comment_removed",), comment_id=None)
    assert remarks(line(replace(removed, descendants=number))) == expected


def about(action, name, kind="user", **others):
    return VisibleEntry((action,), "jane", "", name, "", None, kind, **others)


def test_users_and_groups_have_names_and_no_links(line, mary):
    found = line(about("user_created", "mary"))
    assert text(found) == "Jane Miller added the user Mary Member"
    assert found.subject == Subject("Mary Member", None, "user", "User")
    found = line(about("group_removed", "gardeners", "group"))
    assert text(found) == "Jane Miller removed the group gardeners"
    assert found.subject == Subject("gardeners", None, "group", "Group")


def test_a_deleted_user_is_shown_by_the_id(line):
    found = line(about("user_removed", "joan"))
    assert text(found) == "Jane Miller removed the user joan"


def test_the_group_of_a_membership_is_named(line, mary):
    found = line(about("group_joined", "mary", group="gardeners"))
    assert text(found) == "Jane Miller added Mary Member to a group"
    assert remarks(found) == ("Group: gardeners",)


@pytest.mark.parametrize(
    "entries, icon",
    [
        ([["edited"]], "pencil"),
        ([["moved", "edited"]], "folder-symlink"),
        ([["removed"], ["removed"]], "trash"),
        ([["removed"], ["edited"]], "clock-history"),
        ([["watered"]], "clock-history"),
    ],
)
def test_the_icon_is_that_of_the_action(line, entries, icon):
    found = line(*(replace(PARTY, actions=tuple(actions)) for actions in entries))
    assert found.icon == icon


def test_backfilled_entries_are_marked(http_request, jane):
    item = FeedItem("", Position(0, 0), TIME, "jane", (PARTY,), backfilled=True)
    found = Presenter(http_request).line(item)
    assert (found.backfilled, text(found)) == (True, "Jane Miller edited Party")


@pytest.fixture
def said():
    """Declare the action ``watered`` with a sentence that contains details."""
    registry, actions = getGlobalSiteManager(), []

    def said(sentence, words):
        action = Action("watered", "Watered", sentence, words)
        registry.registerUtility(action, IActivityAction, "watered")
        actions.append(action)

    yield said
    for action in actions:
        registry.unregisterUtility(action, IActivityAction, "watered")


def watered(title="Party", actions=("watered",), **details):
    return replace(PARTY, actions=actions, title=title, details=details)


def test_sentences_of_custom_actions_contain_details(line, said):
    said(
        "${actor} watered ${item} with ${litres} litres, ${actor}, ${secret}.",
        "watered with ${litres} litres",
    )
    details = {"litres": 10, "item": "<b>", "state": "wet"}
    found = line(watered(**details))
    assert text(found) == "Jane Miller watered Party with 10 litres, Jane Miller, ."
    found = line(watered(actions=("edited", "watered"), **details))
    assert text(found) == "Jane Miller edited and watered with 10 litres Party"


def test_a_detail_can_be_called_a_state(line, said):
    said("${actor} left ${item} ${state}", "left ${state}")
    assert text(line(watered(state="wet"))) == "Jane Miller left Party wet"
    found = line(watered(actions=("edited", "watered"), state="wet"))
    assert text(found) == "Jane Miller edited and left wet Party"


@pytest.mark.parametrize(
    "words, litres, expected",
    [
        ("watered", (10, 10), "watered 2 items with 10 litres"),
        ("watered", (10, 5), "watered 2 items"),
        ("watered", (10, None), "watered 2 items"),
        ("watered with ${litres} litres", (10, 10), "watered 2 items with 10 litres"),
        ("watered with ${litres} litres", (10, 5), "changed 2 items"),
        # Without words in its declaration.
        ("Watered", (10, 5), "watered 2 items"),
    ],
)
def test_a_sentence_about_several_objects_has_the_details_of_all(
    line, said, words, litres, expected
):
    said("${actor} watered ${item} with ${litres} litres", words)
    beds = [watered(title, litres=n) for title, n in zip("ab", litres, strict=True)]
    assert text(line(*beds)) == f"Jane Miller {expected}"


def test_a_verb_keeps_the_details_that_all_objects_have(line, said):
    said("${actor} gave ${item} ${litres} l of ${what}", "watered by ${litres} l")
    beds = [watered(litres=5, what=what) for what in ("tea", "${litres}")]
    assert text(line(*beds)) == "Jane Miller watered by 5 l 2 items"
    beds = [replace(bed, actions=("edited", "watered")) for bed in beds]
    assert text(line(*beds)) == "Jane Miller edited and watered by 5 l 2 items"


@pytest.fixture
def declared():
    """Declare the action ``watered`` with a text about its details."""
    registry, actions = getGlobalSiteManager(), []

    def declared(details, name="watered"):
        sentence = "${actor} watered ${item}"
        action = Action(name, "Watered", sentence, "watered", details=details)
        registry.registerUtility(action, IActivityAction, name)
        actions.append(action)

    yield declared
    for action in actions:
        registry.unregisterUtility(action, IActivityAction, action.name)


@pytest.mark.parametrize(
    "details, remarks",
    [
        ({"litres": 10, "by": "hose"}, ("10 litres, by hose",)),
        (
            {"litres": "<b>${by}</b>", "by": "${litres}"},
            ("<b>${by}</b> litres, by ${litres}",),
        ),
        ({"litres": [1, 2], "by": ["hose", "can"]}, ("1, 2 litres, by hose, can",)),
        ({"litres": None, "by": True}, ("None litres, by True",)),
        # Without one of them there is no text.
        ({"litres": 10}, ()),
        ({}, ()),
    ],
)
def test_the_details_of_a_custom_action(line, declared, details, remarks):
    declared("${litres} litres, by ${by}")
    watered = replace(PARTY, actions=("watered",), details=details)
    found = line(watered)
    assert found.subject.remarks == remarks
    assert text(found) == "Jane Miller watered Party"


def test_details_of_several_actions_and_other_remarks(line, declared):
    declared("${litres} litres")
    declared("${grams} g", name="fed")
    entry = replace(
        PARTY,
        actions=("edited", "fed", "watered"),
        fields=("title",),
        details={"litres": 10, "grams": 50},
    )
    assert line(entry).subject.remarks == ("Changed: Title", "50 g", "10 litres")


def test_an_action_without_a_text_for_details(line, declared):
    declared(None)
    watered = replace(PARTY, actions=("watered",), details={"litres": 10})
    assert line(watered).subject.remarks == ()


def test_an_action_that_an_add_on_has_registered_without_the_attribute(line):
    class Bare:
        name, title, words, icon = "watered", "Watered", "watered", "droplet"
        sentence = "${actor} watered ${item}"

    registry, action = getGlobalSiteManager(), Bare()
    registry.registerUtility(action, IActivityAction, "watered")
    try:
        watered = replace(PARTY, actions=("watered",), details={"litres": 10})
        assert line(watered).subject.remarks == ()
    finally:
        registry.unregisterUtility(action, IActivityAction, "watered")


class Comparing:
    """Versions that can all be compared."""

    def comparison(self, entry, since=None):
        if entry.version is None:
            return None
        return f"{(since or entry).version_before}-{entry.version}"

    def preview(self, entry, since=None):
        return self.comparison(entry, since) and "preview"

    def revert(self, entry):
        return None


@pytest.fixture
def run(http_request, jane):
    """Return the line for hourly edits by Jane, newest first."""

    def run(*entries, versions=None):
        newest, *earlier = [
            FeedItem(
                "", Position(0, 0), TIME - timedelta(hours=hours), "jane", (entry,)
            )
            for hours, entry in enumerate(entries)
        ]
        item = replace(newest, earlier=tuple(earlier))
        return Presenter(http_request, versions).line(item)

    return run


def test_collapsed_edits_have_one_line_with_all_changed_fields(run):
    found = run(
        replace(PARTY, fields=("text", "title")),
        PARTY,
        replace(PARTY, fields=("description", "text")),
    )
    assert text(found) == "Jane Miller edited Party"
    assert (found.changes, found.began, found.time) == (
        3,
        TIME - timedelta(hours=2),
        TIME,
    )
    assert remarks(found) == ("Changed: Title, Summary, Text",)
    one = run(PARTY)
    assert (one.changes, one.began, remarks(one)) == (1, None, ())


def test_edits_with_versions_can_be_compared(run):
    edits = [replace(PARTY, version=n + 1, version_before=n) for n in (7, 5, 3)]
    assert run(*edits, versions=Comparing()).subject.comparison == "3-8"
    assert run(edits[0], versions=Comparing()).subject.comparison == "7-8"
    assert run(*edits, versions=Comparing()).subject.preview == "preview"
    assert run(PARTY, versions=Comparing()).subject.preview is None
    assert run(PARTY, versions=Comparing()).subject.comparison is None
    # Setting a tag in the Contents view saves no version.
    assert run(PARTY, *edits, PARTY, versions=Comparing()).subject.comparison == "3-8"
    assert run(*edits).subject.comparison is None


def uploads(count, **others):
    """Return the entries of *count* images in a folder, the newest first."""
    return [
        replace(
            PARTY,
            actions=("created",),
            uid=f"image-{number}",
            title=f"Image {number}",
            path=f"photos/{number}",
            **others,
        )
        for number in range(count, 0, -1)
    ]


def number(line):
    return translate(line.number)


def test_uploads_one_by_one_have_one_line(run):
    found = run(*uploads(20))
    assert (text(found), found.icon) == ("Jane Miller created 20 items", "plus-circle")
    assert [subject.title for subject in found.shown + found.folded] == [
        f"Image {number}" for number in range(20, 0, -1)
    ]
    assert found.subject is None
    assert (found.time, found.began) == (TIME, TIME - timedelta(hours=19))
    assert number(found) == "20 changes"
    assert translate(found.number_between("09:02", "09:10")) == (
        "20 changes between 09:02 and 09:10"
    )


def test_of_many_uploads_a_hundred_are_named(run):
    found = run(*uploads(230))
    assert text(found) == "Jane Miller created 230 items"
    assert (len(found.shown), len(found.folded), found.unnamed) == (3, 97, 130)


def test_edits_of_several_pages_name_each_page_once(run):
    ball = replace(PARTY, uid="2", title="Ball")
    found = run(
        replace(PARTY, fields=("text",)),
        replace(ball, fields=("title",)),
        replace(PARTY, fields=("title",)),
    )
    assert text(found) == "Jane Miller edited 2 items"
    assert [(subject.title, subject.remarks) for subject in found.shown] == [
        ("Party", ("Changed: Title, Text",)),
        ("Ball", ("Changed: Title",)),
    ]
    assert number(found) == "3 edits"


def test_the_first_edits_of_a_line_can_be_compared(run):
    first = replace(PARTY, uid="first", version=9, version_before=8)
    others = [
        replace(PARTY, uid=str(n), version=n + 1, version_before=n) for n in range(4)
    ]
    before = replace(first, version=8, version_before=7)
    found = run(first, *others, before, versions=Comparing())
    assert [subject.comparison for subject in found.shown] == ["7-9", "0-1", "1-2"]
    assert {subject.comparison for subject in found.folded} == {None}


def test_several_changes_of_one_object_are_counted(run):
    found = run(*[replace(PARTY, actions=("reordered",))] * 3)
    assert text(found) == "Jane Miller reordered the contents of Party"
    assert number(found) == "3 changes"
    assert number(run(replace(PARTY, actions=("reordered",)))) == "1 change"


def test_no_remark_on_an_earlier_change_is_lost(run):
    moved = replace(PARTY, actions=("renamed",))
    found = run(*(replace(moved, source=f"news/{name}") for name in "caba"))
    assert text(found) == "Jane Miller renamed Party"
    assert remarks(found) == tuple(f"Renamed from “{name}”" for name in "cab")


def test_several_comments_are_comments(line, run):
    def said(action):
        several = [
            replace(COMMENT, actions=(action,), discussion_item=str(n))
            for n in range(3)
        ]
        one_by_one, at_once = text(run(*several)), text(line(*several))
        assert one_by_one == at_once
        return at_once

    assert said("comment_published") == "Jane Miller published 3 comments"
    assert said("comment_hidden") == "Jane Miller hid 3 comments"
    assert said("comment_removed") == "Jane Miller removed 3 comments"
    assert said("comment_edited") == "Jane Miller edited 3 comments"
    assert said("commented") == "Jane Miller wrote 3 comments"
    assert said("replied") == "Jane Miller wrote 3 comments"


def test_users_added_to_a_group_one_by_one_have_one_line(run, mary):
    names = ("mary", "jane", "mary")
    joined = [about("group_joined", name, group="gardeners") for name in names]
    found = run(*joined)
    assert text(found) == "Jane Miller added 2 users to a group"
    assert [subject.title for subject in found.shown] == ["Mary Member", "Jane Miller"]
    assert found.shown[0].remarks == ("Group: gardeners",)
