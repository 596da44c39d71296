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
    """Return the line for entries of a change set of Jane's."""

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
    told = line(PARTY)
    assert (told.time, told.actor, text(told)) == (
        TIME,
        JANE,
        "Jane Miller edited Party",
    )
    assert told.subject == Subject("Party", PARTY.url, "Document", "Page")


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
def test_what_came_from_elsewhere_says_where_from(line, actions, source, remark):
    told = line(replace(PARTY, actions=tuple(actions), source=source))
    assert remarks(told) == (remark,)


def test_a_source_that_is_not_for_this_person_is_not_mentioned(line):
    assert remarks(line(replace(PARTY, actions=("moved",)))) == ()


@pytest.mark.parametrize(
    "number, expected",
    [(0, ()), (1, ("With 1 item inside",)), (3, ("With 3 items inside",))],
)
def test_what_was_inside_is_counted(line, number, expected):
    told = line(replace(PARTY, actions=("removed",), url=None, descendants=number))
    assert remarks(told) == expected


def test_changed_fields_are_called_as_in_the_form(line):
    fields = ("title", "text", "effective", "subjects", "table_of_contents", "unheard")
    assert remarks(line(replace(PARTY, fields=fields))) == (
        "Changed: Title, Text, Publishing Date, Tags, Table of contents, unheard",
    )


def test_properties_of_folders_have_names_too(line):
    fields = ("default_page", "layout")
    assert remarks(line(replace(PARTY, fields=fields))) == (
        "Changed: Default page, Display",
    )


def test_a_type_that_is_gone_keeps_its_names(line):
    told = line(replace(PARTY, portal_type="Bazaar Stall", fields=("price",)))
    assert told.subject.type_title == "Bazaar Stall"
    assert remarks(told) == ("Changed: price",)


def test_states_of_other_workflows_are_called_as_in_the_workflow(portal, line):
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


def test_what_is_gone_has_no_link_and_is_marked_unless_the_sentence_says_so(line):
    gone = replace(PARTY, url=None)
    assert line(gone).subject == Subject(
        "Party", None, "Document", "Page", is_missing=True
    )
    assert line(replace(gone, actions=("removed",))).subject == Subject(
        "Party", None, "Document", "Page"
    )


def test_what_has_no_title_is_called_by_its_id(line):
    assert text(line(replace(PARTY, title=""))) == "Jane Miller edited party"


def test_half_a_character_in_a_title_breaks_nothing(line):
    told = line(replace(PARTY, title="Par\ud800ty", fields=("\ud800",)))
    assert (told.subject.title, remarks(told)) == ("Par?ty", ("Changed: ?",))


def test_files_and_images_are_linked_to_their_pages(line):
    assert line(replace(PARTY, portal_type="File")).subject.url == f"{PARTY.url}/view"
    assert line(replace(PARTY, portal_type="File", url=None)).subject.url is None


def test_the_same_done_to_many_is_one_line_with_the_first_three_and_the_rest(line):
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
    told = line(*published)
    assert text(told) == "Jane Miller published 50 items"
    assert told.subject is None
    assert told.shown == tuple(
        Subject(f"Page {number}", PARTY.url, "Document", "Page") for number in range(3)
    )
    assert told.folded == tuple(
        Subject(f"Page {number}", PARTY.url, "Document", "Page")
        for number in range(3, 50)
    )
    assert told.unnamed == 0


def test_of_very_many_a_hundred_are_named(line):
    told = line(*[PARTY] * 250)
    assert text(told) == "Jane Miller edited 250 items"
    assert (len(told.shown), len(told.folded), told.unnamed) == (3, 97, 150)


def test_different_things_done_at_once_are_listed_with_what_was_done(line):
    told = line(
        replace(PARTY, actions=("moved", "edited"), source="party", fields=("title",)),
        replace(PARTY, actions=("removed",), url=None, title="Ball"),
    )
    assert text(told) == "Jane Miller changed 2 items"
    assert told.folded == ()
    assert told.shown == (
        Subject(
            "Party",
            PARTY.url,
            "Document",
            "Page",
            words="moved and edited",
            remarks=("Moved from /party", "Changed: Title"),
        ),
        Subject("Ball", None, "Document", "Page", words="removed"),
    )


def test_an_entry_of_somebody_else_names_them(line, mary):
    told = line(PARTY, replace(PARTY, actor="mary"))
    assert text(told) == "Jane Miller edited 2 items"
    assert [subject.actor for subject in told.shown] == [
        None,
        Actor("mary", "Mary Member", "MM"),
    ]


def test_what_is_seen_was_all_done_by_somebody_else(line, mary):
    hers = replace(PARTY, actor="mary")
    assert text(line(hers)) == "Mary Member edited Party"
    both = line(hers, hers)
    assert text(both) == "Mary Member edited 2 items"
    assert [subject.actor for subject in both.shown] == [None, None]
    others = line(hers, replace(PARTY, actor="gone"))
    assert text(others) == "Mary Member edited 2 items"
    assert [subject.actor for subject in others.shown] == [
        None,
        Actor("gone", "gone", "G"),
    ]


def test_nobody_in_particular_is_somebody(line):
    assert text(line(replace(PARTY, actor=None), actor=None)) == "Somebody edited Party"


COMMENT = replace(PARTY, actions=("commented",), discussion_item="2", comment_id="17")


