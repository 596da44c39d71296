"""Two editors concurrently save different pages, through two Zopes on one ZEO server."""

from benchmarks.race import compare
from benchmarks.race import race

import pytest


pytestmark = pytest.mark.processes

ROUNDS = 30
NOTHING = {"lost": [], "surplus": [], "not in order": [], "problems": []}


@pytest.fixture(scope="module")
def running():
    with race({"plain": True, "lean": False}, pages=10) as running:
        yield running


@pytest.fixture
def rounds(running, request):
    """The responses to the editors, and the observations of the Zopes meanwhile."""
    site = request.param
    running.install(site)
    running.observed()
    return site, running.run(site, range(ROUNDS)), running.observed()


def conflicts(observed):
    return [fact["conflict"] for fact in observed if "conflict" in fact]


def statuses(rounds):
    return [answer.status for both in rounds for answer in both]


@pytest.mark.parametrize("rounds", ["lean"], indirect=True)
def test_concurrent_edits_are_merged_in_the_log(running, rounds):
    # Without full-text indexes Plone itself hardly conflicts.
    site, answers, observed = rounds
    assert statuses(answers) == [204] * 2 * ROUNDS
    assert compare(running.activity(site), answers) == NOTHING
    assert any("merge" in fact for fact in observed)
    assert not [name for name in conflicts(observed) if "appendonly" in name]


@pytest.mark.parametrize("rounds", ["plain"], indirect=True)
def test_edits_that_are_retried_are_in_the_log_once(running, rounds):
    # In the full-text indexes any two concurrent edits of text conflict.
    site, answers, observed = rounds
    assert statuses(answers) == [204] * 2 * ROUNDS
    assert compare(running.activity(site), answers) == NOTHING
    assert conflicts(observed)
    assert not [name for name in conflicts(observed) if "appendonly" in name]
