"""The data of a single user, and its erasure at once."""

from collective.appendonly.digests.subscriptions import all_keys
from collective.appendonly.digests.subscriptions import key_of
from collective.appendonly.digests.subscriptions import subscribe
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.entry import from_milliseconds
from collective.appendonly.entry import Source
from collective.appendonly.entry import USER
from collective.appendonly.feed import Filters
from collective.appendonly.feed.keys import new_key
from collective.appendonly.feed.saved import filters_of
from collective.appendonly.feed.saved import save_filter
from collective.appendonly.operations.backfill import backfill
from collective.appendonly.operations.filling import unfinished_archive
from collective.appendonly.operations.maintenance import AlreadyRunning
from collective.appendonly.operations.maintenance import erasure
from collective.appendonly.operations.maintenance import erasure_requests as erasures
from collective.appendonly.operations.maintenance import maintain
from collective.appendonly.operations.maintenance import MaintenanceReport
from collective.appendonly.operations.maintenance.erasure import Erased
from collective.appendonly.operations.maintenance.lock import locked
from collective.appendonly.operations.maintenance.person import erase_person
from collective.appendonly.operations.maintenance.person import find_person
from collective.appendonly.operations.maintenance.person import PersonalData
from collective.appendonly.recording import recording_suspended
from collective.appendonly.settings import activity_settings
from collective.appendonly.structures.check import check
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from plone import api
from tests.product.operations.maintenance.diary import actors
from tests.product.operations.maintenance.diary import edit_by
from tests.product.operations.maintenance.diary import interrupted
from tests.product.operations.maintenance.diary import requested

import pytest
import transaction


PAGE = edit_by("jane").entries[0]
VOTES = {"votes": {"bob": 3, "jane": 1}}


@pytest.fixture
def story(log):
    """A log with all kinds of entries about Bob, and with some about Bobby."""
    by_bob = replace(PAGE, actor="bob")
    account = Entry(("group_joined",), "", "", "bob", USER, ("Manager",), "admin")
    seen = replace(PAGE, principals=("Editor", "user:bob"))
    for entries, actor in [
        ((by_bob,), "bob"),
        ((PAGE, by_bob), "jane"),
        ((by_bob,) * 300, "bob"),
        ((account,), "admin"),
        ((replace(PAGE, details={"for": ["bob"]}), PAGE), "jane"),
        ((seen, seen, PAGE), "jane"),
        ((replace(PAGE, source=Source("old", ("user:bob",))),), "jane"),
        ((replace(PAGE, descendants=((3, ("user:bob",)),)),), "jane"),
        ((replace(PAGE, actor="bobby", principals=("user:bobby",)),), "bobby"),
        ((replace(PAGE, title="bob", path="bob", comment="bob"),), "jane"),
        *[((PAGE,), "jane")] * 30,
    ]:
        log.push(ChangeSet(from_milliseconds(0), actor, entries))
        transaction.commit()
    return log


def test_changes_mentions_and_principals_are_counted(portal, story):
    assert find_person(portal, "bob") == PersonalData(
        change_sets=3, mentions=2, principals=4
    )
    assert find_person(portal, "bobby") == PersonalData(change_sets=1, principals=1)
    assert find_person(portal, "joe") == PersonalData()
    assert find_person(portal, "bob")
    assert not find_person(portal, "joe")


def test_keys_of_details_are_counted_and_erased(portal, log):
    log.push(ChangeSet(from_milliseconds(0), "jane", (replace(PAGE, details=VOTES),)))
    transaction.commit()
    assert find_person(portal, "bob") == PersonalData(mentions=1)
    assert erase_person(portal, "bob") == Erased(changed=1)
    assert find_person(portal, "bob") == PersonalData()


def test_an_excluded_user_is_found_and_erased_from_the_settings(portal, configure):
    configure(users_left_out=("robot", "bob", "bobby"))
    assert find_person(portal, "bob") == PersonalData(is_excluded=True)
    assert find_person(portal, "bob")
    erase_person(portal, "bob")
    assert activity_settings().users_left_out == ("robot", "bobby")
    assert not find_person(portal, "bob")