def test_a_comment_is_linked_as_long_as_it_is_there(line):
    told = line(COMMENT)
    assert text(told) == "Jane Miller commented on Party"
    assert told.subject == Subject("Party", f"{PARTY.url}#17", "Document", "Page")
    told = line(replace(COMMENT, actions=("comment_removed",), comment_id=None))
    assert text(told) == "Jane Miller removed a comment on Party"
    assert told.subject == Subject("Party", PARTY.url, "Document", "Page")


def test_a_comment_on_a_file_is_on_the_page_of_the_file(line):
    told = line(replace(COMMENT, portal_type="File"))
    assert told.subject.url == f"{PARTY.url}/view#17"


@pytest.mark.parametrize(
    "number, expected", [(0, ()), (1, ("With 1 reply",)), (3, ("With 3 replies",))]
)
def test_answers_that_were_removed_along_are_counted(line, number, expected):
    removed = replace(COMMENT, actions=("comment_removed",), comment_id=None)
    assert remarks(line(replace(removed, descendants=number))) == expected


def about(action, name, kind="user", **others):
    return VisibleEntry((action,), "jane", "", name, "", None, kind, **others)


def test_users_and_groups_have_names_and_no_links(line, mary):
    told = line(about("user_created", "mary"))
    assert text(told) == "Jane Miller added the user Mary Member"
    assert told.subject == Subject("Mary Member", None, "user", "User")
    told = line(about("group_removed", "gardeners", "group"))
    assert text(told) == "Jane Miller removed the group gardeners"
    assert told.subject == Subject("gardeners", None, "group", "Group")


def test_a_user_whose_account_is_gone_keeps_the_id(line):
    told = line(about("user_removed", "joan"))
    assert text(told) == "Jane Miller removed the user joan"


def test_who_joins_a_group_joins_this_one(line, mary):
    told = line(about("group_joined", "mary", group="gardeners"))
    assert text(told) == "Jane Miller added Mary Member to a group"
    assert remarks(told) == ("Group: gardeners",)


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
def test_the_icon_is_that_of_what_was_done(line, entries, icon):
    told = line(*(replace(PARTY, actions=tuple(actions)) for actions in entries))
    assert told.icon == icon


def test_what_was_concluded_from_the_catalog_is_marked(http_request, jane):
    item = FeedItem("", Position(0, 0), TIME, "jane", (PARTY,), backfilled=True)
    told = Presenter(http_request).line(item)
    assert (told.backfilled, text(told)) == (True, "Jane Miller edited Party")


def test_the_sentence_of_an_action_of_ones_own_has_its_details_in_it(line):
    registry = getGlobalSiteManager()
    sentence = "${actor} watered ${item} with ${litres} litres, ${actor}, ${secret}."
    action = Action("watered", "Watered", sentence, "watered: ${litres}")
    registry.registerUtility(action, IActivityAction, "watered")
    try:
        details = {"litres": 10, "item": "<b>", "state": "wet"}
        watered = replace(PARTY, actions=("watered",), details=details)
        edited = replace(watered, actions=("edited", "watered"))
        assert (
            text(line(watered))
            == "Jane Miller watered Party with 10 litres, Jane Miller, ."
        )
        assert text(line(edited)) == "Jane Miller edited and watered: 10 Party"
    finally:
        registry.unregisterUtility(action, IActivityAction, "watered")


class Comparing:
    """Versions of which each can be compared with all others."""

    def comparison(self, entry, since=None):
        if entry.version is None:
            return None
        return f"{(since or entry).version_before}-{entry.version}"


@pytest.fixture
def run(http_request, jane):
    """Return the line for edits of Jane's, newest first, one every hour."""

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


def test_edits_one_after_the_other_are_told_once_with_all_that_was_changed(run):
    told = run(
        replace(PARTY, fields=("text", "title")),
        PARTY,
        replace(PARTY, fields=("description", "text")),
    )
    assert text(told) == "Jane Miller edited Party"
    assert (told.edits, told.began, told.time) == (3, TIME - timedelta(hours=2), TIME)
    assert remarks(told) == ("Changed: Text, Title, Summary",)
    one = run(PARTY)
    assert (one.edits, one.began, remarks(one)) == (1, None, ())


def test_what_was_changed_can_be_compared_where_there_are_versions(run):
    edits = [replace(PARTY, version=n + 1, version_before=n) for n in (7, 5, 3)]
    assert run(*edits, versions=Comparing()).subject.comparison == "3-8"
    assert run(edits[0], versions=Comparing()).subject.comparison == "7-8"
    assert run(PARTY, versions=Comparing()).subject.comparison is None
    # A tag that is set in folder contents saves none.
    assert run(PARTY, *edits, PARTY, versions=Comparing()).subject.comparison == "3-8"
    assert run(*edits).subject.comparison is None


def test_what_a_moderator_did_to_several_comments_was_done_to_these(line):
    def moderated(action):
        several = replace(COMMENT, actions=(action,))
        return text(line(*[several] * 3))

    assert moderated("comment_published") == "Jane Miller published 3 comments"
    assert moderated("comment_hidden") == "Jane Miller hid 3 comments"
    assert moderated("comment_removed") == "Jane Miller removed 3 comments"
    assert moderated("commented") == "Jane Miller commented on 3 items"
