"""``activitylog erase``, as an operator meets it."""

from collective.appendonly.commands import erase
from collective.appendonly.maintenance.claim import claimed
from collective.appendonly.maintenance.erasure_requests import erasure_requests
from plone import api
from plone.base.utils import get_installer
from tests.product.maintenance.diary import actors
from tests.product.maintenance.diary import requested
from tests.product.maintenance.diary import write_diary

import click
import pytest
import transaction


NOTHING_OF_BOB = """\
What there is of “bob”:
Change sets by this person:                  0
Entries that name this person:               0
Entries with this person among the readers:  0
Records that can't be read:                  0
Erasure is pending:                          no
Personal feed address:                       no
Digests by mail:                             0
Account:                                     does not exist
"""
DEEDS_OF_BOB = NOTHING_OF_BOB.replace(
    "by this person:                  0", "by this person:                  20"
)


@pytest.fixture
def diary(log):
    """A log on which Bob and Jane did twenty things each."""
    write_diary(log)
    return log


def test_at_first_it_only_says_what_there_is(activitylog, diary, changed):
    done = activitylog("erase", "bob")
    assert (done.exit_code, done.stdout) == (
        0,
        f"{DEEDS_OF_BOB}"
        "Nothing was changed. To erase this person, run it again with --yes.\n",
    )
    assert changed == []
    assert actors(diary) == ["jane", "bob"] * 20


def test_with_yes_it_is_done_and_said_what_remains(activitylog, diary):
    done = activitylog("erase", "bob", "--yes")
    assert done.exit_code == 0
    assert done.stdout.startswith(
        "Records in which something was replaced: 20.\n"
        "The log holds nothing of “bob” any more.\n"
        "The former records are in the database until it is packed"
    )
    assert len(set(actors(diary))) == 2
    assert "bob" not in actors(diary)
    assert requested() == []


def test_anonymous_is_anonymous(activitylog, diary):
    assert activitylog("erase", "bob", "--yes", "--anonymous").exit_code == 0
    assert len(set(actors(diary))) == 21
    assert "bob" not in actors(diary)


@pytest.mark.parametrize("options", [[], ["--yes"]])
def test_the_bar_ends_before_anything_is_said(activitylog, diary, monkeypatch, options):
    class EndingBar:
        def __init__(self, stack, label):
            stack.callback(click.echo, "The end of the bar")

        def __call__(self, done, total):
            pass

    monkeypatch.setattr(erase, "Bar", EndingBar)
    done = activitylog("erase", "bob", *options)
    assert done.exit_code == 0
    assert done.output.startswith("The end of the bar\n")


def test_a_second_time_there_is_nothing_to_erase(activitylog, diary):
    activitylog("erase", "bob", "--yes")
    done = activitylog("erase", "bob")
    assert done.stdout == f"{NOTHING_OF_BOB}There is nothing to erase.\n"
    again = activitylog("erase", "bob", "--yes")
    assert again.exit_code == 0
    assert "was replaced: 0." in again.stdout


def test_whose_account_exists_is_better_deleted_first(activitylog, diary, person):
    person("bob")
    done = activitylog("erase", "bob")
    assert "Account:                                     still exists" in done.stdout
    assert "recorded as before: delete it first.\n" in done.stdout


def test_a_login_name_is_answered_with_the_id(activitylog, diary, person):
    person("bob")
    users = api.portal.get_tool("acl_users")
    users.source_users.updateUser("bob", "bob@example.org")
    transaction.commit()
    done = activitylog("erase", "bob@example.org")
    assert done.stdout.endswith("This is a login name. The id of that user is “bob”.\n")


@pytest.mark.parametrize("options", [[], ["--yes"]])
def test_a_group_is_refused(activitylog, diary, options):
    api.group.create("editors")
    transaction.commit()
    done = activitylog("erase", "editors", *options)
    assert done.exit_code == 1
    assert "Error: “editors” is a group. Groups are not erased" in done.stderr
    assert requested() == []


def test_while_a_maintenance_is_at_work_it_says_so(activitylog, diary, portal):
    with claimed(portal):
        done = activitylog("erase", "bob", "--yes")
    assert done.exit_code == 1
    assert "Error: A maintenance is at work. Process " in done.stderr
    assert done.stderr.endswith(" UTC. Run the command again when that is over.\n")
    assert "bob" in actors(diary)


def test_what_cannot_be_read_is_said_and_stays_pending(activitylog, diary):
    diary.stack.push(b"9 from the future", diary.archive.addLayer)
    transaction.commit()
    assert "can't be read:                  1" in activitylog("erase", "bob").stdout
    done = activitylog("erase", "bob", "--yes")
    assert done.exit_code == 1
    assert done.stdout == "Records in which something was replaced: 20.\n"
    assert "Error: 1 × not readable: a later version" in done.stderr
    assert "Erasure is pending:                          yes" in (
        activitylog("erase", "bob").stdout
    )


def test_interrupted_it_says_how_to_go_on(activitylog, diary, monkeypatch):
    def ctrl_c(bar, done, total):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(erase.Bar, "__call__", ctrl_c)
        done = activitylog("erase", "bob", "--yes")
    assert done.exit_code == 1
    assert done.stderr.endswith(
        "Error: Interrupted. Run the command again: it goes on where it stopped.\n"
    )
    ((_, pseudonym),) = erasure_requests()
    assert activitylog("erase", "bob", "--yes").exit_code == 0
    assert actors(diary) == ["jane", pseudonym] * 20


@pytest.mark.parametrize("options", [[], ["--yes"]])
def test_a_site_without_the_add_on_is_told_with_the_remedy(
    activitylog, portal, options
):
    get_installer(portal).uninstall_product("collective.appendonly")
    transaction.commit()
    done = activitylog("erase", "bob", *options)
    assert done.exit_code == 1
    assert "Error: The add-on is not installed in this site" in done.stderr
