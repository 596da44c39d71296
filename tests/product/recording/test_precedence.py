"""The table of precedence, pair by pair, and what a savepoint that is rolled back does to it."""

from .test_combining import Deeds
from collective.appendonly.entry import ACTIONS
from collective.appendonly.recording import record
from collective.appendonly.recording.precedence import ABSORBED
from collective.appendonly.recording.precedence import foremost
from collective.appendonly.recording.precedence import LAST_WORDS
from itertools import islice
from pathlib import Path
from plone.app.workflow.events import LocalrolesModifiedEvent
from zope.event import notify

import pytest
import re
import transaction


DOCS = Path(__file__).parents[3] / "docs" / "recording.rst"

# What is recorded of a page to which was done first what the line begins with, then what the
# column is headed with. Of something new, or a copy, the first deed brings it about.
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
    for first, *told in lines:
        for second, actions in zip(head[1:], told, strict=True):
            yield first, second, tuple(actions.replace("-", "").split())


CELLS = list(cells())
# One can't publish or move to the same place twice.
POSSIBLE = [cell for cell in CELLS if cell[:2] not in {("publish",) * 2, ("move",) * 2}]


class MoreDeeds(Deeds):
    def share(self):
        self.obj.manage_setLocalRoles("AuthenticatedUsers", ["Reader"])
        notify(LocalrolesModifiedEvent(self.obj, self.site.REQUEST))

    def download(self):
        record(self.obj, "downloaded", format="pdf")

    def do(self, name):
        getattr(self, name)()


@pytest.fixture
def deeds(site):
    return MoreDeeds(site)


@pytest.fixture
def told(log):
    """Commit, and return the actions of each entry.

    Without a look at the catalog, whose queue doesn't take part in savepoints.
    """
    length = len(log)

    def told():
        transaction.commit()
        new = islice(log.older(), len(log) - length)
        return [entry.actions for _, change_set in new for entry in change_set.entries]

    return told


def expected(*actions):
    return [actions] if actions else []


@pytest.mark.parametrize(("first", "second", "actions"), POSSIBLE)
def test_a_pair(deeds, told, first, second, actions):
    deeds.do(first)
    deeds.do(second)
    assert told() == expected(*actions)


@pytest.mark.parametrize(("first", "second", "actions"), POSSIBLE)
def test_a_pair_with_a_savepoint_between(deeds, told, first, second, actions):
    deeds.do(first)
    transaction.savepoint()
    deeds.do(second)
    assert told() == expected(*actions)


@pytest.mark.parametrize(("first", "second", "actions"), POSSIBLE)
def test_a_pair_of_which_the_second_is_rolled_back(deeds, told, first, second, actions):
    deeds.do(first)
    savepoint = transaction.savepoint()
    deeds.do(second)
    savepoint.rollback()
    assert told() == expected(ALONE[first])


@pytest.mark.parametrize(
    ("first", "second", "actions"),
    [cell for cell in POSSIBLE if cell[0] not in ("create", "copy")],
)
def test_a_pair_of_which_the_first_is_rolled_back(deeds, told, first, second, actions):
    savepoint = transaction.savepoint()
    deeds.do(first)
    savepoint.rollback()
    deeds.obj = deeds.site["news"]["party"]
    deeds.do(second)
    assert told() == expected(ALONE[second])


def test_the_table_of_pairs_is_complete():
    firsts = [name for name in ALONE if name != "remove"]
    seconds = [name for name in ALONE if name not in ("create", "copy")]
    assert [cell[:2] for cell in CELLS] == [(a, b) for a in firsts for b in seconds]


# The table in the code, which also has the actions that need other add-ons.


@pytest.mark.parametrize("action", sorted(LAST_WORDS))
def test_of_what_is_gone_nothing_else_is_told(action):
    others = set(ACTIONS) - LAST_WORDS
    assert foremost({action, "downloaded", *others}) == (action,)


@pytest.mark.parametrize("first", ACTIONS)
@pytest.mark.parametrize("second", ACTIONS)
def test_two_actions(first, second):
    both = foremost({first, second})
    assert both == foremost({second, first})
    assert set(both) <= {first, second}
    assert both, "Something is always told."
    for kept, other in ((first, second), (second, first)):
        absorbed = other in ABSORBED.get(kept, ())
        last = kept in LAST_WORDS and other not in LAST_WORDS
        assert (other not in both) == (other != kept and (absorbed or last)) or (
            kept not in both
        )


def test_no_two_actions_absorb_each_other():
    for action, absorbed in ABSORBED.items():
        assert action not in absorbed
        assert all(action not in ABSORBED.get(other, ()) for other in absorbed)


def test_actions_of_integrators_come_last_in_alphabetical_order():
    assert foremost({"viewed", "edited", "downloaded"}) == (
        "edited",
        "downloaded",
        "viewed",
    )


def test_the_documentation_has_the_same_table():
    text = DOCS.read_text("utf-8")
    rows = re.findall(r"^   \* - (``.+``)\n     - (.+)$", text, re.M)
    documented = {
        name.strip("`"): set(re.findall(r"``(\w+)``", absorbed))
        for names, absorbed in rows
        for name in names.split(", ")
    }
    assert {name: documented[name] for name in ABSORBED} == {
        name: set(absorbed) for name, absorbed in ABSORBED.items()
    }
    assert set(documented) == set(ABSORBED) | LAST_WORDS
