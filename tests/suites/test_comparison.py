"""What a comparison of two runs finds."""

from tests.suites import comparison
from tests.suites.comparison import findings

import pytest


@pytest.fixture
def without():
    return {"tests": 3, "failed": ["test_network"]}


@pytest.fixture
def with_():
    return {"tests": 3, "failed": ["test_network"], "change sets": 7, "problems": {}}


def test_what_fails_in_both_runs_is_no_difference(without, with_):
    assert findings(without, with_) == {}


def test_what_fails_in_one_run_only(without, with_):
    without["failed"] = ["test_b", "test_network"]
    with_["failed"] = ["test_a", "test_network"]
    assert findings(without, with_) == {
        "test_a fails only with the add-on": "",
        "test_b fails only without the add-on": "",
    }


def test_what_is_wrong_without_a_failure(without, with_):
    with_ |= {"tests": 2, "change sets": 0}
    with_["problems"] = {"WARNING: Odd": ["test_a", "test_b"]}
    assert findings(without, with_) == {
        "WARNING: Odd, in test_a": "",
        "3 tests without, 2 with": "",
        "Nothing was recorded": "",
    }


def test_a_known_difference_has_a_reason(without, with_, monkeypatch):
    monkeypatch.setattr(comparison, "EXPECTED", {r"^test_count\w+ ": "It counts."})
    with_["failed"] += ["test_counts", "test_other"]
    assert findings(without, with_) == {
        "test_counts fails only with the add-on": "It counts.",
        "test_other fails only with the add-on": "",
    }
