"""The load test finds each kind of error in a log. Otherwise it would prove nothing."""

from benchmarks.load.comparison import compare
from benchmarks.load.comparison import expected
from benchmarks.load.comparison import in_doubt_and_there
from benchmarks.load.edits import Edit
from benchmarks.load.edits import Page
from dataclasses import replace
from engines.ledger import DONE
from engines.ledger import IN_DOUBT
from engines.ledger import REFUSED
from itertools import count

import pytest


DRAFT = Page("anna/pond", "Pond", "uid-1")
RETITLED = replace(DRAFT, title="Pond in spring")
PUBLIC = replace(RETITLED, public=True)
MOVED = replace(PUBLIC, path="meadow/pond")
OTHER = Page("ben/gate", "Gate", "uid-2")

BEFORE = {"content": {}, "entries": [], "problems": []}


def ledger(*edits):
    """Edits one after another, as (editor, action, page, source)."""
    times = count()
    return [
        Edit(*edit, outcome=DONE, sent=next(times), answered=next(times))
        for edit in edits
    ]


LEDGER = ledger(
    ("anna", "created", DRAFT, None),
    ("anna", "edited", RETITLED, None),
    ("ben", "created", OTHER, None),
    ("anna", "transitioned", PUBLIC, None),
    ("ben", "removed", OTHER, None),
    ("anna", "moved", MOVED, "anna/pond"),
)
CREATED, EDITED, OTHERS, PUBLISHED, REMOVED, MOVE = range(len(LEDGER))


def entry(edit, **different):
    """The entry of an edit as the log has it, but for what is to be different."""
    told = {**expected(edit), **different}
    public = told.pop("public")
    return {
        **told,
        "principals": ["Anonymous"] if public else ["Editor", "Owner"],
        "source": told["source"] and {"path": told["source"], "principals": []},
        "values": {name: [None, new] for name, new in told["values"].items()},
        **dict.fromkeys(("version", "version_before")),
        **({"version": 1, "version_before": 0} if edit.action == "edited" else {}),
        **{key: value for key, value in different.items() if "version" in key},
    }


LOG = [entry(edit) for edit in LEDGER]
CONTENT = {
    "uid-1": {
        "path": "meadow/pond",
        "title": "Pond in spring",
        "portal_type": "Document",
        "state": "published",
    }
}


def found(edits=LEDGER, entries=LOG, content=CONTENT, problems=(), before=BEFORE):
    """The names of what is wrong, and how many cases there are."""
    after = {"content": content, "entries": entries, "problems": list(problems)}
    findings = compare(list(edits), before, after)
    return {name: len(cases) for name, cases in findings.items() if cases}


def put(items, place, *new):
    """*items*, with *new* instead of the item at *place*."""
    return [*items[:place], *new, *items[place + 1 :]]


def test_nothing_is_wrong_with_a_log_that_has_what_was_answered():
    assert found() == {}


@pytest.mark.parametrize("place", [CREATED, EDITED, PUBLISHED, MOVE])
def test_an_entry_is_missing(place):
    shows = place in (PUBLISHED, MOVE)
    wrong = {"lost": 1, "not as the content is": 1} if shows else {"lost": 1}
    assert found(entries=put(LOG, place)) == wrong


@pytest.mark.parametrize("place", [OTHERS, PUBLISHED, MOVE])
def test_an_entry_is_there_twice(place):
    assert found(entries=put(LOG, place, LOG[place], LOG[place])) == {"doubled": 1}


def test_an_edit_is_there_twice_and_so_is_its_version():
    twice = put(LOG, EDITED, LOG[EDITED], LOG[EDITED])
    assert found(entries=twice) == {"doubled": 1, "versions not in a row": 1}


@pytest.mark.parametrize(
    ("place", "different"),
    [
        (CREATED, {"actions": ["copied"]}),
        (CREATED, {"actions": ["created", "transitioned"]}),
        (CREATED, {"public": True}),
        (CREATED, {"title": "Another"}),
        (CREATED, {"path": "anna/pond-1"}),
        (EDITED, {"actor": "ben"}),
        (EDITED, {"actor": None}),
        (EDITED, {"fields": ["title"]}),
        (PUBLISHED, {"old_state": "pending"}),
        (PUBLISHED, {"transitions": ["submit", "publish"]}),
        (PUBLISHED, {"public": False}),
        (PUBLISHED, {"comment": "Why not"}),
        (MOVE, {"source": "ben/pond"}),
        (MOVE, {"descendants": [[1, ["Anonymous"]]]}),
        (REMOVED, {"together": 2}),
        (REMOVED, {"path": "ben/gate-1"}),
    ],
)
def test_an_entry_says_something_else(place, different):
    wrong = put(LOG, place, entry(LEDGER[place], **different))
    assert found(entries=wrong) == {"lost": 1, "nobody's": 1}


@pytest.mark.parametrize(
    "different", [{"uid": "uid-9"}, {"title": "Another"}, {"portal_type": "Event"}]
)
def test_the_last_entry_says_something_else_than_the_content(different):
    wrong = put(LOG, MOVE, entry(LEDGER[MOVE], **different))
    findings = found(entries=wrong)
    assert findings.pop("not as the content is")
    assert findings == {"lost": 1, "nobody's": 1}


