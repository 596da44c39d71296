"""``activitylog expire``, as an operator meets it."""

from collective.appendonly.commands import expire
from datetime import datetime
from datetime import timezone
from plone.base.utils import get_installer
from tests.product.commands.history import change_sets

import pytest
import transaction


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """The last of forty hours has just begun."""
    now = datetime(2026, 10, 1, 13, 0, tzinfo=timezone.utc)
    monkeypatch.setattr(expire, "utc_now", lambda: now)


GONE = "16 changes were discarded. 24 are left, the oldest of 2026-09-30 14:00 UTC.\n"


def test_without_limits_everything_stays(activitylog, history, whole):
    done = activitylog("expire")
    assert (done.exit_code, done.stdout) == (
        0,
        "Everything is kept: neither age nor number is limited.\n",
    )
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
def test_what_is_too_old_goes(
    activitylog, history, whole, configure, settings, options, gone
):
    configure(**settings)
    done = activitylog("expire", *options)
    assert done.exit_code == 0
    assert done.stdout.startswith(
        f"{gone} changes were discarded. {40 - gone} are left"
    )
    assert whole() == change_sets()[gone:]


def test_it_says_what_the_oldest_is_now(activitylog, history):
    assert activitylog("expire", "--entries", "24").stdout == GONE


def test_a_dry_run_says_the_same_and_changes_nothing(activitylog, history, whole):
    done = activitylog("expire", "--entries", "24", "--dry-run")
    assert (done.exit_code, done.stdout) == (
        0,
        "16 changes would be discarded. 24 would be left, the oldest of"
        " 2026-09-30 14:00 UTC.\n",
    )
    assert whole() == change_sets()
    assert activitylog("expire", "--entries", "24").stdout == GONE


@pytest.mark.parametrize("dry_run", [[], ["--dry-run"]])
def test_a_second_time_there_is_nothing_to_do(activitylog, history, changed, dry_run):
    activitylog("expire", "--entries", "24")
    changed.clear()
    done = activitylog("expire", "--entries", "24", *dry_run)
    assert (done.exit_code, done.stdout) == (
        0,
        "Nothing is old enough to be discarded. 24 are left, the oldest of"
        " 2026-09-30 14:00 UTC.\n",
    )
    assert changed == []


def test_an_empty_log(activitylog, log):
    done = activitylog("expire", "--days", "1")
    assert (done.exit_code, done.stdout) == (
        0,
        "Nothing is old enough to be discarded. 0 are left.\n",
    )


def test_it_is_one_commit(activitylog, history, monkeypatch):
    commits = []
    commit = transaction.commit

    def counting():
        commits.append(True)
        commit()

    with monkeypatch.context() as patch:
        patch.setattr(transaction, "commit", counting)
        assert activitylog("expire", "--entries", "24").exit_code == 0
    assert commits == [True]


def test_interrupted_before_the_commit_nothing_is_discarded(
    activitylog, history, whole, monkeypatch
):
    def ctrl_c():
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(transaction, "commit", ctrl_c)
        done = activitylog("expire", "--entries", "24")
    transaction.abort()
    assert done.exit_code == 1
    assert done.stderr.endswith(
        "Error: Interrupted. Run the command again: it tells what there is left to do.\n"
    )
    assert whole() == change_sets()


@pytest.mark.parametrize(
    "options", [["--days", "-1"], ["--days", "36501"], ["--entries", "many"]]
)
def test_a_limit_that_the_settings_would_not_take_is_refused(activitylog, options):
    done = activitylog("expire", *options)
    assert done.exit_code == 2
    assert f"Error: Invalid value for '{options[0]}'" in done.stderr


def test_a_site_without_the_add_on_is_told_with_the_remedy(activitylog, portal):
    get_installer(portal).uninstall_product("collective.appendonly")
    transaction.commit()
    done = activitylog("expire")
    assert done.exit_code == 1
    assert "Error: The add-on is not installed in this site" in done.stderr
