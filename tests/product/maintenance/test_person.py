"""One person: what the site holds of them, and their erasure at once."""

from collective.appendonly.backfill import backfill
from collective.appendonly.backfill import unfinished_archive
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.entry import from_milliseconds
from collective.appendonly.entry import Source
from collective.appendonly.entry import USER
from collective.appendonly.feed_keys import new_key
from collective.appendonly.maintenance import erasure
from collective.appendonly.maintenance import maintain
from collective.appendonly.maintenance import Report
from collective.appendonly.maintenance import SomebodyAtWork
from collective.appendonly.maintenance.claim import claimed
from collective.appendonly.maintenance.erasure import Erased
from collective.appendonly.maintenance.erasure_requests import erasure_requests
from collective.appendonly.maintenance.erasure_requests import request_erasure
from collective.appendonly.maintenance.person import erase_person
from collective.appendonly.maintenance.person import Findings
from collective.appendonly.maintenance.person import look_for
from collective.appendonly.recording import recording_suspended
from collective.appendonly.structures.check import check
from dataclasses import replace
from datetime import timedelta
from plone import api
from tests.product.maintenance.diary import actors
from tests.product.maintenance.diary import edit_by
from tests.product.maintenance.diary import requested

import pytest
import transaction


PAGE = edit_by("jane").entries[0]


@pytest.fixture
def story(log):
    """A log that tells of Bob in all the ways there are, and of Bobby."""
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


def test_a_look_finds_deeds_names_and_readers(portal, story):
    assert look_for(portal, "bob") == Findings(deeds=3, named=2, seen=4)
    assert look_for(portal, "bobby") == Findings(deeds=1, seen=1)
    assert look_for(portal, "joe") == Findings()
    assert look_for(portal, "bob")
    assert not look_for(portal, "joe")


def test_a_look_finds_what_is_kept_besides_the_log(portal, person):
    person("bob")
    assert look_for(portal, "bob") == Findings(has_account=True)
    new_key("bob")
    assert look_for(portal, "bob").has_feed_address
    request_erasure("bob")
    assert look_for(portal, "bob") == Findings(has_account=True, is_requested=True)


def test_a_look_counts_what_cannot_be_read(portal, story):
    story.stack.push(b"9 from the future", story.archive.addLayer)
    story.stack.push(b'1 damaged, of "bob"', story.archive.addLayer)
    assert look_for(portal, "bob") == Findings(deeds=3, named=2, seen=4, unreadable=2)


def test_a_look_changes_nothing(portal, story, changed):
    told = []
    look_for(portal, "bob", lambda *numbers: told.append(numbers))
    assert changed == []
    assert told == [(0, 40), (40, 40)]


def test_a_person_is_erased_and_nobody_else(portal, story):
    request_erasure("jane")
    assert erase_person(portal, "bob") == Erased(changed=10)
    assert look_for(portal, "bob") == Findings()
    assert look_for(portal, "bobby") == Findings(deeds=1, seen=1)
    assert look_for(portal, "jane").is_requested
    assert len(story) == 40
    check(story.stack, story.archive)
    assert requested() == ["jane"]


@pytest.mark.parametrize("steps", range(4))
def test_interrupted_it_goes_on_with_the_same_pseudonym(
    portal, diary, monkeypatch, steps
):
    monkeypatch.setattr(erasure.erase_all, "__defaults__", _with_small_batches())
    told = []

    def interrupt(done, total):
        told.append(done)
        if len(told) > steps:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        erase_person(portal, "bob", progress=interrupt)
    transaction.abort()
    ((_, pseudonym),) = erasure_requests()
    erase_person(portal, "bob")
    assert actors(diary) == ["jane", pseudonym] * 20
    assert requested() == []


def _with_small_batches():
    batch, *others = erasure.erase_all.__defaults__
    assert batch == erasure.BATCH
    return (1, *others)


@pytest.mark.parametrize("anonymous", [False, True])
def test_what_one_has_begun_the_next_maintenance_ends(portal, diary, anonymous):
    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        erase_person(portal, "bob", anonymous, interrupt)
    transaction.abort()
    assert maintain(portal) == Report(people=1, changed=12)
    assert len(set(actors(diary))) == (21 if anonymous else 2)


def test_what_was_begun_with_a_pseudonym_can_end_without(portal, diary):
    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        erase_person(portal, "bob", progress=interrupt)
    transaction.abort()
    ((_, pseudonym),) = erasure_requests()
    assert pseudonym in actors(diary)
    erase_person(portal, "bob", anonymous=True)
    assert len(set(actors(diary)) - {"jane", "bob", pseudonym}) == 20
    assert requested() == []


def test_what_was_begun_anonymous_stays_so(portal, diary):
    request_erasure("bob", anonymous=True)
    erase_person(portal, "bob")
    assert len(set(actors(diary)) - {"jane", "bob"}) == 20
    assert requested() == []


def test_while_a_maintenance_is_at_work_nobody_is_erased(portal, diary):
    with claimed(portal):
        with pytest.raises(SomebodyAtWork):
            erase_person(portal, "bob")
    assert "bob" in actors(diary)
    assert requested() == []


def test_what_cannot_be_read_keeps_it_pending(portal, diary):
    diary.stack.push(b"9 from the future", diary.archive.addLayer)
    assert erase_person(portal, "bob") == Erased(changed=20, unreadable=1)
    assert requested() == ["bob"]


def test_an_unfinished_backfill_is_looked_at_and_erased(portal, log, now):
    now.now += timedelta(days=36500)
    with recording_suspended(), api.env.adopt_user(username="admin"):
        for number in range(20):
            page = api.content.create(portal, "Document", f"page-{number}")
            page.creators = ("bob" if number % 2 else "bobby",)
            page.reindexObject()
    transaction.commit()

    def interrupt(done, total):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backfill(portal, interrupt, batch=20)
    transaction.abort()
    assert len(unfinished_archive(portal)) == 20
    assert look_for(portal, "bob") == Findings(deeds=10)
    assert erase_person(portal, "bob") == Erased(changed=10)
    assert look_for(portal, "bob") == Findings()
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

    assert look_for(portal, "bob", progress).deeds == 2000
    assert len(held) == 31
    assert max(held) < 200