def test_an_entry_without_an_edit():
    stranger = Edit("eve", "removed", OTHER, None, DONE, 0, 1)
    assert found(entries=[*LOG, entry(stranger)]) == {"nobody's": 1}


def test_an_edit_that_was_refused_is_there():
    edits = put(LEDGER, MOVE, replace(LEDGER[MOVE], outcome=REFUSED))
    assert found(edits) == {"refused, yet there": 1}


def test_an_edit_that_was_refused_is_not_there():
    refused = replace(LEDGER[MOVE], outcome=REFUSED)
    assert found([*LEDGER[:MOVE], refused, LEDGER[MOVE]]) == {}


def test_an_edit_in_doubt_may_be_there_if_the_content_has_it_too():
    edits = put(LEDGER, MOVE, in_doubt(LEDGER[MOVE]))
    unmoved = {"uid-1": {**CONTENT["uid-1"], "path": "anna/pond"}}
    assert found(edits) == {}
    assert found(edits, entries=LOG[:MOVE], content=unmoved) == {}
    assert found(edits, content=unmoved) == {"not as the content is": 1}
    assert found(edits, entries=LOG[:MOVE]) == {"not as the content is": 1}


def test_an_edit_in_doubt_is_there_twice():
    edits = put(LEDGER, MOVE, in_doubt(LEDGER[MOVE]))
    assert found(edits, entries=[*LOG, LOG[MOVE]]) == {"doubled": 1}


def test_of_a_creation_in_doubt_nobody_knows_the_uid_but_the_content():
    unknown = in_doubt(LEDGER[CREATED], page=replace(DRAFT, uid=None))
    edits, entries = [unknown], LOG[:1]
    draft = {**CONTENT["uid-1"], "path": "anna/pond", "title": "Pond"}
    content = {"uid-1": {**draft, "state": "private"}}
    assert found(edits, entries, content) == {}
    assert found(edits, [], {}) == {}
    assert found(edits, entries, {}) == {"not as the content is": 1}
    assert found(edits, [], content) == {"not as the content is": 1}
    elsewhere = {"uid-9": content["uid-1"]}
    assert found(edits, entries, elsewhere) == {"not as the content is": 2}


def test_edits_in_doubt_are_counted():
    edits = [in_doubt(edit) for edit in LEDGER]
    after = {"content": {}, "entries": LOG[:2], "problems": []}
    assert in_doubt_and_there(edits, BEFORE, after) == 2


def test_an_edit_stands_before_one_that_was_answered_earlier():
    swapped = put(put(LOG, OTHERS, LOG[PUBLISHED]), PUBLISHED, LOG[OTHERS])
    assert found(entries=swapped) == {"not in order": 1}


def test_edits_at_the_same_time_may_stand_in_either_order():
    both = [replace(edit, sent=0, answered=100) for edit in LEDGER]
    swapped = put(put(LOG, OTHERS, LOG[PUBLISHED]), PUBLISHED, LOG[OTHERS])
    assert found(both, swapped) == {}


@pytest.mark.parametrize(
    "versions",
    [
        {"version": 2},
        {"version": None},
        {"version": None, "version_before": None},
        {"version_before": None},
    ],
)
def test_the_version_of_an_edit_is_not_the_next_one(versions):
    wrong = put(LOG, EDITED, entry(LEDGER[EDITED], **versions))
    assert found(entries=wrong) == {"versions not in a row": 1}


def test_two_edits_of_one_page_come_from_the_same_version():
    again = replace(LEDGER[EDITED], page=MOVED, sent=20, answered=21)
    edits = [*LEDGER, again]
    in_a_row = entry(again, version=2, version_before=1)
    assert found(edits, [*LOG, in_a_row]) == {}
    assert found(edits, [*LOG, entry(again)]) == {"versions not in a row": 1}


@pytest.mark.parametrize(
    "now", [[], [entry(LEDGER[CREATED], title="Another")], LOG[EDITED : OTHERS + 1]]
)
def test_entries_of_before_are_not_what_they_were(now):
    before = {**BEFORE, "entries": LOG[: len(now) or 1]}
    findings = found([], [*now], {}, before=before)
    assert findings["changed since before"] == len(before["entries"])


def test_entries_of_before_are_what_they_were():
    before = {"content": {}, "entries": LOG[OTHERS : OTHERS + 1], "problems": []}
    assert found(entries=[*before["entries"], *LOG], before=before) == {}


def test_a_page_is_gone_of_which_the_log_says_nothing():
    before = {**BEFORE, "content": {"uid-3": CONTENT["uid-1"]}}
    assert found(before=before) == {"not as the content is": 1}


def test_the_structures_have_problems():
    assert found(problems=["A layer is missing."]) == {"problems of the structures": 1}


def in_doubt(edit, **different):
    return replace(edit, outcome=IN_DOUBT, answered=float("inf"), **different)
