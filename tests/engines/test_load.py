"""Editors and readers work through two Zopes on one ZEO server, and one Zope is killed."""

from benchmarks.load.comparison import FINDINGS
from benchmarks.load.outcome import is_sound
from benchmarks.load.outcome import run
from benchmarks.load.settings import Settings
from benchmarks.load.summary import told

import os
import pytest
import secrets


pytestmark = pytest.mark.processes

SECONDS = 3
KINDS = "create", "edit", "front page"


@pytest.fixture(scope="module")
def result():
    settings = Settings(
        seed=int(os.environ.get("SEED", secrets.randbelow(10**6))),
        minutes=SECONDS / 60,
        slices=1,
        editors=3,
        readers=2,
        pages=5,
        until=KINDS,
    )
    result = run("ZEO", settings)
    # A failing test shows the seed, and what is wrong.
    print(told("ZEO", result))  # noqa: T201
    return result


def test_each_edit_that_was_answered_is_in_the_log_once_and_nothing_else(result):
    assert result["log"]["findings"] == {name: [] for name in FINDINGS}
    assert is_sound(result)
    in_doubt = result["log"]["in doubt and there"]
    assert result["log"]["entries"] == result["log"]["edits"]["done"] + in_doubt


def test_people_work_on_while_a_zope_is_killed_and_started_again(result):
    assert result["kills"] == 2
    for side in "without", "with":
        assert set(KINDS) <= set(result[side]["milliseconds"])
        assert result[side]["edits"] > 0


def test_the_zopes_tell_the_processor_time_of_each_kind_of_request(result):
    for side in "without", "with":
        spent = result[side]["processor milliseconds, by kind"]
        assert set(spent) == set(result[side]["requests, by kind"]) >= set(KINDS)
        assert all(spent[kind] > 0 for kind in KINDS)


def test_nothing_but_conflicts_keeps_anybody_from_their_work(result):
    # Zope gives up after the fourth conflict, and plone.rest answers that with 500.
    for side in "without", "with":
        refused = result[side]["refused"]
        assert {kind.rpartition(" ")[2] for kind in refused} <= {"500"}
        assert sum(refused.values()) <= result[side]["conflicts, not tried again"]


def test_the_log_is_never_in_the_way(result):
    assert not [n for n in result["with"]["conflicts, by class"] if "appendonly" in n]
