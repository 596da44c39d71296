"""``activitylog erase``."""

from collective.appendonly.commands import erase
from collective.appendonly.commands import waiting
from collective.appendonly.commands.ending import ExitCode
from collective.appendonly.entry import ChangeSet
from collective.appendonly.operations.maintenance import erasure_requests as erasures
from collective.appendonly.operations.maintenance.lock import locked
from contextlib import ExitStack
from dataclasses import replace
from plone import api
from tests.product.commands.history import BEGIN
from tests.product.commands.history import page
from tests.product.operations.maintenance.diary import actors
from tests.product.operations.maintenance.diary import requested

import click
import pytest
import transaction


NOTHING_OF_BOB = """\
Data of “bob”:
Change sets by this user:                    0
Entries that mention this user:              0
Entries that list this user as a reader:     0
Unreadable records:                          0
Erasure pending:                             no
Personal feed URL:                           no
Digests:                                     0
Saved filters by or about this user:         0
Excluded user in the settings:               no
Account:                                     does not exist
"""
CHANGES_BY_BOB = NOTHING_OF_BOB.replace(
    "by this user:                    0", "by this user:                    20"
)


def test_without_yes_it_only_shows_the_data(printed, diary, changed):
    assert printed("erase", "bob") == (
        f"{CHANGES_BY_BOB}"
        "Nothing was changed. To erase this user, run the command again with"
        " --yes.\n"
    )
    assert changed == []
    assert actors(diary) == ["jane", "bob"] * 20


def test_with_yes_it_erases_and_prints_what_remains(printed, diary):
    output = printed("erase", "bob", "--yes")
    assert output.startswith(
        "Changed records: 20.\n"
        "The log no longer contains the user ID “bob”.\n"
        "The former records stay in the database until it is packed"
    )
    assert len(set(actors(diary))) == 2
    assert "bob" not in actors(diary)
    assert requested() == []


def test_anonymous_uses_many_pseudonyms(activitylog, diary):
    assert activitylog("erase", "bob", "--yes", "--anonymous").exit_code == 0
    assert len(set(actors(diary))) == 21
    assert "bob" not in actors(diary)


@pytest.mark.parametrize("options", [[], ["--yes"]])
def test_the_bar_ends_before_the_output(activitylog, diary, monkeypatch, options):
    class EndingBar(ExitStack):
        def __init__(self, label):
            super().__init__()
            self.callback(click.echo, "The end of the bar")

        def __call__(self, done, total):
            pass

    monkeypatch.setattr(erase, "Bar", EndingBar)
    done = activitylog("erase", "bob", *options)
    assert done.exit_code == 0
    assert done.output.startswith("The end of the bar\n")


def test_a_second_time_there_is_nothing_to_erase(activitylog, printed, diary):
    printed("erase", "bob", "--yes")
    done = activitylog("erase", "bob")
    assert done.stdout == f"{NOTHING_OF_BOB}There is nothing to erase.\n"
    output = printed("erase", "bob", "--yes")
    assert output.startswith(
        "Changed records: 0.\n"
        "The log did not contain the user ID “bob”. Check the spelling.\n"
    )


def test_it_waits_for_a_running_job(activitylog, diary, portal, monkeypatch):
    other = ExitStack()
    other.enter_context(locked(portal))
    monkeypatch.setattr(waiting, "sleep", lambda seconds: other.close())
    done = activitylog("erase", "bob", "--yes")
    assert done.exit_code == ExitCode.DONE
    assert done.stderr.startswith(
        "Waiting up to 10 minutes for another maintenance job"
    )
    assert "bob" not in actors(diary)


def test_an_existing_account_should_be_deleted_first(activitylog, diary, person):
    person("bob")
    done = activitylog("erase", "bob")
    assert "Account:                                     exists" in done.stdout
    assert "Delete the account first: as long as it exists" in done.stdout


@pytest.mark.parametrize("options", [[], ["--yes"], ["--yes", "--anonymous"]])
@pytest.mark.parametrize("user_id", ["", "b\udcf6b"])
def test_what_cannot_be_a_user_id_is_refused(refused, log, options, user_id):
    # Such as a variable of the shell that is empty.
    entry = replace(page(1), values={"description": ["", "Roses"]}, details={"a": ""})
    log.push(ChangeSet(BEGIN, "jane", (entry,)))
    transaction.commit()
    error = refused("erase", *options, "--", user_id, status=2)
    assert error.endswith(
        "Invalid value for 'USERID': Enter a user ID, in the encoding of the terminal.\n"
    )
    [(_, change_set)] = log.older()
    assert change_set.entries == (entry,)


def test_a_login_name_is_answered_with_the_user_id(activitylog, diary, person):
    person("bob")
    users = api.portal.get_tool("acl_users")
    users.source_users.updateUser("bob", "bob@example.org")
    transaction.commit()
    done = activitylog("erase", "bob@example.org")
    assert done.stdout.endswith("This is a login name. The user ID is “bob”.\n")


@pytest.mark.parametrize("options", [[], ["--yes"]])
def test_a_group_is_refused(refused, diary, options):
    api.group.create("editors")
    transaction.commit()
    error = refused("erase", "editors", *options)
    assert "Error: “editors” is a group. Groups cannot be erased" in error
    assert requested() == []


def test_a_running_maintenance_job_is_reported(activitylog, diary, portal):
    with locked(portal):
        done = activitylog("erase", "bob", "--yes", "--wait", "0")
    assert done.exit_code == ExitCode.TRY_LATER
    assert "Error: A maintenance job is running: process " in done.stderr
    assert done.stderr.endswith(" UTC. Run the command again when it has finished.\n")
    assert "bob" in actors(diary)


def test_unreadable_records_keep_the_erasure_pending(activitylog, diary):
    diary.stack.push(b"9 from the future", diary.archive.addLayer)
    transaction.commit()
    assert "Unreadable records:                          1" in (
        activitylog("erase", "bob").stdout
    )
    done = activitylog("erase", "bob", "--yes")
    assert done.exit_code == 1
    assert done.stdout == "Changed records: 20.\n"
    assert "Error: Unreadable records: 1. They were written by a later" in done.stderr
    assert "Erasure pending:                             yes" in (
        activitylog("erase", "bob").stdout
    )


def test_an_interrupted_command_prints_how_to_continue(printed, refused, diary, ctrl_c):
    with ctrl_c():
        error = refused("erase", "bob", "--yes", status=ExitCode.INTERRUPTED)
    assert error.endswith(
        "Error: Interrupted. Run the command again to continue where it stopped.\n"
    )
    ((_, pseudonym),) = erasures.erasure_requests()
    printed("erase", "bob", "--yes")
    assert actors(diary) == ["jane", pseudonym] * 20
