"""What the maintenance job would do now is what it then does."""

from collective.appendonly import AppendStack
from collective.appendonly import Archive
from collective.appendonly.digests.subscriptions import DAILY
from collective.appendonly.digests.subscriptions import subscribe
from collective.appendonly.entry import encode
from collective.appendonly.feed.cursor import to_cursor
from collective.appendonly.feed.places import WHOLE_SITE
from collective.appendonly.interfaces import SETTINGS_PREFIX
from collective.appendonly.operations.maintenance import due as module
from collective.appendonly.operations.maintenance import maintain
from collective.appendonly.operations.maintenance.due import Due
from collective.appendonly.operations.maintenance.due import due
from collective.appendonly.operations.maintenance.due import due_messages
from collective.appendonly.operations.maintenance.erasure_requests import (
    request_erasure,
)
from collective.appendonly.operations.maintenance.retention import apply_retention
from collective.appendonly.operations.maintenance.retention import count_expired
from collective.appendonly.recording import recording_suspended
from dataclasses import replace
from DateTime import DateTime
from datetime import timedelta
from itertools import product
from plone import api
from tests.product.logs import LogWithoutSite
from tests.product.operations.maintenance.diary import edit_by
from tests.product.operations.maintenance.diary import NOW
from types import SimpleNamespace
from zope.i18n import translate

import pytest
import transaction


NOTHING = Due(0, 0, 0, 0, 0, 0)


def texts(work):
    return [translate(message, target_language="en") for message in due_messages(work)]


def test_nothing_is_due_in_a_new_site(portal, log):
    assert due(portal) == NOTHING
    assert texts(due(portal)) == ["There is nothing to do now."]


NUMBERS = (0, 1, 13, 20, 21, 39, 40, 5000)


@pytest.mark.parametrize("days, entries", product(NUMBERS, NUMBERS))
def test_what_would_be_discarded_is_discarded(days, entries):
    log = LogWithoutSite(AppendStack(2, 8), Archive())
    for days_ago in reversed(range(40)):
        log.push(edit_by("jane", days_ago))
    limits = SimpleNamespace(retention_days=days, retention_entries=entries)
    # Also above what was discarded before.
    stricter = SimpleNamespace(retention_days=days // 2, retention_entries=20)
    for some in (limits, stricter):
        expected = count_expired(log, some, NOW)
        assert apply_retention(log, some, NOW) == expected
        assert count_expired(log, some, NOW) == 0


def test_all_of_it(portal, diary, person, configure):
    configure(retention_entries=20)
    person("bob")
    request_erasure("bob")
    request_erasure("jane")
    cursor = to_cursor(diary, diary.newest())
    before = NOW - timedelta(days=2)
    for user_id in ("mary", "tom"):
        subscribe((user_id, WHOLE_SITE), DAILY, "en", "http://x", cursor, before)
    subscribe(("ada", WHOLE_SITE), DAILY, "en", "http://x", cursor, NOW)
    transaction.commit()
    work = due(portal)
    assert work == Due(
        discarded=16, logins=0, people=2, indexed=0, published=0, digests=2
    )
    assert texts(work) == [
        "Change sets to discard: 16.",
        "Users to erase: 2.",
        "Digests to send, if there is new activity: 2.",
    ]
    report = maintain(portal)
    assert (report.discarded, report.people) == (16, 2)
    assert due(portal).discarded == due(portal).people == 0


def test_layers_without_keys(portal, log, monkeypatch):
    """As version 1.0.0a1 has archived them."""
    for days_ago in reversed(range(40)):
        log.stack.push(encode(edit_by("jane", days_ago)), log.archive.addLayer)
    transaction.commit()
    assert texts(due(portal)) == ["Layers to index: 3."]
    assert maintain(portal).indexed == 3
    assert texts(due(portal)) == ["There is nothing to do now."]
    monkeypatch.setattr(module, "unindexed", lambda log, most: [0] * most)
    assert texts(due(portal)) == ["Layers to index: 1000+."]


@pytest.mark.parametrize("days_kept, number", [(30, 1), (3, 2), (0, 0)])
def test_old_logins(portal, log, configure, days_kept, number):
    for days_ago in (40, 20, 0):
        edit = edit_by("jane", days_ago)
        login = replace(edit.entries[0], actions=("logged_in",), portal_type="user")
        log.push(replace(edit, entries=(login,)))
        log.push(edit)
    configure(days_logins_kept=days_kept)
    assert due(portal).logins == number
    if number:
        assert texts(due(portal)) == [f"Changes with logins to discard: {number}."]
        assert maintain(portal).logins == number
    assert texts(due(portal)) == ["There is nothing to do now."]


def test_publishing_dates(portal, log, now):
    with recording_suspended():
        page = api.content.create(portal, "Document", "page")
        page.effective_date = DateTime(NOW + timedelta(hours=1))
        page.reindexObject()
        transaction.commit()
    # The first job only stores the time.
    assert due(portal).published == 0
    maintain(portal)
    assert due(portal).published == 0
    now.now = NOW + timedelta(hours=2)
    assert texts(due(portal)) == ["Publishing dates that have come: 1."]


def test_digests_that_are_turned_off_are_not_due(portal, log, configure):
    subscribe(
        ("mary", WHOLE_SITE), DAILY, "en", "http://x", "", NOW - timedelta(days=2)
    )
    assert due(portal).digests == 1
    configure(digests=False)
    assert due(portal).digests == 0


def test_what_cannot_be_counted_hides_nothing_else(portal, diary, monkeypatch, caplog):
    def bug(*args, **kwargs):
        raise ValueError("A bug.")

    api.portal.set_registry_record(f"{SETTINGS_PREFIX}.retention_entries", 20)
    monkeypatch.setattr(module, "pending_users", bug)
    assert texts(due(portal)) == [
        "Change sets to discard: 16.",
        "Some of it could not be counted. See the server log.",
    ]
    assert "What is due could not be counted: people." in caplog.text


def test_counting_writes_nothing_and_loads_little(
    portal, log, configure, loaded, changed
):
    for days_ago in reversed(range(1600)):
        log.push(edit_by("jane", days_ago))
    configure(retention_days=800, retention_entries=400)
    classes = loaded()
    changed.clear()
    assert due(portal).discarded == 1200
    assert changed == []
    # There are 198.
    assert 0 < classes.count("ArchiveLayer") < 50


def test_the_control_panel_says_what_is_due(portal, diary, configure, person, browse):
    configure(retention_entries=20)
    person("ada", "", "Site Administrator")
    browser = browse("/@@activity-controlpanel", "ada")
    assert "Change sets to discard: 16." in browser.contents
    assert len(diary) == 40
