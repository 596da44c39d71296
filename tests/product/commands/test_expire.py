"""``activitylog expire``."""

from collective.appendonly.commands import expire
from datetime import datetime
from datetime import timezone
from tests.product.commands.history import change_sets
from transaction import TransactionManager

import pytest
import transaction


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """The last of forty hours has just begun."""
    now = datetime(2026, 10, 1, 13, 0, tzinfo=timezone.utc)
    monkeypatch.setattr(expire, "utc_now", lambda: now)


DISCARDED = (
    "16 changes were discarded. 24 remain, the oldest from 2026-09-30 14:00 UTC.\n"
)


def test_without_limits_everything_stays(printed, history, whole):
    output = printed("expire")
    assert output == "Nothing was discarded: there is no limit for age or number.\n"
    assert whole() == change_sets()


# The archive has the first 24 in layers of eight. A layer goes when all of it may go.
@pytest.mark.parametrize(
    "settings, options, gone",
    [
        ({"retention_entries": 24}, [], 16),
        ({"retention_entries": 23}, [], 16),
        ({"retention_days": 1}, [], 8),
        ({}, ["--days", "1"], 8),
        ({}, ["--entries", "20"], 16),
        ({}, ["--entries", "1"], 24),
        ({"retention_entries": 40}, ["--entries", "24"], 16),
        ({"retention_entries": 1}, ["--entries", "24"], 16),
        ({"retention_entries": 24}, ["--days", "1"], 16),
        ({"retention_days": 1, "retention_entries": 24}, ["--entries", "0"], 8),
    ],
)
def test_old_changes_are_discarded(
    printed, history, whole, configure, settings, options, gone
):
    configure(**settings)
    output = printed("expire", *options)
    assert output.startswith(f"{gone} changes were discarded. {40 - gone} remain")
    assert whole() == change_sets()[gone:]


def test_it_prints_the_time_of_the_oldest_change(activitylog, history):
    assert activitylog("expire", "--entries", "24").stdout == DISCARDED


def test_a_dry_run_prints_the_same_and_changes_nothing(printed, history, whole):
    assert printed("expire", "--entries", "24", "--dry-run") == (
        "16 changes would be discarded. 24 would remain, the oldest from"
        " 2026-09-30 14:00 UTC.\n"
    )
    assert whole() == change_sets()
    assert printed("expire", "--entries", "24") == DISCARDED


@pytest.mark.parametrize("dry_run", [[], ["--dry-run"]])
def test_a_second_time_there_is_nothing_to_do(printed, history, changed, dry_run):
    printed("expire", "--entries", "24")
    changed.clear()
    assert printed("expire", "--entries", "24", *dry_run) == (
        "Nothing is old enough to be discarded. 24 remain, the oldest from"
        " 2026-09-30 14:00 UTC.\n"
    )
    assert changed == []


def test_an_empty_log(printed, log):
    output = printed("expire", "--days", "1")
    assert output == "Nothing is old enough to be discarded. 0 remain.\n"


def test_it_is_one_commit(activitylog, history, monkeypatch):
    commits = []
    commit = TransactionManager.commit

    def counting(manager):
        commits.append(True)
        commit(manager)

    with monkeypatch.context() as patch:
        patch.setattr(TransactionManager, "commit", counting)
        assert activitylog("expire", "--entries", "24").exit_code == 0
    assert commits == [True]


def test_interrupted_before_the_commit_nothing_is_discarded(
    activitylog, history, whole, monkeypatch
):
    def ctrl_c(manager):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(TransactionManager, "commit", ctrl_c)
        done = activitylog("expire", "--entries", "24")
    transaction.abort()
    assert done.exit_code == 130
    assert done.stderr.endswith(
        "Error: Interrupted. Run the command again to discard what is left.\n"
    )
    assert whole() == change_sets()


@pytest.mark.parametrize(
    "options", [["--days", "-1"], ["--days", "36501"], ["--entries", "many"]]
)
def test_a_limit_that_is_invalid_in_the_settings_is_refused(refused, options):
    error = refused("expire", *options, status=2)
    assert f"Error: Invalid value for '{options[0]}'" in error
