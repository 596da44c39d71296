"""Which actions supersede others, pair by pair, also after the rollback of a savepoint."""

from .test_combining import Editor
from collective.appendonly.actions import RECORDED_ACTIONS
from collective.appendonly.recording import record
from collective.appendonly.recording.story import without_superseded
from itertools import islice
from pathlib import Path
from plone.app.workflow.events import LocalrolesModifiedEvent
from zope.event import notify

import pytest
import re
import transaction


DOCS = Path(__file__).parents[3] / "docs" / "recording.rst"
FINAL = {name for name, action in RECORDED_ACTIONS.items() if action.supersedes_all}
SUPERSEDED = {
    name: action.supersedes
    for name, action in RECORDED_ACTIONS.items()
    if action.supersedes
}

# What is recorded of a page to which was done first what the line begins with, then what the
# column is headed with. Of something new, or a copy, the first action brings it about.
PAIRS = """
         | edit             | publish              | rename               | move                | share               | download            | remove
create   | created          | created transitioned | created              | created             | created shared      | created downloaded  | -
copy     | copied           | copied transitioned  | copied               | copied              | copied shared       | copied downloaded   | -
edit     | edited           | edited transitioned  | renamed edited       | moved edited        | edited shared       | edited downloaded   | removed
publish  | edited transitioned | -                 | renamed transitioned | moved transitioned  | transitioned shared | transitioned downloaded | removed
rename   | renamed edited   | renamed transitioned | renamed              | moved renamed       | renamed shared      | renamed downloaded  | removed
move     | moved edited     | moved transitioned   | moved renamed        | -                   | moved shared        | moved downloaded    | removed
share    | edited shared    | transitioned shared  | renamed shared       | moved shared        | shared              | shared downloaded   | removed
download | edited downloaded | transitioned downloaded | renamed downloaded | moved downloaded   | shared downloaded   | downloaded          | removed
"""
ALONE = {
    "create": "created",
    "copy": "copied",
    "edit": "edited",
    "publish": "transitioned",
    "rename": "renamed",
    "move": "moved",
    "share": "shared",
    "download": "downloaded",
    "remove": "removed",
}


def cells():
    head, *lines = [
        [cell.strip() for cell in line.split("|")]
        for line in PAIRS.strip("\n").split("\n")
    ]
    for first, *listed in lines:
        for second, actions in zip(head[1:], listed, strict=True):
            yield first, second, tuple(actions.replace("-", "").split())


CELLS = list(cells())
# One can't publish or move to the same place twice.
POSSIBLE = [cell for cell in CELLS if cell[:2] not in {("publish",) * 2, ("move",) * 2}]


class FullEditor(Editor):
    def share(self):
        self.obj.manage_setLocalRoles("AuthenticatedUsers", ["Reader"])
        notify(LocalrolesModifiedEvent(self.obj, self.site.REQUEST))

    def download(self):
        record(self.obj, "downloaded", format="pdf")

    def do(self, name):
        getattr(self, name)()


@pytest.fixture
def editor(site):
    return FullEditor(site)


@pytest.fixture
def listed(log):
    """Commit, and return the actions of each entry.

    Without a look at the catalog, whose queue doesn't take part in savepoints.
    """
    length = len(log)

    def listed():
        transaction.commit()
        new = islice(log.older(), len(log) - length)
        return [entry.actions for _, change_set in new for entry in change_set.entries]

    return listed


def expected(*actions):
    return [actions] if actions else []


@pytest.mark.parametrize(("first", "second", "actions"), POSSIBLE)
def test_a_pair(editor, listed, first, second, actions):
    editor.do(first)
    editor.do(second)
    assert listed() == expected(*actions)


@pytest.mark.large
@pytest.mark.parametrize(("first", "second", "actions"), POSSIBLE)
def test_a_pair_with_a_savepoint_between(editor, listed, first, second, actions):
    editor.do(first)
    transaction.savepoint()
    editor.do(second)
    assert listed() == expected(*actions)


@pytest.mark.large
@pytest.mark.parametrize(("first", "second", "actions"), POSSIBLE)
def test_a_pair_whose_second_is_rolled_back(editor, listed, first, second, actions):
    editor.do(first)
    savepoint = transaction.savepoint()
    editor.do(second)
    savepoint.rollback()
    assert listed() == expected(ALONE[first])


@pytest.mark.large
@pytest.mark.parametrize(
    ("first", "second", "actions"),
    [cell for cell in POSSIBLE if cell[0] not in ("create", "copy")],
)
def test_a_pair_whose_first_is_rolled_back(editor, listed, first, second, actions):
    savepoint = transaction.savepoint()
    editor.do(first)
    savepoint.rollback()
    editor.obj = editor.site["news"]["party"]
    editor.do(second)
    assert listed() == expected(ALONE[second])


def test_the_table_of_pairs_is_complete():
    firsts = [name for name in ALONE if name != "remove"]
    seconds = [name for name in ALONE if name not in ("create", "copy")]
    assert [cell[:2] for cell in CELLS] == [(a, b) for a in firsts for b in seconds]


# The declarations in the code, which also have the actions that need other add-ons.


@pytest.mark.parametrize("action", sorted(FINAL))
def test_a_removal_supersedes_all_other_actions(action):
    others = set(RECORDED_ACTIONS) - FINAL
    assert without_superseded({action, "downloaded", *others}) == (action,)


@pytest.mark.parametrize("first", RECORDED_ACTIONS)
@pytest.mark.parametrize("second", RECORDED_ACTIONS)
def test_two_actions(first, second):
    both = without_superseded({first, second})
    assert both == without_superseded({second, first})
    assert set(both) <= {first, second}
    assert both, "An entry names at least one action."
    for kept, other in ((first, second), (second, first)):
        superseded = other in SUPERSEDED.get(kept, ())
        last = kept in FINAL and other not in FINAL
        assert (other not in both) == (other != kept and (superseded or last)) or (
            kept not in both
        )


def test_no_two_actions_supersede_each_other():
    for action, superseded in SUPERSEDED.items():
        assert action not in superseded
        assert all(action not in SUPERSEDED.get(other, ()) for other in superseded)


def test_actions_of_integrators_come_last_in_alphabetical_order():
    assert without_superseded({"viewed", "edited", "downloaded"}) == (
        "edited",
        "downloaded",
        "viewed",
    )


def test_the_documentation_has_the_same_table():
    text = DOCS.read_text("utf-8")
    rows = re.findall(r"^   \* - (``.+``)\n     - (.+(?:\n {7}.+)*)$", text, re.M)
    documented = {
        name.strip("`"): set(re.findall(r"``(\w+)``", superseded))
        for names, superseded in rows
        for name in names.split(", ")
    }
    assert {name: documented[name] for name in SUPERSEDED} == {
        name: set(superseded) for name, superseded in SUPERSEDED.items()
    }
    assert set(documented) == set(SUPERSEDED) | FINAL