def test_the_maintenance_job_erases_excluded_users_from_the_settings(portal, configure):
    configure(users_left_out=("robot", "bob", "jane"))
    for user_id in ("bob", "jane", "mary"):
        erasures.request_erasure(user_id)
    assert activity_settings().users_left_out == ("robot", "bob", "jane")
    assert maintain(portal) == MaintenanceReport(people=3)
    assert activity_settings().users_left_out == ("robot",)


@pytest.mark.site_actions
@pytest.mark.parametrize("erase", ["the command", "the maintenance job"])
def test_the_change_of_the_settings_does_not_bring_back_the_id(
    portal, log, configure, erase
):
    configure(users_left_out=("robot", "bob", "bobby"))
    transaction.commit()
    if erase == "the command":
        erase_person(portal, "bob")
    else:
        erasures.request_erasure("bob")
        maintain(portal)
    transaction.commit()
    assert activity_settings().users_left_out == ("robot", "bobby")
    assert not find_person(portal, "bob")
    [(_, change_set)] = log.older()
    [values] = change_set.entries[0].values.values()
    assert values[1][0::2] == ["robot", "bobby"]
    assert values[1][1].startswith("erased:")
    # What a manager does later is recorded.
    configure(users_left_out=("bobby",))
    transaction.commit()
    assert len(log) == 2


def test_an_excluded_user_stays_while_the_erasure_is_pending(portal, log, configure):
    configure(users_left_out=("bob",))
    log.stack.push(b"9 from the future", log.archive.addLayer)
    assert erase_person(portal, "bob") == Erased(unreadable=1)
    assert activity_settings().users_left_out == ("bob",)
    assert find_person(portal, "bob").is_excluded


def test_data_outside_the_log_is_found(portal, person):
    person("bob")
    assert find_person(portal, "bob") == PersonalData(has_account=True)
    new_key("bob")
    assert find_person(portal, "bob").has_feed_url
    erasures.request_erasure("bob")
    assert find_person(portal, "bob") == PersonalData(
        has_account=True, is_requested=True
    )


def test_saved_filters_by_and_about_a_user_are_found_and_erased(portal, log, person):
    for user in ("bob", "bobby"):
        person(user)
        with api.env.adopt_user(username=user):
            save_filter(portal, "Others", Filters(others=True), timezone.utc)
            save_filter(portal, "Bob", Filters(actor="bob"), timezone.utc)
    api.user.delete(username="bob")
    assert find_person(portal, "bob") == PersonalData(saved_filters=1)
    assert find_person(portal, "bob")
    erase_person(portal, "bob")
    assert find_person(portal, "bob") == PersonalData()
    assert [saved.name for saved in filters_of("bobby")] == ["Others"]
    assert find_person(portal, "bobby").saved_filters == 1


def test_filters_about_a_user_stay_while_the_erasure_is_pending(portal, log, person):
    person("jane")
    with api.env.adopt_user(username="jane"):
        save_filter(portal, "Bob", Filters(actor="bob"), timezone.utc)
    log.stack.push(b"9 from the future", log.archive.addLayer)
    assert erase_person(portal, "bob") == Erased(unreadable=1)
    assert find_person(portal, "bob").saved_filters == 1


def test_an_account_that_is_created_again_has_no_saved_filters(portal, person):
    person("bob")
    with api.env.adopt_user(username="bob"):
        save_filter(portal, "Others", Filters(others=True), timezone.utc)
    # Removed where Plone does not notice.
    portal.acl_users.source_users.removeUser("bob")
    person("bob")
    assert filters_of("bob") == []


def test_digests_of_others_about_what_the_user_did_end(portal):
    now = datetime.now(timezone.utc)
    for user_id, actor in (("jane", "bob"), ("jane", "bobby"), ("bob", None)):
        filters = Filters(actor=actor)
        key = key_of(user_id, "", filters)
        subscribe(key, "daily", "en", "http://nohost", "place", now, filters)
    transaction.commit()
    assert find_person(portal, "bob") == PersonalData(digests=2)
    erase_person(portal, "bob")
    assert find_person(portal, "bob") == PersonalData()
    assert all_keys() == [key_of("jane", "", Filters(actor="bobby"))]


def test_unreadable_records_are_counted(portal, story):
    story.stack.push(b"9 from the future", story.archive.addLayer)
    story.stack.push(b'1 damaged, of "bob"', story.archive.addLayer)
    assert find_person(portal, "bob") == PersonalData(
        change_sets=3, mentions=2, principals=4, unreadable=2
    )


