"""Logins are kept as long as a setting says, and erasure covers them."""

from collective.appendonly.bulk import encoded
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.entry import LOGIN_ACTIONS
from collective.appendonly.entry import plain_text
from collective.appendonly.entry import USER
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.operations.indexing import unindexed
from collective.appendonly.operations.maintenance import maintain
from collective.appendonly.operations.maintenance.erasure import erase
from collective.appendonly.operations.maintenance.logins import discard_logins
from collective.appendonly.operations.maintenance.logins import NOTHING
from collective.appendonly.operations.verification import verify
from collective.appendonly.structures.check import check
from datetime import timedelta
from tests.product.operations.maintenance.diary import edit_by
from tests.product.operations.maintenance.diary import elsewhere
from tests.product.operations.maintenance.diary import NOW
from tests.product.operations.maintenance.diary import setting
from zope.component import getUtility

import pytest
import transaction


pytestmark = pytest.mark.site_actions

DAYS = 100
ADDRESS = "203.0.113.9"


def login(action="logged_in", user="tom"):
    return Entry(
        (action,),
        "",
        "",
        user,
        USER,
        ("Manager",),
        None if action == "login_failed" else user,
        details={"address": ADDRESS},
    )


def logins(days_ago, *entries):
    time = NOW - timedelta(days=days_ago, minutes=1)
    return ChangeSet(time, entries[0].actor, entries)


@pytest.fixture
def diary(log):
    """A log in which on each day a user logged in, and another one edited something."""
    for days_ago in reversed(range(DAYS)):
        log.push(logins(days_ago, login(LOGIN_ACTIONS[days_ago % 3])))
        log.push(edit_by("jane", days_ago))
    transaction.commit()
    return log


def kept(log):
    """Return how many days ago the logins were that are still in the log, after a check."""
    transaction.commit()
    check(log.stack, log.archive)
    assert unindexed(log, 1) == []
    found = [
        (NOW - change_set.time).days
        for _, change_set in log.older()
        if set(LOGIN_ACTIONS) & set(change_set.entries[0].actions)
    ]
    assert found == list(range(len(found)))
    return len(found)


def stored(log):
    """Return all that the log has, as bytes."""
    return b"".join(
        plain_text(data)
        for holder in (log.stack, log.archive)
        for _, _, item in holder
        for data in encoded(item)
    )


def test_old_logins_are_discarded_and_nothing_else(portal, diary):
    assert maintain(portal).logins == DAYS - 30
    assert kept(diary) == 30
    assert len(diary) == 2 * DAYS
    edits = [found for _, found in diary.older() if found.actor == "jane"]
    assert edits == [edit_by("jane", days_ago) for days_ago in range(DAYS)]
    assert verify(portal, getUtility(IActivityLog)).problems == []


def test_what_is_left_says_nothing_and_is_for_nobody(portal, diary):
    setting("days_logins_kept", 1)
    maintain(portal)
    left = [found for _, found in diary.older() if found.entries == (NOTHING,)]
    assert len(left) == DAYS - 1
    assert {found.actor for found in left} == {None}
    # The actor, the title and the address of the last one.
    assert stored(diary).count(b'"tom"') == 2
    assert stored(diary).count(ADDRESS.encode()) == 1


@pytest.mark.parametrize("days, expected", [(0, DAYS), (1, 1), (30, 30), (500, DAYS)])
def test_the_setting(portal, diary, days, expected):
    setting("days_logins_kept", days)
    maintain(portal)
    assert kept(diary) == expected


def test_the_next_job_finds_nothing_and_writes_nothing(portal, diary, changed, loaded):
    discard_logins(diary)
    layers = len(list(diary.archive.layers()))
    loads = loaded()
    del changed[:]
    assert discard_logins(diary) == 0
    assert changed == []
    # Not those of older days.
    assert loads.count("ArchiveLayer") <= layers / 2


def test_without_logins_few_layers_are_loaded(portal, log, loaded):
    for days_ago in reversed(range(1000)):
        log.push(edit_by("jane", days_ago))
    loads = loaded()
    assert discard_logins(log) == 0
    # Of 123.
    assert loads.count("ArchiveLayer") <= 20


def test_logins_beside_other_entries(portal, log):
    """Those stay, with their actor."""
    [edit] = edit_by("tom", 40).entries
    for days_ago in (41, 40):
        time = NOW - timedelta(days=days_ago)
        log.push(ChangeSet(time, "tom", (edit, login())))
    transaction.commit()
    assert maintain(portal).logins == 2
    for _, found in log.older():
        assert (found.actor, found.entries) == ("tom", (edit, NOTHING))


def test_logins_in_a_large_change_set(portal, log):
    [edit] = edit_by("jane", 40).entries
    time = NOW - timedelta(days=40)
    log.push(ChangeSet(time, "jane", (edit,) * 150 + (login(),) + (edit,) * 150))
    transaction.commit()
    assert maintain(portal).logins == 1
    assert b"tom" not in stored(log)
    assert verify(portal, getUtility(IActivityLog)).problems == []


def test_a_concurrent_edit(portal, diary):
    commits = []

    def commit():
        if not commits:
            with elsewhere(portal):
                getUtility(IActivityLog).push(edit_by("eve"))
        commits.append(1)
        transaction.commit()

    setting("days_logins_kept", 1)
    transaction.commit()
    assert discard_logins(diary, commit) == DAYS - 1
    # The stack has some of them: its rewriting was attempted again.
    assert len(commits) == 3
    assert kept(diary) == 1
    assert next(diary.older())[1] == edit_by("eve")


def test_erasing_a_user_covers_logins(portal, diary):
    erase(diary, "tom", "erased:1")
    text = stored(diary)
    assert b'"tom"' not in text
    assert ADDRESS.encode() not in text
    names = {
        entry.title
        for _, found in diary.older()
        for entry in found.entries
        if entry.portal_type == USER
    }
    assert names == {"erased:1"}


def test_erasing_another_user_keeps_the_address(portal, diary):
    erase(diary, "jane", "erased:1")
    assert stored(diary).count(ADDRESS.encode()) == DAYS