def test_finding_changes_nothing(portal, story, changed):
    reports = []
    find_person(portal, "bob", lambda *numbers: reports.append(numbers))
    assert changed == []
    assert reports == [(0, 40), (40, 40)]


def test_only_the_given_user_is_erased(portal, story):
    erasures.request_erasure("jane")
    assert erase_person(portal, "bob") == Erased(changed=10)
    assert find_person(portal, "bob") == PersonalData()
    assert find_person(portal, "bobby") == PersonalData(change_sets=1, principals=1)
    assert find_person(portal, "jane").is_requested
    assert len(story) == 40
    check(story.stack, story.archive)
    assert requested() == ["jane"]


@pytest.mark.parametrize("steps", range(4))
def test_an_erasure_continues_with_its_pseudonym(portal, diary, monkeypatch, steps):
    monkeypatch.setattr(erasure.erase_all, "__defaults__", _with_small_batches())
    with interrupted(after=steps) as progress:
        erase_person(portal, "bob", progress=progress)
    ((_, pseudonym),) = erasures.erasure_requests()
    erase_person(portal, "bob")
    assert actors(diary) == ["jane", pseudonym] * 20
    assert requested() == []


def _with_small_batches():
    batch, *others = erasure.erase_all.__defaults__
    assert batch == erasure.BATCH
    return (1, *others)


@pytest.mark.parametrize("anonymous", [False, True])
def test_the_next_maintenance_job_completes_an_erasure(portal, diary, anonymous):
    with interrupted() as progress:
        erase_person(portal, "bob", anonymous, progress)
    assert maintain(portal) == MaintenanceReport(people=1, changed=12)
    assert len(set(actors(diary))) == (21 if anonymous else 2)


def test_an_erasure_can_become_anonymous(portal, diary):
    with interrupted() as progress:
        erase_person(portal, "bob", progress=progress)
    ((_, pseudonym),) = erasures.erasure_requests()
    assert pseudonym in actors(diary)
    erase_person(portal, "bob", anonymous=True)
    assert len(set(actors(diary)) - {"jane", "bob", pseudonym}) == 20
    assert requested() == []


def test_an_anonymous_erasure_stays_anonymous(portal, diary):
    erasures.request_erasure("bob", anonymous=True)
    erase_person(portal, "bob")
    assert len(set(actors(diary)) - {"jane", "bob"}) == 20
    assert requested() == []


def test_no_user_is_erased_while_a_maintenance_job_runs(portal, diary):
    with locked(portal):
        with pytest.raises(AlreadyRunning):
            erase_person(portal, "bob")
    assert "bob" in actors(diary)
    assert requested() == []


def test_unreadable_records_keep_the_request_pending(portal, diary):
    diary.stack.push(b"9 from the future", diary.archive.addLayer)
    assert erase_person(portal, "bob") == Erased(changed=20, unreadable=1)
    assert requested() == ["bob"]


def test_an_unfinished_backfill_is_counted_and_erased(portal, log, now):
    now.now += timedelta(days=36500)
    with recording_suspended(), api.env.adopt_user(username="admin"):
        for number in range(20):
            page = api.content.create(portal, "Document", f"page-{number}")
            page.creators = ("bob" if number % 2 else "bobby",)
            page.reindexObject()
    transaction.commit()
    with interrupted(after=1) as progress:
        backfill(portal, progress, batch=20)
    assert len(unfinished_archive(portal)) == 20
    assert find_person(portal, "bob") == PersonalData(change_sets=10)
    assert erase_person(portal, "bob") == Erased(changed=10)
    assert find_person(portal, "bob") == PersonalData()
    backfill(portal)
    assert {each.actor for _, each in log.older()} >= {"bobby"}
    assert "bob" not in actors(log)


def test_the_memory_does_not_grow_with_the_log(portal, log):
    """The look lets go of what it has read."""
    for number in range(3000):
        log.push(edit_by("bob" if number % 3 else "jane"))
    transaction.commit()
    cache = portal._p_jar._cache
    cache.cache_size = 100
    portal._p_jar.cacheMinimize()
    held = []

    def progress(done, total):
        held.append(cache.cache_non_ghost_count)

    assert find_person(portal, "bob", progress).change_sets == 2000
    assert len(held) == 31
    assert max(held) < 200
